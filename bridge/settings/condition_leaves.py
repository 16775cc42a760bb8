"""A condition taken apart into its single questions, shorthand written out; and what is wrong with them, by type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bridge.frozen import frozen
from bridge.settings.base import did_you_mean
from bridge.settings.conditions import OPERATORS, Condition, spelled
from bridge.settings.countries import HOW_WRITTEN, is_country
from bridge.settings.known import IN_WORDS, LEVELS, STAGES, UNRANKED, FactType, Known, KnownFact

Steps = tuple[str | int, ...]


@frozen
class Finding:
    """Something wrong at a path of a file, before it has a line: `of_key` when the key is at fault, not its value."""

    path: Steps
    text: str
    suggestion: str = ""
    of_key: bool = False


def twins(names: Iterable[str], path: Steps) -> Iterator[Finding]:
    """Upper and lower case are the same: of two such keys of a block only one could count."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            text = f"is the same as {first}: upper and lower case are alike."
            yield Finding((*path, name), text, "Keep one of them.", True)


@frozen
class Leaf:
    """One question about one fact. `path` is where it stands inside the condition."""

    field: str
    operator: str
    operand: Any
    path: Steps


EVERYWHERE = ("is_empty", "is_filled", "changed")
ORDERED = ("at_least", "at_most", "more_than", "less_than")
NOT_CALLED: Mapping[str, str] = {}
SAME = ("equals", "not_equals", "in_", "not_in")
OPERATORS_OF: dict[FactType, tuple[str, ...]] = {
    FactType.text: (*SAME, "contains", "matches", *EVERYWHERE),
    FactType.number: (*SAME, *ORDERED, *EVERYWHERE),
    FactType.boolean: ("equals", "not_equals", *EVERYWHERE),
    FactType.moment: ("within_days", "before_days", *EVERYWHERE),
    FactType.many: ("contains", *EVERYWHERE),
    FactType.level: (*SAME, *ORDERED, *EVERYWHERE),
}


def own_leaves(condition: Condition) -> Iterator[Leaf]:
    """The questions of this block itself, without those of `any`, `all` and `not`."""
    if condition.field is not None:
        for operator in OPERATORS:
            operand = getattr(condition, operator)
            if operand is None:
                continue
            if operator == "matches_level":
                yield Leaf("job_level", "at_least", operand, (operator,))
            else:
                yield Leaf(condition.field, operator, operand, (spelled(operator),))
    if condition.segment is not None:
        yield Leaf("segment", "in_", condition.segment, ("segment",))
    if condition.score_at_least is not None:
        yield Leaf("score", "at_least", condition.score_at_least, ("score_at_least",))
    if condition.bant_at_least is not None:
        yield Leaf("bant", "at_least", condition.bant_at_least, ("bant_at_least",))
    if condition.mandatory is not None:
        yield Leaf("complete", "equals", condition.mandatory == "complete", ("mandatory",))


def parts(condition: Condition) -> Iterator[tuple[Steps, Condition]]:
    """The blocks inside this one, one step down."""
    for index, part in enumerate(condition.any or ()):
        yield ("any", index), part
    for index, part in enumerate(condition.all or ()):
        yield ("all", index), part
    if condition.not_ is not None:
        yield ("not",), condition.not_


def facts_asked(condition: Condition) -> tuple[str, ...]:
    """Every fact the condition speaks of, in order, once."""
    names = [leaf.field for leaf in own_leaves(condition)]
    for _, part in parts(condition):
        names += facts_asked(part)
    return tuple(dict.fromkeys(names))


def facts_compared(condition: Condition) -> tuple[str, ...]:
    """The facts the condition asks `changed` of: what they are now must be kept with the decision."""
    names = [leaf.field for leaf in own_leaves(condition) if leaf.operator == "changed"]
    return (*names, *(name for _, part in parts(condition) for name in facts_compared(part)))


