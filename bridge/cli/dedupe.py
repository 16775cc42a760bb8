"""`leadbridge dedupe`: which contacts are one person, or which accounts are one organisation, in a file. Nothing is merged."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from bridge.cli.csv_files import open_text, read_rows, refuse_unwritable, written
from bridge.cli.match_files import NO_ACCOUNTS, entries_of, evidence_words, tell_left_out
from bridge.cli.output import Json, console, print_json
from bridge.collecting import collecting_seldom
from bridge.errors import DONE, UsageError
from bridge.stages.reconcile import (
    MatchSettings,
    MemoryDirectory,
    PersonEntry,
    Probe,
    account_rows,
    group_people,
    person_rows,
)
from bridge.stages.reconcile.duplicates import find_duplicates

ANSWER = ("contact_id", "person", "score", "sentence", "perhaps")
PAIR = ("account_id", "other_id", "decision", "score", "name", "other_name", "sentence", "evidence")


def dedupe(
    *,
    contacts: Annotated[
        Path | None,
        Parameter(help="CSV of contacts: contact_id; first_name, last_name, email, phone, company and more if known."),
    ] = None,
    accounts: Annotated[
        Path | None,
        Parameter(
            help="Instead: CSV of accounts (account_id, name; website, phone, country, city, parent_id if known)."
        ),
    ] = None,
    out: Annotated[Path, Parameter(help="Where the answers go (.csv or .csv.gz); other columns are kept.")],
    link_at: Annotated[
        float, Parameter(help="Join records of contacts from this probability.")
    ] = MatchSettings().link_person_at,
    json: Json = False,
) -> int:
    """Say which contacts are one person, or which accounts are one organisation, and why.

    Nothing is merged anywhere; the answers are written to a file: a row for each contact, or a row for each pair of accounts.
    """
    if not 0 <= link_at <= 1:
        raise UsageError(f"--link-at {link_at:g} is no probability", "Give a number from 0 to 1, such as 0.8.")
    refuse_unwritable(out, contacts, accounts)
    if contacts is not None and accounts is None:
        return _contacts(contacts, out, link_at, json)
    if accounts is not None and contacts is None:
        return _accounts(accounts, out, json)
    raise UsageError("one file is needed", "Give --contacts FILE or --accounts FILE.")


@collecting_seldom()
def _contacts(contacts: Path, out: Path, link_at: float, json: bool) -> int:
    rows = _each_once(contacts)
    started = time.monotonic()
    people = [_contact(row) for row in rows]
    probes = [
        Probe(p.id, p.first_name, p.last_name, p.email, p.company, "", p.phone, p.country, "", p.city, p.title)
        for p in people
    ]
    found = group_people(probes, MemoryDirectory(person_rows(people)), MatchSettings(link_person_at=link_at))
    extra = [name for name in rows[0] if name != "contact_id"]
    answers = (
        [one.id, one.person, one.score or "", one.sentence, one.perhaps, *(row[name] for name in extra)]
        for row, one in zip(rows, found, strict=True)
    )
    _write(out, [*ANSWER, *(f"given_{name}" if name in ANSWER else name for name in extra)], answers)
    persons, doubtful = len({one.person for one in found}), sum(bool(one.perhaps) for one in found)
    seconds = time.monotonic() - started
    if json:
        print_json({"contacts": len(rows), "people": persons, "doubtful": doubtful, "seconds": round(seconds, 1)})
        return DONE
    console().print(f"[bold]{len(rows):,}[/] contacts are [bold]{persons:,}[/] people in {seconds:.1f} s → {out}")
    console().print(f"{doubtful:,} have a look-alike that is worth a person's eye (column perhaps).")
    return DONE


def _each_once(contacts: Path) -> list[dict[str, str]]:
    """The contacts of a file, each id once: two people of one id, or of none, would be told as one. Raises UsageError when there are none."""
    read = list(read_rows(contacts, ("contact_id",)))
    rows = {row["contact_id"]: row for row in reversed(read) if row["contact_id"].strip()}
    if not rows:
        raise UsageError(f"{contacts.name} has no contacts", "Give a CSV with at least one that has a contact_id.")
    tell_left_out(contacts, len(read) - len(rows), "contact_id")
    return list(reversed(rows.values()))


@collecting_seldom()
def _accounts(accounts: Path, out: Path, json: bool) -> int:
    started = time.monotonic()
    entries = entries_of(accounts)
    if not entries:
        raise UsageError(f"{accounts.name} has no accounts", NO_ACCOUNTS)
    names = {entry.id: entry.name for entry in entries}
    found = list(find_duplicates(entries, MemoryDirectory(account_rows(entries))))
    _write(
        out,
        PAIR,
        (
            [
                one.id, one.other_id, "same" if one.sure else "review", one.score, names[one.id], names[one.other_id], one.sentence,
                evidence_words(one.evidence),
            ]
            for one in sorted(found, key=lambda one: (not one.sure, -one.score))
        ),
    )  # fmt: skip
    sure, seconds = sum(one.sure for one in found), time.monotonic() - started
    if json:
        told = {"accounts": len(entries), "same": sure, "review": len(found) - sure, "seconds": round(seconds, 1)}
        print_json(told)
        return DONE
    console().print(
        f"[bold]{len(entries):,}[/] accounts: [bold]{sure:,}[/] pairs are one organisation, {len(found) - sure:,} more perhaps, "
        f"in {seconds:.1f} s → {out}"
    )
    console().print("Nothing was merged: merge in Salesforce what you agree with.")
    return DONE


def _write(out: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with written(out), open_text(out, "w") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _contact(row: dict[str, str]) -> PersonEntry:
    names = ("first_name", "last_name", "email", "phone", "company", "title", "country", "city")
    return PersonEntry(row["contact_id"], "contact", *(row.get(name, "") for name in names))
