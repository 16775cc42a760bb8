"""What is wrong with mappings that one line alone does not show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from bridge.settings.base import did_you_mean
from bridge.settings.calendar import no_zone
from bridge.settings.condition_leaves import Finding, twins
from bridge.settings.countries import HOW_WRITTEN, is_country
from bridge.settings.formats import ANY, FORMATS
from bridge.settings.known import DERIVED, Known
from bridge.settings.mapping import FieldMapping
from bridge.settings.mapping import Mapping as FieldMappings

A_MOMENT = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
FILLABLE = ("employees", "unsubscribed", "bounced", "department", "uses_product", "language")
"""Derived facts that a facts mapping may fill as well; the bridge then works out only what is blank."""


def check_mapping(mapping: FieldMappings, known: Known) -> Iterator[Finding]:
    """Origins that do not exist, facts the bridge makes itself, values that can never fit."""
    derived = {fact.name for fact in DERIVED} - set(FILLABLE)
    for name, field in mapping.fields.items():
        path = ("fields", name)
        if mapping.target == "facts" and name in derived:
            yield Finding(path, "is worked out by the bridge itself.", "Choose another name.", True)
        yield from _check_origins(mapping, field, known, path)
        if field.otherwise == "hold" and not field.values:
            yield Finding((*path, "otherwise"), "needs `values`: without them every value fits.")
        if field.default_region is not None and field.format != "phone":
            yield Finding((*path, "default_region"), "is for the format phone.", "", True)
        elif field.default_region not in (None, "from_country") and not is_country(field.default_region or ""):
            text = f"'{field.default_region}' is no country."
            yield Finding((*path, "default_region"), text, f"{HOW_WRITTEN} Or write from_country.")
        yield from twins(field.values, (*path, "values"))
        yield from _check_options(field, path)


def check_mappings(mappings: Mapping[str, FieldMappings], *, whole: bool = True) -> Iterator[tuple[str, Finding]]:
    """Two mappings must not write one target from one source; somebody must make the facts, and the leads (not `whole`: others cannot be read)."""
    seen: dict[tuple[str, str], str] = {}
    for name, mapping in mappings.items():
        key = (mapping.source, mapping.target)
        if key in seen:
            yield name, Finding(("target",), f"is written by {seen[key]}.yaml already.", "Put the fields in one file.")
        seen.setdefault(key, name)
    if mappings and not any(mapping.target == "facts" for mapping in mappings.values()):
        yield next(iter(mappings)), Finding((), "no mapping has `target: facts`, so the definition knows nothing.")
    elif mappings and whole and not any(mapping.target == "salesforce.Lead" for mapping in mappings.values()):
        text = "no mapping has `target: salesforce.Lead`, so nobody can be handed over."
        yield next(iter(mappings)), Finding((), text, "`leadbridge init` makes it anew.")


def _check_options(field: FieldMapping, path: tuple[str | int, ...]) -> Iterator[Finding]:
    known = FORMATS[field.format].options
    for name, value in field.options.items():
        place = (*path, "options", name)
        if name not in known:
            near = did_you_mean(name, known) or (f"Known: {', '.join(known)}." if known else "It has none.")
            yield Finding(place, f"is no option of the format {field.format}.", near, True)
            continue
        spelled = str(value).lower() if isinstance(value, bool) else str(value)
        if known[name] == ANY:
            yield from READINGS[name](spelled, place)
        elif spelled not in known[name]:
            yield Finding(place, f"cannot be '{spelled}'.", did_you_mean(spelled, known[name]) or _listed(known[name]))


def _check_zone(name: str, place: tuple[str | int, ...]) -> Iterator[Finding]:
    if wrong := no_zone(name):
        yield Finding(place, f"{wrong[0]}.", wrong[1])


def _check_formats(patterns: str, place: tuple[str | int, ...]) -> Iterator[Finding]:
    """Each must read what it writes: `DD.MM.YYYY` would read no date at all."""
    for pattern in filter(None, (part.strip() for part in patterns.split(";"))):
        try:
            datetime.strptime(A_MOMENT.strftime(pattern), pattern)  # noqa: DTZ007 - only whether it can be read
            wrong = "%" not in pattern
        except ValueError:
            wrong = True
        if wrong:
            yield Finding(place, f"'{pattern}' reads no date.", "Write it as strptime does: %d.%m.%Y is 24.12.2026.")


def _check_currency(code: str, place: tuple[str | int, ...]) -> Iterator[Finding]:
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        yield Finding(place, f"'{code}' is no currency.", "Write its code of three letters, e.g. EUR.")


READINGS: dict[str, Callable[[str, tuple[str | int, ...]], Iterator[Finding]]] = {
    "zone": _check_zone,
    "formats": _check_formats,
    "currency": _check_currency,
}
"""How the options are checked that may be any text."""


def _listed(values: tuple[str, ...]) -> str:
    return f"Known: {', '.join(values)}."


def _check_origins(
    mapping: FieldMappings, field: FieldMapping, known: Known, path: tuple[str | int, ...]
) -> Iterator[Finding]:
    for index, origin in enumerate(field.from_):
        place = (*path, "from", index)
        prefix, dot, name = origin.partition(".")
        if mapping.source == "bridge" and prefix not in ("bridge", "fact"):
            yield Finding(place, f"'{origin}' is not the bridge's.", "Use bridge.… or fact.….")
        if mapping.target == "facts" and prefix in ("bridge", "fact"):
            yield Finding(place, f"'{origin}' is made from facts and cannot make one.", "Name a HubSpot property.")
        elif prefix == "fact" and dot and name not in known:
            near = did_you_mean(name, known)
            yield Finding(
                place, f"there is no fact '{name}'.", near or "Facts come from the mapping whose target is facts."
            )
