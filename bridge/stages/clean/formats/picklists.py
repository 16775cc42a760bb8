"""`picklist`, `multi_picklist` (`a;b;c`) and `boolean`."""

from __future__ import annotations

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, Changes, FormatContext, done, nothing, refused, unsettled
from bridge.stages.clean.choices import option_for
from bridge.stages.clean.formats.plain import one_line
from bridge.stages.clean.text import tidy
from bridge.stages.clean.words import words

YES = words("""
    true yes y 1 on checked ja j oui o sí sì si s sim vero wahr vrai verdadero ναι да はい 是 نعم
""")
NO = words("""
    false no n 0 off unchecked nein non não nao nee falso falsch faux οχι όχι нет いいえ 否 لا
""")


def picklist(raw: object, context: FormatContext) -> Cleaned:
    """One option of the target by value or label. Without options to compare with, the text as it is."""
    text, changes = one_line(raw)
    if not text:
        return nothing(raw, changes)
    target = context.target
    if target is None or not target.options:
        return done(raw, text, changes)
    option = option_for(text, target)
    if option is None:
        return unsettled(raw, text, context, "unknown_picklist_value", f"'{text}' is not in the picklist", changes)
    return done(raw, option, changes)


def multi_picklist(raw: object, context: FormatContext) -> Cleaned:
    """Several options as `a;b;c`, each once, in the order typed. Unknown ones are left out of a closed list, with a reason."""
    text, changes = one_line(raw)
    parts = list(dict.fromkeys(part for part in (piece.strip() for piece in text.split(";")) if part))
    if not parts:
        return nothing(raw, changes)
    target = context.target
    if target is None or not target.options:
        return done(raw, ";".join(parts), changes)
    known: dict[str, None] = {}
    unknown: list[str] = []
    for part in parts:
        option = option_for(part, target)
        if option is not None:
            known[option] = None
        else:
            unknown.append(part)
    if not unknown:
        return done(raw, ";".join(known), changes)
    return _partly(raw, list(known), unknown, context, changes)


def _partly(raw: object, known: list[str], unknown: list[str], context: FormatContext, changes: Changes) -> Cleaned:
    note = f"not in the picklist: {', '.join(unknown)}"
    if not known or context.otherwise == "hold":
        return unsettled(raw, ";".join((*known, *unknown)), context, "unknown_picklist_value", note, changes)
    target = context.target
    if context.otherwise == "keep" and target is not None and not target.restricted:
        return done(raw, ";".join((*known, *unknown)), (*changes, Change("unknown_picklist_value", note)))
    extra = [context.use] if context.otherwise == "use" and context.use not in known else []
    return done(raw, ";".join((*known, *extra)), (*changes, Change("some_choices_dropped", note)))


def boolean(raw: object, context: FormatContext) -> Cleaned:
    """True or False from true/false, yes/no, 1/0, on/off and their like in the languages around us."""
    if isinstance(raw, bool):
        return Cleaned(raw, raw)
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    word = text.casefold()
    if word in YES or word in NO:
        return done(raw, word in YES, changes)
    return refused(raw, "not_a_boolean", "neither yes nor no", changes)
