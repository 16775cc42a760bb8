"""Outages that outlast every number of tries: when they are over, everything goes on as if they had not been."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from conftest import Install
from small_world import people, person

from bridge.daemon.jobs import JOBS, run_job
from bridge.stages import write_back
from bridge.stages.context import Context
from bridge.stages.pull import hubspot as pull
from bridge.stages.push.settling import MOST_ATTEMPTS
from bridge.stages.write_back import MOST_TRIES
from bridge.staging import records, runs
from bridge.staging.database import reading
from bridge.staging.schema import delivery, record
from connectors.errors import Unavailable
from connectors.http import Answer, Lost, Request, Wire
from connectors.records import Record

UPSERTS = "/services/data/*/composite/sobjects/Lead/*"


def test_a_long_outage_of_hubspots_writes_leaves_nobody_untold(install: Install) -> None:
    here = install(people([1]))
    here.goes_wrong("503", system="hubspot", method="POST", path="*/batch/update")
    for _ in range(8):
        here.later(minutes=1)
        here.cycle()
    here.all_is_well()
    here.cycle()
    assert here.properties("p1")["leadbridge_status"] == "sent"
    assert not here.rows(delivery, delivery.c.state == "refused")


def test_a_record_that_went_without_a_trace_is_not_tried_in_every_cycle(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    gone = [{"success": False, "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "gone", "fields": []}]}]
    path = "/services/data/*/composite/sobjects"
    here.goes_wrong("status", system="salesforce", method="PATCH", path=path, params={"status": 200, "body": gone})
    here.edit("p1", phone="+49 30 901820")
    for _ in range(4):
        here.later(minutes=2)
        here.cycle()
    tried = here.rows(delivery, delivery.c.target == "salesforce.Lead", delivery.c.operation == "update")
    assert [row.reason for row in tried] == ["moved_on_in_salesforce"]


@pytest.mark.parametrize("path", ["*/forms*", "*/form-integrations/*", "*/notes/search"])
def test_a_form_is_read_although_the_run_that_read_its_contact_ended_before(install: Install, path: str) -> None:
    here = install(people([1]))
    here.hubspot(
        "submit_form", form="Request a demo", fields={"email": person(1)[1]["email"], "message": "Please call me"}
    )
    here.configure("bridge", {"deadlines": {"call": 2}})
    here.goes_wrong("503", system="hubspot", path=path)
    assert here.cycle().exit_code == 3
    assert len(here.rows(record, record.c.kind == "contact")) == 1
    here.configure("bridge", {"deadlines": {"call": 30}})
    here.all_is_well()
    here.later(minutes=15)
    here.cycle()
    assert len(here.rows(record, record.c.kind == "form_submission")) == 1
    with reading(here.engine) as connection:
        assert "owed" not in (records.position(connection, "hubspot", "form_submission") or {})


def test_forms_are_read_beside_people_the_first_time_and_each_submission_once(install: Install) -> None:
    here = install(people(range(1, 302)))
    for number in range(1, 71):
        here.hubspot("submit_form", form="Request a demo", fields={"email": person(number)[1]["email"]})
    here.later(minutes=15)
    for number in range(71, 302):  # who changed later comes on a later page
        here.edit(f"p{number}", phone="+49 30 901820")
    here.later(minutes=15)
    before = len(here.sandbox.ledger)
    here.cycle()
    paths = [one.path for one in here.sandbox.ledger.since(before)]
    assert sum(path.endswith("/forms/") or path.endswith("/forms") for path in paths) == 1
    searches = [at for at, path in enumerate(paths) if path.endswith("/contacts/search")]
    forms = [at for at, path in enumerate(paths) if "/form-integrations/" in path]
    assert searches[0] < forms[0] < searches[-1]
    assert len(here.rows(record, record.c.kind == "form_submission")) == 70
    with reading(here.engine) as connection:
        assert "owed" not in (records.position(connection, "hubspot", "form_submission") or {})


def test_who_sends_a_form_in_while_forms_are_read_is_not_forgotten(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = install(people([1]))
    here.hubspot("submit_form", form="Request a demo", fields={"email": person(1)[1]["email"]})
    staged = pull._stage_submissions

    def beside_another_process(context: Context, batch: Sequence[Record]) -> None:
        staged(context, batch)
        with context.writing() as connection:
            pull._owe_submissions(connection, context.now(), context.now())

    monkeypatch.setattr(pull, "_stage_submissions", beside_another_process)
    here.cycle()
    with reading(here.engine) as connection:
        assert "owed" in (records.position(connection, "hubspot", "form_submission") or {})


@pytest.mark.parametrize("code", ["API_CURRENTLY_DISABLED", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"])
def test_an_org_that_takes_no_writes_for_a_while_is_no_fault_of_the_leads(install: Install, code: str) -> None:
    here = install(people([1]))
    told = [{"success": False, "errors": [{"statusCode": code, "message": "not now", "fields": []}]}]
    here.goes_wrong("status", system="salesforce", method="PATCH", path=UPSERTS, params={"status": 200, "body": told})
    for _ in range(MOST_ATTEMPTS + 3):
        here.later(minutes=20)
        here.cycle()
    assert here.properties("p1")["leadbridge_status"] == "waiting"
    here.all_is_well()
    here.later(minutes=20)
    here.cycle()
    assert len(here.leads()) == 1
    assert here.properties("p1")["leadbridge_status"] == "sent"


def test_who_is_tried_again_later_is_not_looked_up_in_hubspot_until_then(install: Install) -> None:
    here = install(people([1]))
    told = [{"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked", "fields": []}]}]
    here.goes_wrong("status", system="salesforce", method="PATCH", path=UPSERTS, params={"status": 200, "body": told})
    here.cycle()
    tries, looks = 1, []
    for _ in range(20):
        here.later(minutes=1)
        before = len(here.sandbox.ledger)
        here.cycle()
        calls = here.sandbox.ledger.since(before)
        sent = any(one.method == "PATCH" and "composite" in one.path for one in calls)
        tries += sent
        looks += [sent] * any(one.path.endswith("contacts/batch/read") for one in calls)
    assert tries > 2
    assert looks
    assert all(looks)


def test_an_org_that_was_full_gets_its_leads_within_the_hour_after_somebody_made_room(install: Install) -> None:
    here = install(people([1]))
    error = {"statusCode": "STORAGE_LIMIT_EXCEEDED", "message": "storage limit exceeded", "fields": []}
    full = {"status": 200, "body": [{"success": False, "errors": [error]}]}
    here.goes_wrong("status", system="salesforce", method="PATCH", path=UPSERTS, params=full)
    assert here.cycle().exit_code == 1
    assert here.properties("p1")["leadbridge_status"] == "refused"
    here.all_is_well()
    here.later(minutes=61)
    here.cycle()
    assert len(here.leads()) == 1
    assert here.properties("p1")["leadbridge_status"] == "sent"


def test_a_right_that_was_taken_is_named_and_its_leads_go_within_the_hour_after_it_is_given_back(
    install: Install,
) -> None:
    here = install([])
    here.cycle()
    here.sales("revoke_object", object="Lead", operation="create")
    here.arrive(person(1)[1])
    assert here.cycle().exit_code == 1
    (refused,) = here.rows(delivery, delivery.c.state == "refused")
    assert "does not let the integration user create this Lead" in refused.note
    here.sales("grant_object", object="Lead", operation="create")
    here.later(minutes=61)
    here.cycle()
    assert len(here.leads()) == 1


def test_the_log_says_what_came_instead_of_the_answers_to_writes(install: Install) -> None:
    """A page of some proxy, with status 200, cycle after cycle: nothing gets through, and the daemon's log said nothing but a count."""
    here = install(people([1]))
    here.goes_wrong("html_200", system="salesforce", method="PATCH", path=UPSERTS)
    for _ in range(2):
        told = run_job(JOBS["sync"], here.app, lambda: False)
        assert "Salesforce sent an HTML page instead of data" in told.says
        assert "no write gets through" in told.hint
        assert (told.name, told.well) == ("remote_down", False), "else /readyz would say that all is well"
        here.later(seconds=10)
    with reading(here.engine) as connection:
        assert runs.last_success(connection) is None
    assert here.cycle().exit_code == 3
    here.all_is_well()
    here.later(seconds=10)
    here.cycle()
    assert not run_job(JOBS["sync"], here.app, lambda: False).says
    assert len(here.leads()) == 1


