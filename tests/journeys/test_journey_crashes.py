"""A process dies at a named point. The next cycle goes on: nothing lost, nothing doubled, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Install
from dying import DIED, POINTS
from small_world import account, people, person, sales_person

from bridge.staging.schema import delivery
from connectors.sandbox.world import Ref

ON_POSTGRESQL = ("decided, not kept", "claimed, not sent", "sent, no receipt", "task sent, no receipt")
"""Where the claim of a delivery or a lead is in somebody's hands; the other points differ by no statement."""


@pytest.fixture(scope="module")
def forking() -> Iterator[subprocess.Popen[str]]:
    """The process whose forks die."""
    script = Path(__file__).with_name("dying.py")
    made = subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield made
    made.communicate(timeout=30)


@pytest.mark.parametrize(
    ("database", "point"), [*(("sqlite", one) for one in POINTS), *(("postgresql", one) for one in ON_POSTGRESQL)]
)
def test_a_crash_loses_nothing_and_doubles_nothing(
    install: Install, request: pytest.FixtureRequest, forking: subprocess.Popen[str], database: str, point: str
) -> None:
    database_url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    key, values = person(50)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    things = [account("a1", values["company"], values["email"].split("@")[1])]
    things.append(sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")}))
    here = install([*people(range(5)), (key, values)], things, database_url=database_url)
    assert forking.stdin is not None
    assert forking.stdout is not None
    print(json.dumps([str(here.folder), point]), file=forking.stdin, flush=True)
    assert forking.stdout.readline() == f"{DIED}\n", "it did not come to that point"
    here.later(minutes=62)  # the dead one's lease and claims run out
    here.cycle()
    here.later(minutes=1)
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 5
    assert len(here.query("SELECT Id FROM Task")) == 6, "one for each organisation"
    assert len(here.query("SELECT Id FROM Contact")) == 1
    assert {here.properties(f"p{number}")["leadbridge_status"] for number in (0, 1, 2, 3, 4, 50)} == {"sent"}
    assert not here.rows(delivery, delivery.c.state.in_(("waiting", "ready", "sending", "unknown", "sent", "refused")))
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []
