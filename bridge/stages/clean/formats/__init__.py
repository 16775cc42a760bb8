"""Every format by the name a mapping uses for it: `(raw, context) -> Cleaned`.

Promise of each: never raises, whatever came. Cleaning a text answer again changes nothing, except where the answer is a part of what was
typed (`split`), a national phone number, or the stored code of a picklist.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bridge.stages.clean.answers import Format, FormatContext, at_most, steady
from bridge.stages.clean.formats import dates, email, html, names, numbers, phone, picklists, places, plain, postal, web

__all__ = ["FORMATS", "Format", "FormatContext"]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "person_name": at_most(300, steady(names.person_name)),
        "first_name": at_most(300, names.first_name),
        "last_name": at_most(300, names.last_name),
        "full_name": at_most(300, steady(names.full_name)),
        "email": at_most(1000, email.email),
        "phone": at_most(300, phone.phone),
        "country_code": at_most(300, places.country_code),
        "country_name": at_most(300, places.country_name),
        "state_code": at_most(300, places.state_code),
        "state_name": at_most(300, places.state_name),
        "postal_code": at_most(100, steady(postal.postal_code)),
        "website": at_most(4000, web.website),
        "domain": at_most(4000, web.domain),
        "url": at_most(4000, web.url),
        "date": at_most(100, dates.the_date),
        "datetime": at_most(100, dates.the_datetime),
        "integer": at_most(100, numbers.integer),
        "decimal": at_most(100, numbers.decimal),
        "money": at_most(100, numbers.money),
        "boolean": at_most(100, picklists.boolean),
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
