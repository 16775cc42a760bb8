"""Who is how placed in the decision; and titles labelled for this, half to tune on and half put aside."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bridge.stages.clean.titles import LEVELS as TITLE_LEVELS
from bridge.stages.clean.titles import read
from bridge.stages.handoff.roles import LEVELS, ROLES, Role, placed, role_of

LABELLED = list(csv.DictReader(Path(__file__).with_name("titles.csv").open(encoding="utf-8")))
HELD_OUT = [row for row in LABELLED if row["part"] == "held_out"]
TUNING = [row for row in LABELLED if row["part"] == "tuning"]
NOBODY = (None, "")


@pytest.mark.parametrize(
    ("said", "authority", "level", "uses", "role", "source"),
    [
        ("decision_maker", NOBODY, "staff", False, "decision_maker", "they said so"),
        ("Budget Holder", NOBODY, "staff", False, "decision_maker", "they said so"),
        ("influencer", NOBODY, "c_level", False, "influencer", "they said so"),
        ("END_USER;CHAMPION", NOBODY, "unknown", True, "influencer", "they said so"),
        ("blocker", NOBODY, "director", False, "blocker", "they said so"),
        ("LEGAL_AND_COMPLIANCE", NOBODY, "manager", False, "blocker", "they said so"),
        ("something else", NOBODY, "vp", False, "decision_maker", "job title"),
        ("", (True, "caller"), "staff", False, "decision_maker", "caller"),
        ("", (False, "caller"), "director", False, "influencer", "job title"),
        ("", (False, "caller"), "director", True, "user", "product usage"),
        ("", NOBODY, "owner", True, "decision_maker", "job title"),
        ("", NOBODY, "manager", False, "influencer", "job title"),
        ("", NOBODY, "manager", True, "user", "product usage"),
        ("", NOBODY, "staff", True, "user", "product usage"),
        ("", NOBODY, "staff", False, "unknown", ""),
        ("", NOBODY, "senior", False, "unknown", ""),
        ("", NOBODY, "student", False, "unknown", ""),
        ("", NOBODY, "unknown", False, "unknown", ""),
    ],
)
def test_role(said: str, authority: tuple[bool | None, str], level: str, uses: bool, role: str, source: str) -> None:
    assert role_of(said, authority, level, uses) == Role(role, source)


def test_the_best_placed_come_last_in_order() -> None:
    rising = [
        ("blocker", "owner", 1999), ("unknown", "staff", 1999), ("user", "intern", 0), ("influencer", "manager", 1999),
        ("influencer", "head", 0), ("decision_maker", "staff", 1999), ("decision_maker", "director", 50),
        ("decision_maker", "director", 1050), ("decision_maker", "c_level", 0), ("decision_maker", "owner", 0),
    ]  # fmt: skip
    ranks = [placed(*one) for one in rising]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_the_words_are_the_same_everywhere() -> None:
    assert set(LEVELS) == set(TITLE_LEVELS)
    assert {
        role_of(said, NOBODY, "unknown", False).name for said in ("decision_maker", "champion", "user", "blocker", "")
    } == set(ROLES)


@pytest.mark.parametrize("what", ["level", "department"])
def test_titles_put_aside_are_read_right(what: str) -> None:
    right = sum(getattr(read(row["title"]), what) == row[what] for row in HELD_OUT)
    assert right / len(HELD_OUT) >= 0.92


@pytest.mark.parametrize("what", ["level", "department"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_titles_put_aside_are_read_right_in_every_language(language: str, what: str) -> None:
    """The French ones are from a list of posts that others made; nothing was tuned on them."""
    rows = [row for row in HELD_OUT if row["language"] == language]
    assert len(rows) >= 30
    assert sum(getattr(read(row["title"]), what) == row[what] for row in rows) / len(rows) >= 0.92


@pytest.mark.parametrize("what", ["level", "department"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_what_was_learnt_from_titles_is_not_forgotten(language: str, what: str) -> None:
    rows = [row for row in TUNING if row["language"] == language]
    assert len(rows) >= 250
    assert sum(getattr(read(row["title"]), what) == row[what] for row in rows) / len(rows) >= 0.97
