"""The person's country, from what is known of them: their own, their company's, then where their address on the net lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.stages.clean.countries import country_of

SOURCES = (
    "fact.country", "country", "hs_country_region_code", "form.country", "company.country", "company.hs_country_code", "ip_country_code",
    "ip_country",
)  # fmt: skip
"""In this order; the first that names one country wins."""


def region_of(values: Mapping[str, Any]) -> str | None:
    """ISO 3166 alpha-2 of the first source that names one country."""
    for source in SOURCES:
        text = values.get(source)
        if isinstance(text, str) and text:
            code = country_of(text.strip())
            if code:
                return code
    return None
