"""One line of a mapping, looked up once: its format, the live field it fills, its value map, and a memory of values seen before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, done, refused
from bridge.stages.clean.choices import option_for
from bridge.stages.clean.formats import FORMATS, Format, FormatContext
from bridge.stages.clean.formats.html import cut_rich_text
from bridge.stages.clean.limits import CUTTABLE, Cutter, Measure, cut, fit, measure_of
from bridge.stages.clean.text import tidy
from connectors.records import FieldSchema, ObjectSchema

if TYPE_CHECKING:
    from bridge.settings.mapping import FieldMapping

REMEMBERED = 2048
"""Values kept per line and generation; two generations live, so a line holds at most twice as many."""
LONGEST_REMEMBERED = 120
SELDOM = REMEMBERED // 16
"""A line whose values come again less often than so in a generation (addresses, phone numbers) remembers nothing any more."""

IN_REGION = frozenset({"phone", "state_code", "state_name", "postal_code"})
_KNOWN_PLACES = frozenset({"country_code", "country_name", "state_code", "state_name"})
_FREE_TEXT = frozenset(
    {"text", "job_title", "company_name", "identifier", "person_name", "first_name", "last_name", "full_name"}
)


@dataclass(slots=True)
class Line:
    """A compiled mapping line. `holds_on`: reasons that keep the lead back although the field is not required; `clears`: a blank says something."""

    target: str
    sources: tuple[str, ...]
    format: Format
    context: FormatContext
    values: Mapping[str, str]
    required: bool
    in_region: bool
    fixed_region: str | None
    fixed_first: bool
    holds_on: frozenset[str]
    too_long: str
    cutter: Cutter | None
    measure: Measure
    choosing: bool
    several: bool
    clears: bool
    constant: Cleaned | None = None
    young: dict[tuple[str, str | None], Cleaned] = field(default_factory=dict)
    old: dict[tuple[str, str | None], Cleaned] = field(default_factory=dict)
    contexts: dict[str | None, FormatContext] = field(default_factory=dict)
    again: int = 0
    remembers: bool = True

    def clean(self, raw: object, region: str | None) -> Cleaned:
        """`raw` through format, value map and length; remembered when it is a short text."""
        where = self._region(region) if self.in_region else None
        if not self.remembers or type(raw) is not str or len(raw) > LONGEST_REMEMBERED:
            return self._work(raw, where)
        key = (raw, where)
        found = self.young.get(key)
        if found is not None:
            self.again += 1
            return found
        found = self.old.get(key)
        if found is not None:
            self.again += 1
        else:
            found = self._work(raw, where)
        if len(self.young) >= REMEMBERED:
            self._grow_old()
        if self.remembers:
            self.young[key] = found
        return found

    def _grow_old(self) -> None:
        self.remembers = self.again >= SELDOM
        self.old, self.young, self.again = (self.young if self.remembers else {}), {}, 0

    def _region(self, region: str | None) -> str | None:
        return (self.fixed_region or region) if self.fixed_first else (region or self.fixed_region)

    def _work(self, raw: object, region: str | None) -> Cleaned:
        context = self.contexts.get(region)
        if context is None:
            context = self.contexts[region] = replace(self.context, region=region)
        cleaned = self._mapped(raw, context) if self.values else self.format(raw, context)
        if self.choosing:
            cleaned = _chosen(cleaned, context)
        target = context.target
        return (
            cleaned
            if target is None
            else fit(cleaned, target, self.measure, self.cutter if self.too_long == "cut" else None)
        )

    def _mapped(self, raw: object, context: FormatContext) -> Cleaned:
        """The value map first: what it names is the admin's word. What it does not name is for `otherwise`."""
        text = tidy(raw).text
        if self.several and ";" in text:
            return self._mapped_each(raw, text, context)
        value = self.values.get(text.casefold())
        if value is not None:
            return replace(self.format(value, context), original=raw)
        note = f"'{text}' is not in the value map"
        if not text or context.otherwise == "keep":
            return self.format(raw, context)
        if context.otherwise == "use":
            meant = self.format(context.use, context).value  # 7, false or a day; a text stays as the admin wrote it
            use = context.use if meant is None or isinstance(meant, str) else meant
            return Cleaned(use, raw, "unknown_picklist_value", f"{note}; written as {context.use}")
        return refused(raw, "unknown_picklist_value", note)

    def _mapped_each(self, raw: object, text: str, context: FormatContext) -> Cleaned:
        """A list through the value map, choice by choice."""
        parts = [part.strip() for part in text.split(";") if part.strip()]
        named = {part: self.values.get(part.casefold()) for part in parts}
        unknown = [part for part, value in named.items() if value is None]
        if not unknown or context.otherwise == "keep":
            return replace(self.format(";".join(value or part for part, value in named.items()), context), original=raw)
        note = f"not in the value map: {', '.join(unknown)}"
        known = [value for value in named.values() if value is not None]
        if context.otherwise == "hold" or not (known or context.use):
            return refused(raw, "unknown_picklist_value", note)
        extra = [context.use] if context.otherwise == "use" else []
        cleaned = self.format(";".join((*known, *extra)), context)
        changes = (Change(cleaned.reason, cleaned.note),) if cleaned.reason else ()
        return done(raw, cleaned.value, (*changes, Change("some_choices_dropped", note)))


