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
DAYS_AT_MOST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
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
    """Refuse what is not five parts, out of range, backwards, a day that never comes, or a numeric weekday."""
    given = cron.split()
    if len(given) != 5:
        raise problem(f"has {len(given)} parts instead of 5", "Minute, hour, day, month, weekday: 30 1 * * mon.")
    _, _, days, months = (_moments(text, *part) for text, part in zip(given, PARTS, strict=False))
    if all(day > DAYS_AT_MOST[month - 1] for day in days for month in months):
        raise problem(f"the day '{given[2]}' never comes in the month '{given[3]}'", "Name a day that the month has.")
    _check_weekdays(given[4])


def _moments(text: str, name: str, low: int, high: int) -> set[int]:
    """Every number that a part means."""
    found: set[int] = set()
    for piece in text.split(","):
        span, _, step = piece.partition("/")
        if step and not (_is_number(step) and int(step) > 0):
            raise problem(f"the {name} '{text}' cannot be read", "Write e.g. */15.")
        ends = span.split("-") if span != "*" else [str(low), str(high)]
        if len(ends) > 2 or not all(_in_range(end, name, low, high) for end in ends):
            raise problem(
                f"the {name} '{text}' must lie between {low} and {high}", "Lists 1,15, ranges 8-18, steps */15."
            )
        if len({_is_number(end) for end in ends}) > 1:
            raise problem(f"the {name} '{piece}' mixes a number and a name", "Write both as numbers or as names.")
        first = _number(ends[0])
        last = _number(ends[-1]) if len(ends) > 1 or not step else high
        if first > last:
            raise problem(
                f"the {name} '{piece}' ends before it begins",
                f"Write {ends[0]}-{high},{low}-{ends[-1]} for both sides.",
            )
        if step and int(step) > last - first:
            raise problem(f"the {name} '{piece}' steps over all but its first", "Leave the step out, or use `every`.")
        found.update(range(first, last + 1, int(step or 1)))
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _number(text: str) -> int:
    return int(text) if _is_number(text) else MONTHS.index(text.casefold()) + 1


def _in_range(text: str, name: str, low: int, high: int) -> bool:
    if name == "month" and text.casefold() in MONTHS:
        return True
    return _is_number(text) and low <= int(text) <= high


def _check_weekdays(text: str) -> None:
    if re.search(r"\d", text):
        raise problem(
            f"the weekday '{text}' is a number; programs count weekdays differently", "Write names: mon,tue … mon-fri."
        )
    for piece in text.split(","):
        words = piece.casefold().split("-")
        for word in words:
            if word not in WEEKDAYS and piece != "*":
                near = did_you_mean(word, WEEKDAYS) or "Write mon … sun, mon-fri, or *."
                raise problem(f"there is no weekday '{word}'", near)
        if len(words) > 2 or (len(words) == 2 and WEEKDAYS.index(words[0]) > WEEKDAYS.index(words[1])):
            raise problem(
                f"the weekdays '{piece}' end before they begin", "Weeks begin with mon: write e.g. fri-sun,mon."
            )