def test_what_came_instead_of_an_answer_of_hubspot_is_told_by_a_sync(install: Install) -> None:
    here = install(people([1]))
    here.goes_wrong("html_200", system="hubspot", path="/crm/objects/*/contacts/batch/update", count=1)
    assert "HubSpot sent an HTML page" in here.cycle().lost_answer


def test_cycles_in_which_nothing_could_be_sent_use_up_no_tries(install: Install) -> None:
    here = install(people([1]))
    spent = {
        "status": 403,
        "body": [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}],
    }
    here.goes_wrong("status", system="salesforce", method="PATCH", path=UPSERTS, params=spent)
    for _ in range(MOST_ATTEMPTS + 1):
        here.cycle()
    here.all_is_well()
    locked = [{"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked", "fields": []}]}]
    here.goes_wrong(
        "status", system="salesforce", method="PATCH", path=UPSERTS, count=1, params={"status": 200, "body": locked}
    )
    here.cycle()
    here.later(minutes=2)
    here.cycle()
    assert len(here.leads()) == 1


def test_cycles_in_which_hubspot_took_nothing_use_up_no_tries(install: Install) -> None:
    here = install(people([1]))
    update = {"system": "hubspot", "method": "POST", "path": "*/batch/update"}
    here.goes_wrong("429_daily", **update)
    for _ in range(MOST_TRIES + 1):
        here.cycle()
    here.all_is_well()
    nobody = {"status": "COMPLETE", "results": []}
    here.goes_wrong("status", count=1, params={"status": 200, "body": nobody}, **update)
    here.cycle()
    here.cycle()
    assert here.properties("p1")["leadbridge_status"] == "sent"
    assert not here.rows(delivery, delivery.c.state == "refused")


