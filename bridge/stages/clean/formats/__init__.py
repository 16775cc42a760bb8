"""Every format by the name a mapping uses for it: `(raw, context) -> Cleaned`.

Promise of each: never raises, whatever came. Cleaning a text answer again changes nothing, except where the answer is a part of what was
typed (`split`), a national phone number, or the stored code of a picklist.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bridge.stages.clean.formats import dates, email, html, names, numbers, phone, picklists, places, plain, postal, web
from bridge.stages.clean.formats.base import Format, FormatContext, steady

__all__ = ["FORMATS", "Format", "FormatContext"]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "person_name": steady(names.person_name),
        "first_name": names.first_name,
        "last_name": names.last_name,
        "full_name": steady(names.full_name),
        "email": email.email,
        "phone": phone.phone,
        "country_code": places.country_code,
        "country_name": places.country_name,
        "state_code": places.state_code,
        "state_name": places.state_name,
        "postal_code": steady(postal.postal_code),
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
        "text": steady(plain.text),
        "long_text": steady(html.long_text),
        "rich_text": steady(html.rich_text),
        "company_name": steady(plain.company_name),
        "job_title": steady(plain.job_title),
        "identifier": plain.identifier,
    }
)
