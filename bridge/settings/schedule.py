"""The model of `config/schedule.yaml`: when the daemon does what."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bridge.settings.base import Settings, did_you_mean, problem
from bridge.settings.calendar import Interval, Zone

JobName = Literal["sync", "sweep", "follow_up", "housekeeping"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12))


class Job(Settings):
    """One job: `every` an interval, or `cron` at a time of day."""

    every: Interval | None = Field(default=None, description="A number and s, m, h or d.", examples=["5m"])
    cron: str | None = Field(
        default=None, description="Minute, hour, day, month, weekday; weekdays by name.", examples=["30 1 * * mon"]
    )
    catch_up: Literal["once", "skip"] = Field(
        default="once", description="Runs missed while the daemon was down: made up for once, or not at all."
    )

    @field_validator("cron")
    @classmethod
    def _can_be_read(cls, cron: str | None) -> str | None:
        if cron is not None:
            check_cron(cron)
        return cron

    @model_validator(mode="after")
    def _has_one_clock(self) -> Self:
        if (self.every is None) == (self.cron is None):
            raise problem("needs `every` or `cron`, and not both")
        return self


class Schedule(Settings):
    """When the daemon does what."""

    time_zone: Zone = Field(default="UTC", description="The zone `cron` is read in.", examples=["Europe/Berlin"])
    jobs: dict[JobName, Job] = Field(
        min_length=1,
        description="sync: one cycle; sweep: read everything; follow_up; housekeeping.",
        examples=[{"sync": {"every": "5m"}}],
    )


def check_cron(cron: str) -> None:
    """Refuse what is not five parts, out of range, or a numeric weekday."""
    given = cron.split()
    if len(given) != 5:
        raise problem(f"has {len(given)} parts instead of 5", "Minute, hour, day, month, weekday: 30 1 * * mon.")
    for text, (name, low, high) in zip(given, PARTS, strict=False):
        _check_part(text, name, low, high)
    _check_weekdays(given[4])


def _check_part(text: str, name: str, low: int, high: int) -> None:
    for piece in text.split(","):
        span, _, step = piece.partition("/")
        if step and not (step.isdigit() and int(step) > 0):
            raise problem(f"the {name} '{text}' cannot be read", "Write e.g. */15.")
        if span == "*":
            continue
        ends = span.split("-")
        if len(ends) > 2 or not all(_in_range(end, name, low, high) for end in ends):
            raise problem(
                f"the {name} '{text}' must lie between {low} and {high}", "Lists 1,15, ranges 8-18, steps */15."
            )


def _in_range(text: str, name: str, low: int, high: int) -> bool:
    if name == "month" and text.casefold() in MONTHS:
        return True
    return text.isdigit() and low <= int(text) <= high


def _check_weekdays(text: str) -> None:
    if re.search(r"\d", text):
        raise problem(
            f"the weekday '{text}' is a number; programs count weekdays differently", "Write names: mon,tue … mon-fri."
        )
    for word in re.split(r"[,-]", text):
        if word != "*" and word.casefold() not in WEEKDAYS:
            raise problem(
                f"there is no weekday '{word}'", did_you_mean(word, WEEKDAYS) or "Write mon … sun, mon-fri, or *."
            )
