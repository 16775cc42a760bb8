"""Labelled worlds for training and measuring: the development world, and larger ones with made-up accounts between the real ones."""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.stages.reconcile import AccountEntry, Probe


@dataclass(frozen=True)
class Truth:
    """The right account of a lead ("" for none), those as good, and what makes the lead hard."""

    account: str
    acceptable: frozenset[str]
    kind: str
    slice: str


@dataclass(frozen=True)
class World:
    """Accounts, leads, and the truth about each lead."""

    accounts: list[AccountEntry]
    leads: list[Probe]
    truth: dict[str, Truth]


def read_world(folder: Path) -> World:
    """Read `accounts`, `leads` and `truth` (`.csv` or `.csv.gz`) from `folder`."""
    accounts = [
        AccountEntry(
            r["account_id"], r["name"], r["website"], r["phone"], r["country"], r.get("state", ""), r.get("city", "")
        )
        for r in rows(folder, "accounts")
    ]
    leads = [
        Probe(
            r["lead_id"],
            r["first_name"],
            r["last_name"],
            r["email"],
            r["company"],
            r["website"],
            r["phone"],
            r["country"],
            r.get("state", ""),
            r["city"],
        )
        for r in rows(folder, "leads")
    ]
    truth = {
        r["lead_id"]: Truth(
            r["account_id"], frozenset(filter(None, r["acceptable_ids"].split("|"))), r["kind"], r["slice"]
        )
        for r in rows(folder, "truth")
    }
    return World(accounts, leads, truth)


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of one table of a world."""
    packed = folder / f"{name}.csv.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def distractors(accounts: list[AccountEntry], count: int, seed: int) -> Iterator[AccountEntry]:
    """Made-up accounts that look like real ones: words of two or three real names, the place of another, a web domain made of the name."""
    chance = random.Random(seed)
    for number in range(count):
        ours, theirs, place = (chance.choice(accounts) for _ in range(3))
        words = _mixed(ours.name.split(), theirs.name.split(), chance)
        if chance.random() < 0.7:
            place = theirs
        yield AccountEntry(
            f"D{number:07d}",
            " ".join(words),
            _website(words, place.country, number, chance),
            "",
            place.country,
            place.state,
            place.city,
        )


def _mixed(ours: list[str], theirs: list[str], chance: random.Random) -> list[str]:
    if chance.random() < 0.6 and len(ours) > 1 and len(theirs) > 1:
        return ours[: chance.randint(1, len(ours) - 1)] + theirs[chance.randint(1, len(theirs) - 1) :]
    words = list(ours)
    words[chance.randrange(len(words))] = chance.choice(theirs)
    if chance.random() < 0.4:
        words.insert(chance.randrange(len(words) + 1), chance.choice(theirs))
    return words


def _website(words: list[str], country: str, number: int, chance: random.Random) -> str:
    if chance.random() < 0.12:
        return ""
    plain = [word for word in (re.sub("[^a-z0-9]", "", word.lower()) for word in words) if word]
    label = "".join(plain)[: chance.randint(5, 18)]
    if chance.random() < 0.3:
        label = "".join(word[0] for word in plain) + chance.choice(["", "", "group", "x", str(chance.randint(1, 99))])
    suffix = chance.choice(["com", "com", "org", "net", (country or "us").lower().replace("gb", "co.uk")])
    return f"http://www.{label or f'x{number}'}.{suffix}"
