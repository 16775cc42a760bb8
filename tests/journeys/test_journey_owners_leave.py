"""Whoever owns a lead or contact in Salesforce may leave at any time: nobody waits for them, and nobody's interest is lost with them."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import account, people, person, sales_person
from sqlalchemy import Connection

from bridge.stages.push import delivering
from bridge.staging import outbox
from bridge.staging.schema import delivery
from connectors.sandbox.world import Ref


def test_who_waits_for_somebody_who_leaves_goes_to_somebody_else(install: Install) -> None:
    here = install(people([1]), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    (waits,) = here.rows(delivery, delivery.c.needs_room.is_(True))
    here.sales("deactivate_user", user=waits.owner_id)
    here.later(minutes=15)
    here.cycle()
    owners = {
        row.owner_id for row in here.rows(delivery, delivery.c.needs_room.is_(True), delivery.c.state == "waiting")
    }
    assert len(owners) == 1
    assert owners != {waits.owner_id}


def leaves_before(here: Installation, monkeypatch: pytest.MonkeyPatch, target: str) -> list[str]:
    """Whoever is to own the first write to `target` leaves between the reading of the users and the write; returns who that was."""
    left: list[str] = []
    claim = outbox.claim

    def claimed(connection: Connection, of: str, *given: Any, **named: Any) -> list[outbox.Delivery]:
        taken = claim(connection, of, *given, **named)
        if taken and of == target and not left:
            left.append(str(taken[0].owner_id))
            here.sales("deactivate_user", user=left[0])
        return taken

    monkeypatch.setattr(delivering.outbox, "claim", claimed)
    return left


def test_an_owner_who_leaves_just_before_the_write_costs_minutes_not_a_day(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = install(people([1]))
    left = leaves_before(here, monkeypatch, "salesforce.Lead")
    here.cycle()
    assert here.leads() == {}
    here.later(minutes=15)
    here.cycle()
    (one,) = here.query("SELECT OwnerId FROM Lead")
    assert one["OwnerId"] not in left


def test_the_task_about_a_contact_whose_owner_left_goes_to_who_is_assigned(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, values = person(1)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    things = [account("a1", values["company"], values["email"].split("@")[1])]
    things.append(sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")}))
    here = install([(key, values)], things)
    left = leaves_before(here, monkeypatch, "salesforce.Task")
    for _ in range(3):
        here.cycle()
        here.later(minutes=15)
    assert left == [here.sandbox.id_of("salesforce", "User", "u-bert")]
    (task,) = here.query("SELECT OwnerId FROM Task")
    assert task["OwnerId"] == here.sandbox.id_of("salesforce", "User", "u-anna")
