"""Labelled worlds for training and measuring: the development world, and larger ones with made-up accounts and leads between the real ones."""

from __future__ import annotations

import csv
import gzip
import itertools
import random
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.stages.reconcile import AccountEntry, PersonEntry, Probe

ACCOUNT_COLUMNS = ("account_id", "name", "website", "phone", "country", "state", "city")
LEAD_COLUMNS = ("lead_id", "first_name", "last_name", "email", "company", "website", "phone", "country", "city")

FOLDS = 5  # parts the leads are split into: what is measured was not trained on


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
    accounts, leads = read_accounts(folder), read_leads(folder)
    truth = {
        r["lead_id"]: Truth(
            r["account_id"], frozenset(filter(None, r["acceptable_ids"].split("|"))), r["kind"], r["slice"]
        )
        for r in rows(folder, "truth")
    }
    return World(accounts, leads, truth)


def read_accounts(folder: Path) -> list[AccountEntry]:
    """The accounts of a world."""
    return [
        AccountEntry(
            r["account_id"], r["name"], r["website"], r["phone"], r["country"], r.get("state", ""), r.get("city", "")
        )
        for r in rows(folder, "accounts")
    ]


def read_leads(folder: Path) -> list[Probe]:
    """The leads of a world."""
    return [
        Probe(
            r["lead_id"], r["first_name"], r["last_name"], r["email"], r["company"], r["website"], r["phone"],
            r["country"], r.get("state", ""), r["city"],
        )
        for r in rows(folder, "leads")
    ]  # fmt: skip


def read_people(folder: Path) -> tuple[list[PersonEntry], list[str]]:
    """The contacts of a world and, side by side, who each of them is."""
    who = {r["contact_id"]: r["person_id"] for r in rows(folder, "contacts_truth")}
    people = [
        PersonEntry(
            r["contact_id"], "lead", r["first_name"], r["last_name"], r["email"], r["phone"], r["company"], r["title"],
            r["country"], r["city"],
        )
        for r in rows(folder, "contacts")
    ]  # fmt: skip
    return people, [who[person.id] for person in people]


def larger(world: World, accounts: int, leads: int, folder: Path) -> None:
    """Write `accounts.csv` and `leads.csv` of these sizes into `folder`."""
    entries = list(accounts_of(world, accounts))
    _write(
        folder / "accounts.csv",
        ACCOUNT_COLUMNS,
        ((e.id, e.name, e.website, e.phone, e.country, e.state, e.city) for e in entries),
    )
    probes = leads_of(world, entries, leads)
    _write(
        folder / "leads.csv",
        LEAD_COLUMNS,
        ((p.id, p.first_name, p.last_name, p.email, p.company, p.website, p.phone, p.country, p.city) for p in probes),
    )


def _write(path: Path, columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(lines)


def accounts_of(world: World, count: int) -> Iterator[AccountEntry]:
    """`count` accounts: the real ones, then made-up ones."""
    extra = distractors(world.accounts, max(count - len(world.accounts), 0), seed=3)
    return itertools.islice(itertools.chain(world.accounts, extra), count)


def leads_of(world: World, accounts: list[AccountEntry], count: int) -> Iterator[Probe]:
    """`count` different leads: the labelled ones, then people of any account with its name as people type it."""
    chance = random.Random(5)
    yield from itertools.islice(world.leads, count)
    for number in range(count - len(world.leads)):
        account = chance.choice(accounts)
        label = account.website.removeprefix("http://").removeprefix("https://").removeprefix("www.").split("/")[0]
        host = label if label and chance.random() < 0.55 else chance.choice(("gmail.com", "outlook.com", "qq.com"))
        words = account.name.split()
        if len(words) > 2 and chance.random() < 0.3:
            words = words[:-1]
        company = " ".join(words).lower() if chance.random() < 0.2 else " ".join(words)
        city = account.city if chance.random() < 0.5 else ""
        yield Probe(f"S{number}", "Ann", "Lee", f"p{number}@{host}", company, country=account.country, city=city)


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


def fold_of(world: World, lead: Probe) -> int:
    """The part a lead belongs to: all leads of an account are in one, so that nothing about it is both learned and tested."""
    return zlib.crc32((world.truth[lead.id].account or lead.id).encode()) % FOLDS


def fewer(world: World, size: int, seed: int) -> World:
    """A smaller world of the same making: `size` of its accounts, the leads of these, and enough of those whose account is not there."""
    chance = random.Random(seed)
    accounts = chance.sample(world.accounts, size)
    left = {account.id for account in accounts}
    here, gone, truth = [], [], {}
    for lead in world.leads:
        known = world.truth[lead.id]
        if known.account in left:
            here.append(lead)
            truth[lead.id] = replace(known, acceptable=known.acceptable & left)
        elif not known.acceptable & left or not known.account:
            gone.append(lead)
            truth[lead.id] = replace(known, account="", acceptable=known.acceptable & left)
    share = sum(not known.account for known in world.truth.values()) / sum(
        map(bool, (t.account for t in world.truth.values()))
    )
    leads = here + chance.sample(gone, min(round(len(here) * share), len(gone)))
    chance.shuffle(leads)
    return World(accounts, leads, truth)


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