def _chosen(cleaned: Cleaned, context: FormatContext) -> Cleaned:
    """Free text that goes into a closed picklist must be one of its options, whatever its format."""
    target, value = context.target, cleaned.value
    if target is None or not isinstance(value, str):
        return cleaned
    option = option_for(value, target)
    if option is not None:
        return cleaned if option == value else replace(cleaned, value=option)
    note = f"'{value}' is not in the picklist"
    return replace(
        cleaned,
        value=None,
        reason="unknown_picklist_value",
        note=f"{cleaned.note}; {note}" if cleaned.note else note,
        kept=False,
    )


def compile_line(name: str, line: FieldMapping, schema: ObjectSchema | None) -> Line:
    """Looks up what a line needs; raises KeyError only for a format that settings would not have let through."""
    target = field_for(name, line.format, schema)
    use = getattr(line.otherwise, "use", "")
    otherwise = "use" if use else str(line.otherwise)
    context = FormatContext(None, target, dict(line.options), otherwise, use)
    compiled = Line(
        target=name,
        sources=line.from_,
        format=FORMATS[line.format],
        context=context,
        values={tidy(key).text.casefold(): value for key, value in line.values.items()},
        required=line.required,
        in_region=line.format in IN_REGION,
        fixed_region=_fixed_region(line),
        fixed_first=line.format
        == "phone",  # what a mapping names decides for phones; states and postal codes lie where the person is
        holds_on=_holds_on(line),
        too_long=line.too_long,
        cutter=_cutter(line.format, target),
        measure=measure_of(context, line.format),
        several=line.format == "multi_picklist",
        clears=_clears(line),
        choosing=target is not None and target.restricted and bool(target.options) and line.format in _FREE_TEXT,
    )
    if line.constant is not None:
        compiled.constant = compiled.clean(line.constant, None)
    return compiled


def field_for(name: str, format_name: str, schema: ObjectSchema | None) -> FieldSchema | None:
    """The live field. `Country` and `State` of an org with country picklists are texts that must be labels of `CountryCode`, `StateCode`."""
    target = schema.fields.get(name) if schema is not None else None
    if schema is None or target is None or target.options or format_name not in _KNOWN_PLACES:
        return target
    codes = schema.fields.get(f"{name}Code")
    if codes is None or not codes.options or not codes.labels:
        return target
    return replace(target, options=codes.labels, labels=codes.options, restricted=True, valid_for=codes.valid_for)


def _cutter(format_name: str, target: FieldSchema | None) -> Cutter | None:
    if format_name == "rich_text":
        return cut_rich_text
    whole = target is not None and target.type in (
        "picklist",
        "multipicklist",
        "id",
        "reference",
        "email",
        "url",
        "phone",
    )
    return cut if format_name in CUTTABLE and not whole else None


def _fixed_region(line: FieldMapping) -> str | None:
    """The region a line names itself; None: the person's."""
    region = line.default_region
    return region.upper() if region and region != "from_country" else None


def _clears(line: FieldMapping) -> bool:
    """Whether a blank source is to clear the field. What the bridge makes is not always there while a lead is decided."""
    made = any(source.startswith("bridge.") for source in line.from_)
    return line.empty == "clear" and bool(line.from_) and not line.required and not made


def _holds_on(line: FieldMapping) -> frozenset[str]:
    reasons: set[str] = set()
    if line.otherwise == "hold":
        reasons |= {"unknown_picklist_value", "unknown_country", "unknown_state"}
    if line.too_long == "hold":
        reasons.add("too_long")
    return frozenset(reasons)