def check_condition(condition: Condition, known: Known, sees: str, path: Steps) -> Iterator[Finding]:
    """Everything wrong with a condition when the facts in `known` up to the stage `sees` are there."""
    if condition.matches_level is not None and condition.field != "job_title":
        yield Finding((*path, "matches_level"), "is for the field job_title.", "For job_level use at_least.", True)
    field_is_wrong = False
    if condition.field is not None:
        for finding in check_fact(condition.field, known, sees, (*path, "field")):
            field_is_wrong = True
            yield finding
    for leaf in own_leaves(condition):
        fact = known.get(leaf.field)
        if fact is None or (field_is_wrong and leaf.field == condition.field):
            continue
        if leaf.path[0] in ("segment", "score_at_least", "bant_at_least", "mandatory"):
            yield from check_fact(leaf.field, known, sees, (*path, *leaf.path))
        yield from _check_leaf(leaf, fact, (*path, *leaf.path))
    for step, part in parts(condition):
        yield from check_condition(part, known, sees, (*path, *step))


def check_fact(name: str, known: Known, sees: str, path: Steps) -> Iterator[Finding]:
    """A fact must be known, and known by then."""
    fact = known.get(name)
    if fact is None:
        near = did_you_mean(name, known)
        yield Finding(path, f"there is no fact '{name}'.", near or "Facts come from the mapping whose target is facts.")
    elif STAGES.index(fact.stage) > STAGES.index(sees):
        yield Finding(
            path, f"'{name}' is not known yet here.", "Segments come first, then score, then BANT, then verdicts."
        )


def _check_leaf(leaf: Leaf, fact: KnownFact, path: Steps) -> Iterator[Finding]:
    allowed = OPERATORS_OF[fact.type]
    if leaf.operator not in allowed:
        words = ", ".join(spelled(operator) for operator in allowed)
        text = f"cannot be asked of '{leaf.field}', which is {IN_WORDS[fact.type]}."
        yield Finding(path, text, f"Use one of: {words}.", True)
        return
    if leaf.operator in EVERYWHERE or leaf.operator in ("within_days", "before_days"):
        return
    if isinstance(leaf.operand, tuple):
        for index, operand in enumerate(leaf.operand):
            yield from _check_operand(operand, leaf, fact, (*path, index))
    else:
        yield from _check_operand(leaf.operand, leaf, fact, path)


def _check_operand(operand: object, leaf: Leaf, fact: KnownFact, path: Steps) -> Iterator[Finding]:
    if fact.type is FactType.number:
        if isinstance(operand, bool) or not isinstance(operand, int | float):
            yield Finding(path, f"must be a number, found '{operand}'; '{fact.name}' is a number.")
    elif fact.type is FactType.boolean:
        if not isinstance(operand, bool):
            yield Finding(path, f"must be true or false, found '{operand}'; '{fact.name}' is true or false.")
    elif operand == "":
        yield Finding(path, "must not be an empty text.", "Blanks are asked for with is_empty or is_filled.")
    elif not isinstance(operand, str):
        shown = str(operand).lower() if isinstance(operand, bool) else operand
        yield Finding(path, f"must be a text; '{fact.name}' is {IN_WORDS[fact.type]}.", f"Write '{shown}' in quotes.")
    elif fact.type is FactType.level:
        levels = LEVELS if leaf.operator in ORDERED else (*LEVELS, *UNRANKED)
        yield from _one_of(operand, levels, f"'{operand}' is no job level.", path)
    elif fact.country and leaf.operator in SAME:
        if not is_country(operand):
            yield Finding(path, f"'{fact.name}' is never '{operand}'.", HOW_WRITTEN)
    elif fact.options and (leaf.operator in SAME or (fact.type is FactType.many and fact.called)):
        yield from _one_of(operand, fact.options, f"'{fact.name}' is never '{operand}'.", path, fact.called)


def _one_of(
    operand: str, options: tuple[str, ...], text: str, path: Steps, called: Mapping[str, str] = NOT_CALLED
) -> Iterator[Finding]:
    if operand.casefold() in {option.casefold() for option in options}:
        return
    meant = next((value for value, label in called.items() if label.casefold() == operand.casefold()), "")
    shown = f"HubSpot shows '{meant}' like that: write '{meant}'." if meant else ""
    known = f"Known: {', '.join(options[:12])}{', …' if len(options) > 12 else '.'}"
    yield Finding(path, text, shown or did_you_mean(operand, options) or known)
