"""What every settings model shares: frozen, closed to unknown keys, and words of ours for what is wrong.

`problem(text, suggestion)` is raised inside validators; loading turns it into a `Problem` with file, line and column.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from bridge.settings.yaml_file import NOTHING


class Settings(BaseModel):
    """A part of a settings file. Values are checked strictly: a text is not a number, a number is not a text."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, populate_by_name=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _says_something(cls, value: object) -> object:
        """Nothing would mean "always", "no limit" or "as usual", which nobody wrote."""
        if value is NOTHING:
            raise problem("has nothing behind it", "Write a value, or leave the line out.")
        return value


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | tuple[str, ...])]
"""A list of texts in the file, where a single text may stand for a list of one."""


def problem(text: str, suggestion: str = "") -> PydanticCustomError:
    """An error in our own words, for validators to raise. `text` follows the key: "fields: names no source"."""
    return PydanticCustomError("ours", "{text}", {"text": text, "suggestion": suggestion})


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, as a question; empty when none is near."""
    lowered = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), lowered, n=1, cutoff=0.6)
    return f"did you mean '{lowered[near[0]]}'?" if near else ""
