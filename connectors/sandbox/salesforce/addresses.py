"""State and country picklists: once an admin has switched them on, an address takes only a country of the list, and a state of that country.

`Country` and `State` stay texts that hold the list's names; `CountryCode` and `StateCode` beside them hold its codes. Whichever is
written, the other follows (Salesforce's help, "State and Country/Territory Picklists"; the refusals from public threads of other clients).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.sandbox.salesforce.authored import field_describe
from connectors.sandbox.salesforce.errors import Refusal, refused
from connectors.sandbox.salesforce.fields import option
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.settings import Country

PREFIXES: Mapping[str, tuple[str, ...]] = {
    "Lead": ("",),
    "Contact": ("Mailing", "Other"),
    "Account": ("Billing", "Shipping"),
}
_CODE_LENGTH = 10


def switch_on(org: Org, countries: Sequence[Country]) -> None:
    """Give every address its two code fields. Addresses that are there stay as they are until they are written."""
    org.countries = {one.code: one for one in countries}
    country_values = [{**option(one.code), "label": one.name} for one in countries]
    state_values = [
        {**option(code), "label": name, "validFor": _valid_for(number)}
        for number, one in enumerate(countries)
        for code, name in one.states.items()
    ]
    for object_name, prefixes in PREFIXES.items():
        for prefix in prefixes:
            for part, values in (("Country", country_values), ("State", state_values)):
                org.schema.add_field(object_name, _code_field(prefix, part, values))


def _code_field(prefix: str, part: str, values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {"createable": True, "updateable": True, "nillable": True, "permissionable": True}
    facts |= {"picklistValues": [*values], "restrictedPicklist": True}
    if part == "State":
        facts |= {"controllerName": f"{prefix}CountryCode", "dependentPicklist": True}
    label = f"{prefix} {part} Code".strip()
    return field_describe(f"{prefix}{part}Code", "picklist", label, _CODE_LENGTH, **facts)


def _valid_for(place: int) -> str:
    """describe's bit set: the bit of the controlling value's place, counted from the left."""
    held = bytearray(place // 8 + 1)
    held[place // 8] |= 0x80 >> place % 8
    return base64.b64encode(bytes(held)).decode()


def settle(org: Org, sobject: SObject, values: dict[str, Any], row: int | None) -> None:
    """Complete the addresses a write touches; raises `Refusal` for what the lists do not have."""
    if not org.countries:
        return
    for prefix in PREFIXES.get(sobject.name, ()):
        names = [f"{prefix}{part}" for part in ("Country", "CountryCode", "State", "StateCode")]
        if any(name in values for name in names):
            values |= dict(zip(names, _address(org, sobject, prefix, values, row), strict=True))


def _address(
    org: Org, sobject: SObject, prefix: str, values: Mapping[str, Any], row: int | None
) -> Iterator[str | None]:
    country_field, state_field = f"{prefix}Country", f"{prefix}State"
    named, told = _given(org, sobject, country_field, values, row)
    country = _one_of(org.countries.values(), named)
    if named and country is None:
        words = "There's a problem with this country, even though it may appear correct. Please select a country/territory from the list of valid"
        raise _wrong(f"{words} countries.", told)
    yield from (country.name, country.code) if country else (None, None)
    named, told = _given(org, sobject, state_field, values, row)
    if named and country is None:
        label = sobject.fields[state_field.lower()].label
        raise _wrong(f"A country/territory must be specified before specifying a state value for field: {label}", told)
    states = country.states if country else {}
    found = [
        (name, code)
        for code, name in states.items()
        if named and named.casefold() in (code.casefold(), name.casefold())
    ]
    if named and not found:
        if any(_state_of(one, named) for one in org.countries.values()):
            label = sobject.fields[state_field.lower()].label
            raise _wrong(f"The existing country/territory doesn't recognize the state value for field: {label}", told)
        words = "There's a problem with this state, even though it may appear correct. Please select a state from the list of valid states."
        raise _wrong(words, told)
    yield from found[0] if found else (None, None)


def _given(org: Org, sobject: SObject, name: str, values: Mapping[str, Any], row: int | None) -> tuple[str | None, str]:
    """What a write says of one part of an address, else what stands there; and the field that said it."""
    for field in (f"{name}Code", name):
        if field in values and (values[field] is not None or name not in values):
            return values[field], field
    if name in values or row is None:
        return values.get(name), name
    return org.table(sobject.name).value(row, name), name


def _one_of(countries: Any, named: str | None) -> Country | None:
    text = (named or "").casefold()
    return next((one for one in countries if text in (one.code.casefold(), one.name.casefold())), None)


def _state_of(country: Country, named: str) -> bool:
    return any(named.casefold() in (code.casefold(), name.casefold()) for code, name in country.states.items())


def _wrong(words: str, field: str) -> Refusal:
    return refused("FIELD_INTEGRITY_EXCEPTION", f"{words}: {field}", field)
