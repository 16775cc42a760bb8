"""Every format by the name a mapping uses for it: `(raw, context) -> Cleaned`.

Promise of each: never raises, whatever came; cleaning its own text answer again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bridge.stages.clean.formats import dates, email, html, names, numbers, phone, picklists, places, plain, postal, web
from bridge.stages.clean.formats.base import Format, FormatContext

__all__ = ["FORMATS", "Format", "FormatContext"]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "person_name": names.person_name,
        "first_name": names.first_name,
        "last_name": names.last_name,
        "full_name": names.full_name,
        "email": email.email,
        "phone": phone.phone,
        "country_code": places.country_code,
        "country_name": places.country_name,
        "state_code": places.state_code,
        "state_name": places.state_name,
        "postal_code": postal.postal_code,
        "website": web.website,
        "domain": web.domain,
        "url": web.url,
        "date": dates.the_date,
        "datetime": dates.the_datetime,
        "integer": numbers.integer,
        "decimal": numbers.decimal,
        "money": numbers.money,
        "boolean": picklists.boolean,
        "picklist": picklists.picklist,
        "multi_picklist": picklists.multi_picklist,
        "text": plain.text,
        "long_text": html.long_text,
        "rich_text": html.rich_text,
        "company_name": plain.company_name,
        "job_title": plain.job_title,
        "identifier": plain.identifier,
    }
)
