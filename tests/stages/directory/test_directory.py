"""The directory in the database: the same answers as in memory, kept up to date entry by entry, on SQLite and PostgreSQL."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, func, select

from bridge.decisions import Outcome
from bridge.index_rows import Ruling
from bridge.stages.reconcile import (
    AccountEntry,
    MemoryDirectory,
    PersonEntry,
    Probe,
    account_rows,
    fingerprint,
    match_accounts,
    match_people,
    person_rows,
)
from bridge.staging import directory
from bridge.staging.database import open_engine, reading, writing
from bridge.staging.directory_tables import ACCOUNTS
from bridge.staging.migrate import migrate

ENTRIES = [
    AccountEntry(f"a{i}", f"Company{i} Trading GmbH", f"https://company{i}.de", country="DE", city="Bonn")
    for i in range(50)
]
PROBES = [Probe(str(i), company=f"Company{i}", email=f"x@company{i % 7}.de", country="DE") for i in range(20)]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated staging database with fifty accounts."""
    made = open_engine(database_url)
    migrate(made)
    with writing(made) as connection:
        directory.upsert_accounts(connection, account_rows(ENTRIES))
    yield made
    made.dispose()


def test_the_same_answers_as_in_memory(engine: Engine) -> None:
    memory = MemoryDirectory(account_rows(ENTRIES))
    with reading(engine) as connection:
        stored = match_accounts(PROBES, directory.accounts(connection))
    assert [(m.outcome, m.id, m.score) for m in stored] == [
        (m.outcome, m.id, m.score) for m in match_accounts(PROBES, memory)
    ]


def test_counts_follow_every_change(engine: Engine) -> None:
    rows = {row.id: row for row in account_rows(ENTRIES)}
    with writing(engine) as connection:
        directory.remove_accounts(connection, ["a1", "a2", "unknown"])
        directory.upsert_accounts(connection, account_rows([AccountEntry("a3", "Renamed AG", "https://company4.de")]))
    left = list(account_rows([AccountEntry("a3", "Renamed AG", "https://company4.de")]))
    left += [row for id_, row in rows.items() if id_ not in ("a1", "a2", "a3")]
    fresh = MemoryDirectory(left)
    keys = np.array(sorted({key for row in [*rows.values(), *left] for key in row.keys}), dtype=np.int64)
    with reading(engine) as connection:
        stored = directory.accounts(connection)
        assert stored.size == fresh.size == 48
        assert stored.counts(keys).tolist() == fresh.counts(keys).tolist()


def test_an_unchanged_account_is_not_written_again(engine: Engine) -> None:
    with writing(engine) as connection:
        assert directory.upsert_accounts(connection, account_rows(ENTRIES)) == 0
        assert (
            directory.upsert_accounts(connection, account_rows([AccountEntry("a1", "Other", "https://other.de")])) == 1
        )
        assert connection.execute(select(func.count()).select_from(ACCOUNTS.entry)).scalar_one() == 50


def test_rulings_are_kept_and_the_latest_wins(engine: Engine) -> None:
    probe = Probe("1", company="Company3", email="x@gmail.com", country="DE")
    print_ = fingerprint(probe)
    with writing(engine) as connection:
        directory.record_ruling(connection, print_, Ruling("a3", False))
        directory.record_ruling(connection, print_, Ruling("a9", True))
    with reading(engine) as connection:
        match = match_accounts([probe], directory.accounts(connection))[0]
    assert (match.outcome, match.id, match.reason) == (Outcome.link, "a9", "confirmed")
    with writing(engine) as connection:
        directory.record_ruling(connection, print_, Ruling("a9", False))
    with reading(engine) as connection:
        match = match_accounts([probe], directory.accounts(connection))[0]
    assert match.id not in ("a3", "a9")


def test_people_are_found_and_forgotten(engine: Engine) -> None:
    known = PersonEntry("003", "salesforce.contact", "Ada", "Lovelace", "ada@company1.de", "", "Company1")
    probe = Probe("1", "Ada", "Lovelace", "ada@company1.de", "Company1")
    with writing(engine) as connection:
        directory.upsert_people(connection, person_rows([known]))
    with reading(engine) as connection:
        assert match_people([probe], directory.people(connection))[0].id == "salesforce.contact:003"
    with writing(engine) as connection:
        assert directory.remove_people(connection, ["salesforce.contact:003"]) == 1
    with reading(engine) as connection:
        assert match_people([probe], directory.people(connection))[0].outcome is Outcome.none
