"""A receipt for every row, in order; one bad record stops no other; nothing is said to be done that HubSpot did not
say.
"""

from __future__ import annotations

import pytest
from people import contacts

from connectors.errors import NotAllowed, Unavailable
from connectors.sandbox.kernel.faults import Fault

REFUSES_ALL = {
    "status": "error",
    "category": "VALIDATION_ERROR",
    "correlationId": "b9f1f2c0-0000-4000-8000-000000000001",
    "message": 'Property values were not valid: [{"isValid":false,"message":"x","error":"INVALID_EMAIL","name":"email"}]',
}


@pytest.fixture
def many(portal):
    sandbox = portal(*contacts(250))
    return sandbox, [sandbox.hubspot.id_of("contacts", f"c{number}") for number in range(250)]


def cities(client, sandbox, ids):
    return [record.values["city"] for record in client(sandbox).read("contact", ids, ("city",))]


def test_all_are_written_a_hundred_a_call(many, client):
    sandbox, ids = many
    hubspot = client(sandbox)
    receipts = hubspot.write("contact", [(id, {"city": f"City {number}"}) for number, id in enumerate(ids)])
    assert [(receipt.outcome, receipt.id) for receipt in receipts] == [("updated", id) for id in ids]
    assert hubspot.usage.by_purpose == {"write": 3}
    assert cities(client, sandbox, ids) == [f"City {number}" for number in range(250)]


def test_nothing_to_write_is_no_call(portal, client):
    hubspot = client(portal())
    assert (hubspot.write("contact", []), hubspot.usage.calls) == ([], 0)


def test_an_empty_text_clears(many, client):
    sandbox, ids = many
    client(sandbox).write("contact", [(ids[0], {"city": "Bonn"})])
    client(sandbox).write("contact", [(ids[0], {"city": ""})])
    assert cities(client, sandbox, ids[:1]) in ([""], [None])


def test_bad_records_stop_no_others(many, client):
    sandbox, ids = many
    rows = [(id, {"city": "Bonn"}) for id in ids[:100]]
    rows[13] = (ids[13], {"city": "Bonn", "email": "not an address"})
    rows[77] = ("999999901", {"city": "Bonn"})
    receipts = client(sandbox).write("contact", rows)
    assert [number for number, receipt in enumerate(receipts) if receipt.outcome != "updated"] == [13, 77]
    assert (receipts[13].outcome, receipts[13].fields) == ("refused", ("email",))
    assert (receipts[77].outcome, receipts[77].code) == ("refused", "OBJECT_NOT_FOUND")
    assert "not an address" not in str(receipts)
    assert cities(client, sandbox, ids[98:100]) == ["Bonn", "Bonn"]


def test_a_batch_refused_as_a_whole_is_halved_to_the_one_at_fault(many, client):
    """HubSpot refuses the whole batch for one value; the fault stands in for that, twice, until only small batches
    come.
    """
    sandbox, ids = many
    sandbox.faults.add(Fault("status", path="*/batch/update", nth=(1, 2), params={"status": 400, "body": REFUSES_ALL}))
    hubspot = client(sandbox)
    receipts = hubspot.write("contact", [(id, {"city": "Bonn"}) for id in ids[:8]])
    assert {receipt.outcome for receipt in receipts} == {"updated"}
    assert hubspot.usage.by_purpose == {"write": 5}


def test_a_single_record_at_fault_says_which_field_and_why(many, client):
    sandbox, ids = many
    sandbox.faults.add(Fault("status", path="*/batch/update", params={"status": 400, "body": REFUSES_ALL}))
    (receipt,) = client(sandbox).write("contact", [(ids[0], {"email": "x"})])
    assert (receipt.outcome, receipt.code, receipt.fields) == ("refused", "INVALID_EMAIL", ("email",))
    assert "b9f1f2c0" in receipt.message


def test_a_property_that_does_not_exist_holds_only_the_rows_that_set_it(many, client):
    sandbox, ids = many
    rows = [
        (id, {"city": "Bonn"} | ({"no_such_thing": "x"} if number % 10 == 0 else {}))
        for number, id in enumerate(ids[:50])
    ]
    receipts = client(sandbox).write("contact", rows)
    assert [number for number, receipt in enumerate(receipts) if receipt.outcome == "refused"] == [0, 10, 20, 30, 40]
    assert all(receipt.fields == ("no_such_thing",) for receipt in receipts if receipt.outcome == "refused")
    assert sum(receipt.outcome == "updated" for receipt in receipts) == 45


