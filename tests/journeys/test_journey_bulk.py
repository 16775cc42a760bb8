"""Bulk jobs that fail, vanish or keep what they know to themselves: their leads arrive all the same, once, and nobody waits for them."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people, person

from bridge.staging.schema import delivery


def test_an_org_without_bulk_jobs_gets_its_leads_all_the_same(install: Install) -> None:
    here = install(
        people(range(200)),
        bridge={"batches": {"bulk_from": 200}},
        capacity={"rep": {"open_leads": 500, "new_per_day": 500}, "teams": {}},
    )
    closed = [{"errorCode": "FUNCTIONALITY_NOT_ENABLED", "message": "Bulk is not enabled for this user."}]
    here.goes_wrong(
        "status", system="salesforce", method="POST", path="*/jobs/ingest", params={"status": 403, "body": closed}
    )
    report = here.cycle()
    assert len(here.leads()) == 200
    assert report.counts["sent without a Bulk job, which Salesforce did not make"] == 200


MAKE = {"method": "POST", "path": "*/jobs/ingest"}
UPLOAD = {"method": "PUT", "path": "*/jobs/ingest/*/batches"}
CLOSE = {"method": "PATCH", "path": "*/jobs/ingest/*"}
ASK = {"method": "GET", "path": "*/jobs/ingest/750*"}
FILES = {"method": "GET", "path": "*/jobs/ingest/*/*e*Res*"}
GONE = {"status": 404, "body": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]}
BAD = {"status": 400, "body": [{"errorCode": "INVALIDJOBSTATE", "message": "no"}]}
CLOSED = {"status": 403, "body": [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}]}
BROKEN = {"status": 500, "body": [{"errorCode": "UNKNOWN_EXCEPTION", "message": "unexpected"}]}
PAGE = {"status": 200, "body": "<html></html>"}


def _by_jobs(install: Install) -> Installation:
    return install(
        people(range(200)),
        bridge={"batches": {"bulk_from": 200}},
        capacity={"rep": {"open_leads": 500, "new_per_day": 500}, "teams": {}},
    )


def _cycles_until_all_is_told(here: Installation, most: int) -> None:
    for _ in range(most):
        here.cycle()
        here.later(minutes=7)
    assert len(here.query("SELECT Id FROM Lead")) == len(here.query("SELECT Id FROM Task")) == 200
    created = [kind for system, what, kind, _ in here.effects() if (system, what) == ("salesforce", "created")]
    assert (created.count("Lead"), created.count("Task")) == (200, 200)
    assert {row.state for row in here.rows(delivery)} == {"verified"}
    assert here.properties("p7")["leadbridge_status"] == "sent"


@pytest.mark.parametrize("step", [ASK, FILES])
def test_a_bulk_job_that_is_gone_is_no_field_that_is_gone(install: Install, step: dict[str, str]) -> None:
    here = _by_jobs(install)
    here.goes_wrong("status", system="salesforce", params=GONE, **step)
    _cycles_until_all_is_told(here, 4)


@pytest.mark.parametrize(
    ("step", "answer"), [(ASK, BAD), (ASK, CLOSED), (FILES, BROKEN), (FILES, CLOSED), (FILES, PAGE)]
)
def test_a_bulk_job_that_never_tells_stops_nobody(install: Install, step: dict[str, str], answer: Any) -> None:
    here = _by_jobs(install)
    here.goes_wrong("status", system="salesforce", params=answer, **step)
    _cycles_until_all_is_told(here, 4)


def test_nobody_else_waits_for_a_bulk_job_whose_state_salesforce_fails_to_tell(install: Install) -> None:
    here = _by_jobs(install)
    here.goes_wrong("status", system="salesforce", params=BROKEN, **ASK)
    here.cycle()
    here.arrive(person(300)[1])
    here.later(minutes=7)
    report = here.cycle()
    assert not report.stopped_by
    assert report.counts["wait for a Bulk job that has not ended"] == 200
    assert len(here.query("SELECT Id FROM Task")) == 1


@pytest.mark.parametrize(
    ("step", "answer"),
    [(UPLOAD, GONE), (UPLOAD, BAD), (UPLOAD, CLOSED), (UPLOAD, BROKEN), (CLOSE, BAD), (MAKE, BROKEN)],
)
def test_leads_that_no_bulk_job_takes_go_without_one(install: Install, step: dict[str, str], answer: Any) -> None:
    here = _by_jobs(install)
    here.goes_wrong("status", system="salesforce", params=answer, **step)
    _cycles_until_all_is_told(here, 4)


def test_leads_for_which_every_bulk_job_fails_go_without_one(install: Install) -> None:
    here = _by_jobs(install)
    failed = {"id": "750000000000001AAA", "state": "Failed", "errorMessage": "InternalServerError : Unknown"}
    left = ["LeadBridge_Id__c", *(row.lead_id for row in _ready(here))]
    here.goes_wrong("status", system="salesforce", params={"status": 200, "body": failed}, **CLOSE)
    here.goes_wrong(
        "status", system="salesforce", params={"status": 200, "body": failed}, method="GET", path="*/750*AA"
    )
    rows = {"status": 200, "body": "\n".join(left), "headers": {"content-type": "text/csv"}}
    here.goes_wrong("status", system="salesforce", params=rows, method="GET", path="*/unprocessedrecords")
    _cycles_until_all_is_told(here, 4)


def _ready(here: Installation) -> list[Any]:
    """The hand-overs as they stand in the outbox when Salesforce takes none."""
    here.goes_wrong("429_daily", system="salesforce", **MAKE)
    here.cycle()
    here.all_is_well()
    here.later(hours=25)
    return here.rows(delivery, delivery.c.target == "salesforce.Lead")
