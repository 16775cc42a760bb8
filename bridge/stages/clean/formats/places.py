"""`country_code`, `country_name`, `state_code`, `state_name`: as the target's picklist wants them, else ISO code or English name."""

from __future__ import annotations

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Changes, FormatContext, nothing, refused, unsettled, written
from bridge.stages.clean.countries import country_of, english_name, option_for_country
from bridge.stages.clean.formats.plain import is_placeholder, one_line
from bridge.stages.clean.states import State, option_for_state, state_of


def country_code(raw: object, context: FormatContext) -> Cleaned:
    """ISO 3166 alpha-2, or the picklist option that means the country."""
    return _country(raw, context, as_code=True)


def country_name(raw: object, context: FormatContext) -> Cleaned:
    """English name, or the picklist option that means the country."""
    return _country(raw, context, as_code=False)


def _country(raw: object, context: FormatContext, *, as_code: bool) -> Cleaned:
    text, changes = one_line(raw)
    if not text:
        return nothing(raw, changes)
    code = country_of(text)
    if code is None:
        note = f"'{text}' is not the name or code of one country"
        return _unknown(raw, text, context, "unknown_country", note, changes, as_code)
    target = context.target
    if target is None or not target.options:
        return written(raw, text, code if as_code else english_name(code), changes)
    option = option_for_country(code, target)
    if option is not None:
        return written(raw, text, option, changes)
    note = f"the picklist has no {english_name(code)}"
    return unsettled(raw, code if as_code else english_name(code), context, "unknown_picklist_value", note, changes)


def state_code(raw: object, context: FormatContext) -> Cleaned:
    """ISO 3166-2 code without the country (`CA`), or the picklist option that means the state."""
    return _state(raw, context, as_code=True)


def state_name(raw: object, context: FormatContext) -> Cleaned:
    """The state's name, or the picklist option that means it."""
    return _state(raw, context, as_code=False)


def _state(raw: object, context: FormatContext, *, as_code: bool) -> Cleaned:
    text, changes = one_line(raw)
    if not text:
        return nothing(raw, changes)
    region = context.region
    state = state_of(text, region) if region else None
    if region is None or state is None:
        note = f"'{text}' is not a state of {english_name(region)}" if region else "the person's country is not known"
        return _unknown(raw, text, context, "unknown_state", note, changes, as_code)
    return _known_state(raw, text, state, region, context, changes, as_code)


def _known_state(
    raw: object, text: str, state: State, region: str, context: FormatContext, changes: Changes, as_code: bool
) -> Cleaned:
    target = context.target
    value = state.code if as_code else state.name
    if target is None or not target.options:
        return written(raw, text, value, changes)
    option = option_for_state(state, region, target)
    if option is not None:
        return written(raw, text, option, changes)
    return unsettled(raw, value, context, "unknown_picklist_value", f"the picklist has no {state.name}", changes)


def _unknown(
    raw: object, text: str, context: FormatContext, reason: str, note: str, changes: Changes, as_code: bool
) -> Cleaned:
    """A name may stand as typed in a free field; a code may not be something else than a code, and a filler is neither."""
    if is_placeholder(text):
        return refused(raw, "placeholder", f"'{text}' says nothing", changes)
    if as_code and context.otherwise == "keep":
        return refused(raw, reason, note, changes)
    return unsettled(raw, text, context, reason, note, changes)