def test_a_whole_refusal_for_a_missing_property_is_sent_again_without_it(many, client):
    sandbox, ids = many
    body = {
        "status": "error",
        "category": "VALIDATION_ERROR",
        "message": 'Property values were not valid: [{"isValid":false,"error":"PROPERTY_DOESNT_EXIST","name":"zip"}]',
    }
    sandbox.faults.add(Fault("status", path="*/batch/update", count=1, params={"status": 400, "body": body}))
    hubspot = client(sandbox)
    receipts = hubspot.write("contact", [(ids[0], {"zip": "1"}), (ids[1], {"city": "Ulm"}), (ids[2], {"city": "Ulm"})])
    assert [receipt.outcome for receipt in receipts] == ["refused", "updated", "updated"]
    assert hubspot.usage.calls == 2


def test_the_same_id_twice_is_written_in_order(many, client):
    sandbox, ids = many
    hubspot = client(sandbox)
    receipts = hubspot.write("contact", [(ids[0], {"city": "Bonn"}), (ids[0], {"city": "Ulm"})])
    assert ([receipt.outcome for receipt in receipts], hubspot.usage.calls) == (["updated", "updated"], 2)
    assert cities(client, sandbox, ids[:1]) == ["Ulm"]


def test_what_the_answer_does_not_name_is_unknown(many, client):
    sandbox, ids = many
    sandbox.faults.add(
        Fault("status", path="*/batch/update", params={"status": 207, "body": {"results": [], "errors": []}})
    )
    receipts = client(sandbox).write("contact", [(id, {"city": "Bonn"}) for id in ids[:5]])
    assert [(receipt.outcome, receipt.code) for receipt in receipts] == [("unknown", "NOT_NAMED")] * 5


@pytest.mark.parametrize("category", ["INTERNAL_ERROR", "RATE_LIMITS"])
def test_what_hubspot_itself_failed_at_within_a_batch_is_no_fault_of_the_record(many, client, category):
    sandbox, ids = many
    errors = [
        {"status": "error", "category": category, "message": "internal error", "context": {"ids": [ids[0]]}},
        {"status": "error", "category": "VALIDATION_ERROR", "message": "no", "context": {"ids": [ids[1]]}},
    ]
    body = {"status": "COMPLETE", "results": [], "numErrors": 2, "errors": errors}
    sandbox.faults.add(Fault("status", path="*/batch/update", params={"status": 207, "body": body}))
    receipts = client(sandbox).write("contact", [(id, {"city": "Bonn"}) for id in ids[:2]])
    assert [(receipt.outcome, receipt.code) for receipt in receipts] == [
        ("retry", category),
        ("refused", "VALIDATION_ERROR"),
    ]


def test_half_an_answer_names_half_the_records(many, client):
    sandbox, ids = many
    sandbox.faults.add(Fault("short_page", path="*/batch/update"))
    receipts = client(sandbox).write("contact", [(id, {"city": "Bonn"}) for id in ids[:10]])
    assert [receipt.outcome for receipt in receipts] == ["updated"] * 5 + ["unknown"] * 5


def test_a_write_to_a_merged_id_lands_on_the_survivor(many, client):
    sandbox, ids = many
    new = sandbox.hubspot.acts["merge"]("contacts", ids[0], ids[1])
    (receipt,) = client(sandbox).write("contact", [(ids[1], {"city": "Bonn"})])
    assert (receipt.outcome, receipt.id) == ("updated", new)


@pytest.mark.parametrize(("fault", "error"), [("401", NotAllowed), ("429_six_hours", Unavailable)])
def test_an_error_for_all_is_raised_before_and_a_receipt_after_something_was_written(many, client, fault, error):
    sandbox, ids = many
    rows = [(id, {"city": "Bonn"}) for id in ids]
    number = sandbox.faults.add(Fault(fault, path="*/batch/update"))
    with pytest.raises(error):
        client(sandbox).write("contact", rows)
    sandbox.faults.remove(number)
    sandbox.faults.add(Fault(fault, path="*/batch/update", after=1))
    receipts = client(sandbox).write("contact", rows)
    assert [receipt.outcome for receipt in receipts] == ["updated"] * 100 + ["retry"] * 150


def test_being_too_fast_delays_a_write_and_repeats_it(many, client, hasty):
    sandbox, ids = many
    sandbox.faults.add(Fault("429", path="*/batch/update", count=2))
    (receipt,) = client(sandbox).write("contact", [(ids[0], {"city": "Bonn"})])
    assert receipt.outcome == "updated"
    assert len(hasty.slept) >= 2
