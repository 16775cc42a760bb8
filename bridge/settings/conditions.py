"""Conditions in YAML: a small typed language of our own, compiled to closures.

    {field: job_level, at_least: director}
    {any: [{field: country, in: [DE, AT, CH]}, {segment: target_account}]}

Everything in one block must hold. An empty fact equals nothing and is on no side of a comparison: `equals`, `in`,
`at_least` are false for it, `not_equals` and `not_in` true; `is_empty` asks for it. A yes/no fact that nobody knows is no.
Upper and lower case are the same. Nothing in a file is ever evaluated as code.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bridge.settings.base import Settings, Texts, problem


def _plain(value: object) -> object:
    if not isinstance(value, bool | int | float | str):
        raise problem("must be one value", "A list belongs to `in`.")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise problem(f"must be a number, found '{value}'")
    return value


def _bound(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise problem("must be a number or a job level")
    return value


Scalar = Annotated[bool | int | float | str, BeforeValidator(_plain)]
Number = Annotated[int | float, BeforeValidator(_number)]
Bound = Annotated[int | float | str, BeforeValidator(_bound)]
"""A number, or the name of a job level."""


class Condition(Settings):
    """One block; every part given must hold."""

    field: str | None = Field(default=None, description="The fact that is asked about.", examples=["job_level"])
    equals: Scalar | None = Field(default=None, description="Is this value.", examples=["DE"])
    not_equals: Scalar | None = Field(default=None, description="Is not this value (true when empty).")
    in_: tuple[Scalar, ...] | None = Field(
        default=None, alias="in", min_length=1, description="Is one of these.", examples=[["DE", "AT"]]
    )
    not_in: tuple[Scalar, ...] | None = Field(
        default=None, min_length=1, description="Is none of these (true when empty)."
    )
    contains: Texts | None = Field(
        default=None, min_length=1, description="A text holds one of these; a list has one of these."
    )
    matches: Texts | None = Field(
        default=None, min_length=1, description="Fits one of these patterns; `*` is any text, `?` any one character."
    )
    at_least: Bound | None = Field(
        default=None, description="Number or job level, this or above.", examples=["director"]
    )
    at_most: Bound | None = Field(default=None, description="Number or job level, this or below.")
    more_than: Bound | None = Field(default=None, description="Number or job level, above this.")
    less_than: Bound | None = Field(default=None, description="Number or job level, below this.")
    matches_level: str | None = Field(
        default=None, description="A job title of this level or above.", examples=["director"]
    )
    within_days: Number | None = Field(
        default=None, ge=0, description="A date or time in the last N days.", examples=[30]
    )
    before_days: Number | None = Field(default=None, ge=0, description="A date or time more than N days ago.")
    is_empty: bool | None = Field(default=None, description="`true`: nothing is known; `false`: something is.")
    is_filled: bool | None = Field(default=None, description="`true`: something is known; `false`: nothing is.")
    changed: bool | None = Field(default=None, description="`true`: changed since the lead was last decided on.")

    any: tuple[Condition, ...] | None = Field(default=None, min_length=1, description="One of these blocks holds.")
    all: tuple[Condition, ...] | None = Field(default=None, min_length=1, description="Each of these blocks holds.")
    not_: Condition | None = Field(default=None, alias="not", description="This block does not hold.")

    segment: Texts | None = Field(default=None, min_length=1, description="Short for `{field: segment, in: […]}`.")
    score_at_least: Number | None = Field(default=None, description="Short for `{field: score, at_least: …}`.")
    bant_at_least: int | None = Field(default=None, ge=0, le=4, description="At least so many BANT criteria are met.")
    mandatory: Literal["complete", "incomplete"] | None = Field(
        default=None, description="All mandatory information is there, or not."
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        asked = [name for name in OPERATORS if getattr(self, name) is not None]
        if self.field is None and asked:
            raise problem(f"`{spelled(asked[0])}` needs a `field` to ask about")
        if self.field is not None and not asked:
            raise problem(f"says nothing about '{self.field}'", "Add e.g. `equals: …` or `is_filled: true`.")
        if all(getattr(self, name) is None for name in Condition.model_fields):
            raise problem("is an empty condition", "Leave `when` out if the rule always applies.")
        return self


OPERATORS = (
    "equals", "not_equals", "in_", "not_in", "contains", "matches", "at_least", "at_most", "more_than", "less_than",
    "matches_level", "within_days", "before_days", "is_empty", "is_filled", "changed",
)  # fmt: skip


def spelled(name: str) -> str:
    """An operator as it stands in the file."""
    return name.rstrip("_")
