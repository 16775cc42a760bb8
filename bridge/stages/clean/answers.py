"""What every format shares: its context, how changes are gathered, and the three ways to answer.

A format is `(raw, context) -> Cleaned`. It answers `done` (a value), `refused` (nothing usable: original and reason stay) or
`unsettled` (a value the target does not know: the mapping line's `otherwise` decides).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from bridge.decisions import Cleaned
from bridge.frozen import frozen
from bridge.stages.clean.reasons import GRAVITY
from connectors.records import FieldSchema

Option = str | int | bool
NO_OPTIONS: Mapping[str, Option] = MappingProxyType({})


@frozen
class FormatContext:
    """What a format may know besides the value.

    `region`: ISO 3166 alpha-2 of the person. `target`: the live field. `options`: the mapping line's own. `otherwise`: what becomes of
    a value the target does not know (`keep`, `leave_blank`, `hold`, `use`); `use` is then the value to write.
    """

    region: str | None = None
    target: FieldSchema | None = None
    options: Mapping[str, Option] = field(default_factory=lambda: NO_OPTIONS)
    otherwise: str = "keep"
    use: str = ""


class Change(NamedTuple):
    """One thing done to a value: a reason code and a note in words."""

    reason: str
    note: str


Changes = tuple[Change, ...]
Format = Callable[[object, FormatContext], Cleaned]

EMPTY = Cleaned(None)
ROUNDS = 6
"""How often a value may change while it is cleaned again and again; real ones need two."""


def done(raw: object, value: Any, changes: Changes = ()) -> Cleaned:
    """`value` may be written; of several changes the gravest gives the reason, all of them the note."""
    if not changes:
        return Cleaned(value, raw)
    return Cleaned(value, raw, gravest(changes), notes_of(changes))


def written(raw: object, before: str, value: str, changes: Changes = ()) -> Cleaned:
    """Like `done`, and says so when `value` differs from the text `before`."""
    if value == before:
        return done(raw, value, changes)
    return done(raw, value, (*changes, Change("reformatted", f"written as {value}")))


def refused(raw: object, reason: str, note: str, changes: Changes = ()) -> Cleaned:
    """Nothing usable: no value, the original and the reason stay."""
    return Cleaned(None, raw, reason, notes_of((*changes, Change(reason, note))), kept=False)


def nothing(raw: object, changes: Changes) -> Cleaned:
    """Nothing was typed, or nothing was left of it; then the last change says why."""
    if not changes:
        return EMPTY
    return refused(raw, changes[-1].reason, changes[-1].note, changes[:-1])


def unsettled(raw: object, text: str, context: FormatContext, reason: str, note: str, changes: Changes = ()) -> Cleaned:
    """`text` is unknown to the target. A restricted picklist never keeps it; else the line's `otherwise` decides."""
    every = (*changes, Change(reason, note))
    if context.otherwise == "use":
        return Cleaned(context.use, raw, reason, f"{notes_of(every)}; written as {context.use}")
    target = context.target
    closed = target is not None and target.restricted and bool(target.options)
    if context.otherwise == "keep" and not closed:
        return Cleaned(text, raw, reason, notes_of(every))
    return Cleaned(None, raw, reason, notes_of(every), kept=False)


def gravest(changes: Changes) -> str:
    return max((change.reason for change in changes), key=GRAVITY.__getitem__)


def notes_of(changes: Changes) -> str:
    return "; ".join(dict.fromkeys(change.note for change in changes))


def text_option(context: FormatContext, name: str, default: str = "") -> str:
    """An option of the mapping line as text."""
    value = context.options.get(name, default)
    return value if isinstance(value, str) else str(value)


def shown(text: str, limit: int = 40) -> str:
    """A value as it may stand in a note: one short line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"


def steady(format_: Format) -> Format:
    """`format_`, applied to its own answer until that stays the same: what one step lays bare (an entity, broken letters) the next one sees."""

    def settle(raw: object, context: FormatContext) -> Cleaned:
        answer = format_(raw, context)
        if type(answer.value) is not str or answer.value == raw:
            return answer
        for _ in range(ROUNDS):
            again = format_(answer.value, context)
            if again.value == answer.value:
                return answer
            answer = _after(answer, again)
            if answer.value is None:
                return answer
        return refused(raw, "unreadable_characters", "comes out differently each time it is read")

    return settle


def _after(first: Cleaned, second: Cleaned) -> Cleaned:
    changes = tuple(Change(step.reason, step.note) for step in (first, second) if step.reason)
    if not changes:
        return replace(second, original=first.original)
    reason = gravest(changes) if second.kept else second.reason
    return replace(second, original=first.original, reason=reason, note=notes_of(changes))


def at_most(length: int, format_: Format) -> Format:
    """`format_` for texts no longer than any real value of its kind; a longer one is refused unread, so that no text can stall a run."""

    def bounded(raw: object, context: FormatContext) -> Cleaned:
        size = len(raw) if isinstance(raw, str | bytes) else 0
        if size > length:
            return refused(raw, "too_long", f"{size} long; nothing of its kind is longer than {length}")
        return format_(raw, context)

    return bounded