def test_a_word_that_never_left_uses_up_no_try(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_back, "MOST_TRIES", 2)
    here = install(people(range(101)))
    update = {"system": "hubspot", "method": "POST", "path": "*/batch/update"}
    here.goes_wrong("429_daily", after=1, **update)
    here.cycle()
    waiting = here.rows(delivery, delivery.c.target == write_back.TARGET, delivery.c.state != "verified")
    assert [row.attempts for row in waiting] == [0]
    here.all_is_well()
    here.goes_wrong("status", count=1, params={"status": 200, "body": {"status": "COMPLETE", "results": []}}, **update)
    here.cycle()
    here.cycle()
    told = here.rows(delivery, delivery.c.target == write_back.TARGET)
    assert {row.state for row in told} == {"verified"}


@pytest.mark.parametrize(("times", "state"), [(1, "verified"), (MOST_TRIES + 2, "refused")])
def test_a_contact_hubspot_itself_failed_at_is_told_in_the_next_cycle_and_not_for_ever(
    install: Install, times: int, state: str
) -> None:
    here = install(people([1]))
    context = {"ids": [here.contact("p1")]}
    failed = [{"status": "error", "category": "INTERNAL_ERROR", "message": "internal error", "context": context}]
    answer = {"status": 207, "body": {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": failed}}
    here.goes_wrong("status", system="hubspot", path="*/batch/update", count=times, params=answer)
    for _ in range(times + 1):
        here.cycle()
    told = here.rows(delivery, delivery.c.target == write_back.TARGET)
    assert [row.state for row in told] == [state]


def test_a_lost_database_gives_no_task_a_second_time(install: Install) -> None:
    here = install(people([1, 2, 3]))
    here.cycle()
    tasks = here.query("SELECT Id, WhoId, Subject FROM Task")
    assert len(tasks) == 3
    here.app.engine.dispose()
    for path in (here.folder / "var").glob("leadbridge.sqlite*"):
        path.unlink()
    for _ in range(3):
        here.later(minutes=2)
        here.cycle()
    assert here.query("SELECT Id, WhoId, Subject FROM Task") == tasks
    assert {row.state for row in here.rows(delivery, delivery.c.target == "salesforce.Task")} <= {"sent", "verified"}


def test_a_form_whose_submissions_hubspot_does_not_have_keeps_nobody_waiting_and_is_read_from_there_later(
    install: Install,
) -> None:
    here = install(people([1]))
    form, *others = here.app.hubspot.forms()
    assert others
    here.hubspot("submit_form", form=form.values["name"], fields={"email": person(1)[1]["email"]})
    gone = {"status": 404, "body": {"status": "error", "message": "no such form", "category": "OBJECT_NOT_FOUND"}}
    here.goes_wrong("status", system="hubspot", method="GET", path=f"*/submissions/forms/{form.id}", params=gone)
    report = here.cycle()
    assert len(here.leads()) == 1
    assert report.counts[f"{pull.NOT_READ}{form.values['name']}"] == 1
    assert here.rows(record, record.c.kind == "form_submission") == []
    here.all_is_well()
    here.later(hours=3)
    here.hubspot("submit_form", form=others[0].values["name"], fields={"email": person(1)[1]["email"]})
    here.cycle()
    assert len(here.rows(record, record.c.kind == "form_submission")) == 2
    with reading(here.engine) as connection:
        assert "behind" not in (records.position(connection, "hubspot", "form_submission") or {})


def test_submissions_of_no_form_at_all_are_no_matter_of_one_form(install: Install) -> None:
    here = install(people([1]))
    here.hubspot("submit_form", form="Request a demo", fields={"email": person(1)[1]["email"]})
    gone = {"status": 404, "body": {"status": "error", "message": "no such path"}}
    here.goes_wrong("status", system="hubspot", method="GET", path="*/submissions/forms/*", params=gone)
    assert "404" in here.cycle().stopped_by


@pytest.mark.parametrize(("system", "path"), [("salesforce", "*/describe"), ("hubspot", "*/properties/*")])
def test_fields_that_are_not_told_stop_nobody_for_a_day(install: Install, system: str, path: str) -> None:
    here = install(people([1]))
    here.cycle()
    here.goes_wrong("500", system=system, path=path)
    here.edit("p1", phone="+49 30 901820")
    here.later(hours=7)
    asked = len(here.sandbox.ledger)
    report = here.cycle()
    assert (report.stopped_by, report.exit_code, report.counts.get("Leads updated")) == ("", 0, 1)
    assert "as they were at" in report.schemas_untold
    tries = sum(path.strip("*") in one.path for one in here.sandbox.ledger.since(asked))
    assert tries <= 5, "one call, and not for each object and each part of the cycle"
    told = run_job(JOBS["sync"], here.app, lambda: False)
    assert (told.name, report.schemas_untold in told.says, "for a day" in told.hint) == ("done", True, True)
    here.later(hours=18)
    with pytest.raises(Unavailable):
        here.cycle()
    here.all_is_well()
    here.later(minutes=15)
    report = here.cycle()
    assert (report.exit_code, report.schemas_untold) == (0, "")


def test_fields_that_changed_are_waited_for_when_they_are_not_told(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("revoke_field", object="Lead", field="Phone")
    here.edit("p1", phone="+49 30 901820")
    here.cycle()
    here.goes_wrong("500", system="salesforce", path="*/describe")
    with pytest.raises(Unavailable):
        here.cycle()


def test_a_record_whose_calls_are_never_answered_keeps_no_other_from_sales(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = install(people(range(1, 21)), bridge={"brakes": {"send": 100}})
    send, poison = Wire.send, str(person(13)[1]["email"]).encode()

    def sent(self: Wire, request: Request, seconds: float, max_bytes: int) -> Answer:
        if request.method == "PATCH" and poison in (request.body or b""):
            raise Lost("no whole answer in time", sent=True)
        return send(self, request, seconds, max_bytes)

    monkeypatch.setattr(Wire, "send", sent)
    for _ in range(10):
        here.cycle()
        here.later(minutes=5)
    assert len(here.leads()) == 19
    assert here.cycle().exit_code == 0, "one record alone would make /readyz say no for ever"
    here.later(minutes=5)
    monkeypatch.setattr(Wire, "send", send)
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 20


def test_a_contact_whose_calls_are_never_answered_keeps_hubspot_from_being_told_of_no_other(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = install(people(range(1, 21)), bridge={"brakes": {"send": 100}})
    send, poison = Wire.send, f'"{here.contact("p13")}"'.encode()

    def sent(self: Wire, request: Request, seconds: float, max_bytes: int) -> Answer:
        if request.path.endswith("/batch/update") and poison in (request.body or b""):
            raise Lost("no whole answer in time", sent=True)
        return send(self, request, seconds, max_bytes)

    monkeypatch.setattr(Wire, "send", sent)
    for _ in range(10):
        here.cycle()
        here.later(minutes=5)
    told = [here.properties(f"p{number}").get("leadbridge_status") for number in range(1, 21) if number != 13]
    assert told == ["sent"] * 19
