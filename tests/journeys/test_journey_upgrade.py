"""A version that looks people and accounts up by other keys makes its directories anew, from what is staged, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import account, people, sales_person
from sqlalchemy import delete, select

from bridge.deciding.reindex import PLACE
from bridge.errors import BridgeError
from bridge.index_rows import FORMAT
from bridge.staging import directory, records
from bridge.staging.database import reading, writing
from bridge.staging.directory_tables import ACCOUNTS, CONTACTS, PEOPLE
from bridge.staging.schema import cursor
from bridge.staging.schema import sales_person as known_person
from connectors.sandbox.world import Ref, Thing

Entries = dict[str, tuple[str, bytes, bytes]]


def named(first: str, last: str, email: str) -> dict[str, str]:
    """A person's values in Salesforce."""
    return {"FirstName": first, "LastName": last, "Email": email}


def sales_side() -> list[Thing]:
    """A parent with a web domain, its child without one, and somebody who works there."""
    return [
        account("top", "Known Werke", "known-werke.de"),
        account("child", "Known Werke Nord", "", ParentId=Ref("Account", "top")),
        sales_person(
            "Contact", "c", named("Ada", "Brandt", "ada@nord-werke.de") | {"AccountId": Ref("Account", "child")}
        ),
        sales_person(
            "Contact", "d", named("Jan", "Vogt", "jan@nord-werke.de") | {"AccountId": Ref("Account", "child")}
        ),
        sales_person("Lead", "l", named("Eva", "Lang", "eva@lang-metall.de") | {"Company": "Lang Metall"}),
    ]


def entries(here: Installation) -> tuple[Entries, Entries, Entries, list[tuple[Any, ...]]]:
    """What all directories hold, and who is known at which account."""
    with reading(here.engine) as connection:
        told = [
            {row.id: (row.name, row.keys, row.payload) for row in connection.execute(select(tables.entry))}
            for tables in (ACCOUNTS, PEOPLE, CONTACTS)
        ]
        at = [tuple(row) for row in connection.execute(select(known_person).order_by(known_person.c.person_id))]
    return (*told, at)  # type: ignore[return-value]


def left_by_another_version(here: Installation) -> None:
    """As after a migration: the directories are empty, and nobody wrote down which version made them."""
    with writing(here.engine) as connection:
        directory.clear(connection)
        connection.execute(delete(known_person))
        connection.execute(delete(cursor).where(cursor.c.source == PLACE[0]))


@pytest.fixture
def at_rest(install: Install) -> Installation:
    """An installation with nothing to do."""
    here = install(people(range(4)), sales_side())
    for _ in range(2):
        here.cycle()
        here.later(minutes=10)
    return here


def test_the_directories_are_made_anew_and_nothing_is_written(at_rest: Installation) -> None:
    here, before, said = at_rest, entries(at_rest), len(at_rest.sandbox.ledger)
    assert all(before), "each directory holds somebody"
    left_by_another_version(here)
    with pytest.raises(BridgeError, match="another version"), here.app.looking():
        pass
    assert here.cycle().counts["accounts indexed anew"] == 2
    assert entries(here) == before
    assert here.effects(said) == []
    with here.app.looking():
        pass
    assert "accounts indexed anew" not in here.cycle().counts, "once"


@pytest.mark.parametrize("died_while_making", [FORMAT - 1, FORMAT])
def test_a_worker_that_died_while_making_them_goes_on(at_rest: Installation, died_while_making: int) -> None:
    here, before = at_rest, entries(at_rest)
    with writing(here.engine) as connection:
        directory.remove_accounts(connection, [here.sandbox.id_of("salesforce", "Account", "child")])
        records.move(connection, *PLACE, {"making": died_while_making}, here.app.clock())
    here.cycle()
    assert entries(here) == before
