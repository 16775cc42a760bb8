"""Outages that outlast every number of tries: when they are over, everything goes on as if they had not been."""

from __future__ import annotations

from conftest import Install
from small_world import people

from bridge.staging.schema import delivery


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
