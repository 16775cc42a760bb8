"""Whoever owns a lead or contact in Salesforce may leave at any time: nobody waits for them, and nobody's interest is lost with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import account, people, person, sales_person
from sqlalchemy import Connection
from test_journey_commands import run, told

from bridge.stages.push import delivering
from bridge.staging import outbox
from bridge.staging.schema import delivery
from connectors.sandbox.world import Ref, Thing


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


def owners_of_leads(here: Installation) -> set[str]:
    return {row["OwnerId"] for row in here.query("SELECT OwnerId FROM Lead")}


def by_queue(here: Installation, queue: str) -> None:
    here.configure("routing", {"rules": [{"name": "All", "queue": queue}], "organisation_owner_first": False})


def partners() -> list[Thing]:
    queue = {"Name": "Partners", "DeveloperName": "Partners", "Type": "Queue"}
    takes = {"QueueId": Ref("Group", "q-partners"), "SobjectType": "Lead"}
    return [Thing("Group", "q-partners", queue), Thing("QueueSobject", "q-partners-lead", takes)]


def test_who_waits_for_somebody_whose_leave_begins_goes_to_somebody_else(install: Install) -> None:
    here = install(people([1]))
    (first,) = (row.owner_id for row in waiting_after_a_cycle(here))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    away = [{"user": first, "from": tomorrow, "until": tomorrow + timedelta(days=9)}]
    here.configure("routing", {"absent": away})
    here.cycle()
    assert {row.owner_id for row in waiting(here)} == {first}, "still there today"
    here.later(days=1)
    here.configure("capacity", {"rep": {"open_leads": 40}})
    here.cycle()
    assert len(owners_of_leads(here)) == 1
    assert owners_of_leads(here) != {first}


def waiting(here: Installation) -> list[Any]:
    return here.rows(delivery, delivery.c.needs_room.is_(True), delivery.c.state == "waiting")


def waiting_after_a_cycle(here: Installation) -> list[Any]:
    here.configure("capacity", {"rep": {"open_leads": 0}})
    here.cycle()
    return waiting(here)


def test_a_queue_that_is_deleted_gets_no_leads_any_more(install: Install) -> None:
    here = install(people([1]), partners())
    by_queue(here, "Partners")
    here.cycle()
    queue = here.sandbox.id_of("salesforce", "Group", "q-partners")
    assert owners_of_leads(here) == {queue}
    here.sales("delete", record=queue)
    here.arrive(person(2)[1])
    here.later(minutes=15)
    assert here.cycle().needs_person == 0
    assert owners_of_leads(here) == {queue, here.sandbox.id_of("salesforce", "Group", "q-inbound")}


def test_a_queue_that_takes_no_leads_any_more_costs_minutes_not_for_ever(install: Install) -> None:
    here = install(people([1]), partners())
    by_queue(here, "Partners")
    here.sales("delete", record=here.sandbox.id_of("salesforce", "QueueSobject", "q-partners-lead"))
    here.cycle()
    (row,) = here.rows(delivery, delivery.c.state == "refused")
    assert (row.reason, "mend their rights or the queue" in row.note) == ("owner_refused", True)
    here.later(minutes=15)
    here.cycle()
    assert owners_of_leads(here) == {here.sandbox.id_of("salesforce", "Group", "q-inbound")}
    assert "lately refused queue Partners" in str(here.lead_of("p1").decision["assignment"]["skipped"])


def test_whom_nobody_could_be_given_goes_when_the_queue_is_made(install: Install) -> None:
    here = install(people([1]), partners())
    by_queue(here, "Nowhere")
    here.configure("routing", {"fallback_queue": "Late Leads"})
    here.cycle()
    assert (here.lead_of("p1").verdict, here.lead_of("p1").reason) == ("held", "no_owner")
    made = here.sales("create", kind="Group", values={"Name": "Late Leads", "DeveloperName": "Late", "Type": "Queue"})
    here.sales("create", kind="QueueSobject", values={"QueueId": made["id"], "SobjectType": "Lead"})
    here.later(minutes=15)
    here.cycle()
    assert owners_of_leads(here) == {made["id"]}


def test_an_owner_who_may_not_own_leads_any_more_is_passed_over(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = install(people([1]))
    said = "The new owner must have read permission"
    refusal = {"statusCode": "TRANSFER_REQUIRES_READ", "message": said, "fields": ["OwnerId"]}
    body = [{"success": False, "errors": [refusal], "created": False}]
    path = "*/composite/sobjects/Lead/*"
    here.goes_wrong(
        "status", system="salesforce", method="PATCH", path=path, count=1, params={"status": 200, "body": body}
    )
    here.cycle()
    (refused,) = here.rows(delivery, delivery.c.state == "refused")
    assert refused.reason == "owner_refused"
    assert said in refused.note
    here.later(minutes=15)
    here.cycle()
    assert len(owners_of_leads(here)) == 1
    assert owners_of_leads(here) != {refused.owner_id}


def test_status_tells_whose_leads_are_with_somebody_who_left_after_they_got_them(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    (owner,) = owners_of_leads(here)
    here.sales("deactivate_user", user=owner)
    here.later(minutes=15)
    here.cycle()
    (name,) = (row["Name"] for row in here.query(f"SELECT Name FROM User WHERE Id = '{owner}'"))
    assert told(run(here, "status", "--json"))["left"] == [[name, 1]]
    assert "give them another owner there" in run(here, "status").stdout
