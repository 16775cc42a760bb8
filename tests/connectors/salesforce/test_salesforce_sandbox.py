"""The client's contract against the sandbox: what a real org's rules, faults and history make of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sandbox_org import KEY, Org
from stub_org import NoWait

from connectors.errors import BudgetSpent, SchemaChanged, Unavailable
from connectors.http import Clock
from connectors.records import FieldSchema, Record
from connectors.salesforce import KINDS, Following, JwtBearer, Need, Salesforce


@pytest.fixture
def org() -> Iterator[Org]:
    running = Org()
    yield running
    running.close()


def leads(count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {KEY: f"new{number}", "LastName": f"Ng{number}", "Company": f"Co{number}", **more} for number in range(count)
    ]


def changed(org: Org, position: Any = None, **options: Any) -> tuple[list[Record], Any]:
    pages = list(org.client.changed("lead", ["LastName", KEY], position, **options))
    return [record for page in pages for record in page.records], pages[-1].position


def outcomes(receipts: Any) -> list[str]:
    return [one.outcome for one in receipts]


def test_who_is_there(org: Org) -> None:
    assert org.client.organisation().id == org.sandbox.salesforce.credentials["org_id"]
    assert org.client.user().username == org.sandbox.salesforce.credentials["username"]
    assert org.client.limits()["DailyApiRequests"].maximum == org.client.usage.limit_per_day


def test_a_jwt_login_is_taken(org: Org) -> None:
    told = org.sandbox.salesforce.credentials
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, form, plain).decode()
    client = Salesforce(
        JwtBearer(told["client_id"], told["username"], pem), base_url=org.sandbox.salesforce_url, clock=NoWait()
    )
    assert client.user().username == told["username"]


def test_the_schema_tells_our_own_field(org: Org) -> None:
    field = org.client.schema("Lead").fields[KEY]
    assert (field.type, field.length, field.unique, field.external_id, field.custom) == ("string", 40, True, True, True)
    with pytest.raises(SchemaChanged):
        org.client.schema("Nothing__c")


# Reading


def test_every_kind_can_be_read_from_the_start(org: Org) -> None:
    found = {kind: [one.id for page in org.client.changed(kind, []) for one in page.records] for kind in KINDS}
    assert {kind: len(ids) for kind, ids in found.items() if kind in ("account", "contact", "lead")} == {
        "account": 2,
        "contact": 1,
        "lead": 3,
    }


def test_a_cycle_without_changes_is_two_calls_for_all_kinds(org: Org) -> None:
    org.sandbox.clock.advance(3600)
    positions = {kind: list(org.client.changed(kind, []))[-1].position for kind in KINDS}
    before = org.client.usage.calls
    pages = org.client.changed_many([Following(kind, (), positions[kind]) for kind in KINDS])
    assert [len(page.records) for of in pages.values() for page in of] == [0] * len(KINDS)
    assert org.client.usage.calls - before == 2


@pytest.mark.parametrize("page", [1, 7, 30, 2000])
def test_equal_times_are_split_over_pages_without_a_loss(page: int) -> None:
    org = Org(leads=30)
    found, _ = changed(org, page=page)
    org.close()
    assert sorted(str(one.values[KEY]) for one in found) == sorted(f"k{number}" for number in range(30))


def test_a_reading_taken_up_again_reads_nothing_twice() -> None:
    org = Org(leads=20)
    pages = org.client.changed("lead", [KEY], page=6)
    first = [next(pages), next(pages)]
    rest, _ = changed(org, first[-1].position, page=6)
    org.close()
    seen = [one.id for page in first for one in page.records] + [one.id for one in rest]
    assert (len(seen), len(set(seen))) == (20, 20)


def test_what_changes_while_we_read_is_read_next_time(org: Org) -> None:
    pages = org.client.changed("lead", [KEY], page=1)
    first = next(pages).records[0]
    org.sandbox.clock.advance(30)
    org.client.update("Lead", [{"Id": first.id, "LastName": "Edited"}])
    position = [page.position for page in pages][-1]
    found, _ = changed(org, position)
    assert "Edited" in {one.values["LastName"] for one in found}


@pytest.mark.parametrize(("look_back", "seen"), [(timedelta(minutes=10), True), (timedelta(), False)])
def test_a_row_that_becomes_visible_late_is_seen_with_a_look_back(org: Org, look_back: timedelta, seen: bool) -> None:
    _, position = changed(org)
    org.sandbox.clock.advance(60)
    org.goes_wrong("late_rows", count=1, params={"seconds": 120})
    org.client.upsert("Lead", KEY, leads(1))
    org.sandbox.clock.advance(60)
    meanwhile, position = changed(org, position)
    org.sandbox.clock.advance(300)
    later, _ = changed(org, position, look_back=look_back)
    assert "new0" not in {one.values[KEY] for one in meanwhile}
    assert ("new0" in {one.values[KEY] for one in later}) is seen


def test_deletions_merges_and_conversions_are_told(org: Org) -> None:
    _, position = changed(org)
    org.sandbox.clock.advance(3600)
    ids = [org.id_of("Lead", f"l{number}") for number in range(3)]
    contact = org.id_of("Contact", "c0")
    extra = org.client.upsert("Lead", KEY, leads(1))[0].id or ""
    org.act("delete", record=extra)
    org.act("merge", master=ids[0], losers=[ids[1]])
    org.act("convert", record=ids[2], account=org.id_of("Account", "a0"), contact=contact)
    found, _ = changed(org, position)
    records = {one.id: one for one in found}
    assert (records[extra].gone, records[extra].links.get("merged_into")) == (True, None)
    assert (records[ids[1]].gone, records[ids[1]].links["merged_into"]) == (True, (ids[0],))
    assert (records[ids[0]].gone, records[ids[0]].former_ids) == (False, (ids[1],))
    assert records[ids[2]].values["IsConverted"] is True
    assert records[ids[2]].links["contact"] == (contact,)


def test_a_converted_and_a_deleted_lead_are_not_written_again(org: Org) -> None:
    ids = [org.id_of("Lead", f"l{number}") for number in range(3)]
    org.act("convert", record=ids[0], account=org.id_of("Account", "a0"), contact=org.id_of("Contact", "c0"))
    org.act("delete", record=ids[1])
    receipts = org.client.update("Lead", [{"Id": one, "Title": "CFO"} for one in ids])
    assert [(one.outcome, one.code) for one in receipts] == [
        ("refused", "CANNOT_UPDATE_CONVERTED_LEAD"),
        ("refused", "ENTITY_IS_DELETED"),
        ("updated", ""),
    ]
    gone = org.client.find_by("Lead", KEY, ["k0", "k1"], ["IsConverted"], gone=True)
    assert [gone[key][0]["IsDeleted"] for key in ("k0", "k1")] == [False, True]
    assert "k1" not in org.client.find_by("Lead", KEY, ["k0", "k1"], ["IsConverted"])


def test_a_row_taken_out_of_the_bin_is_there_again(org: Org) -> None:
    one = org.id_of("Lead", "l0")
    org.act("delete", record=one)
    _, position = changed(org)
    org.act("undelete", record=one)
    assert [record.gone for record in changed(org, position)[0] if record.id == one] == [False]


def test_every_missing_field_is_named(org: Org) -> None:
    with pytest.raises(SchemaChanged) as raised:
        list(org.client.changed("lead", ["LastName", "Nope__c", "Nein__c"]))
    assert raised.value.names == ("Nope__c", "Nein__c")


def test_records_are_read_by_id_with_none_for_what_is_not_there(org: Org) -> None:
    here, gone = org.id_of("Lead", "l0"), "00Q000000000000AAA"
    read = org.client.read("Lead", [gone, here, here[:15]], ["LastName", "Email"])
    assert read[gone] is None
    assert read[here] == read[here[:15]] == {"Id": here, "LastName": "N0", "Email": "n0@example.com"}


@pytest.mark.parametrize(
    "name", ["O'Brien", "\\' OR Name != ''", "x' OR Id != null --", "%_", 'a"b', "{0}", "\\", "日本 🚀", "l1\nl2"]
)
def test_a_value_finds_its_own_row_and_no_other(org: Org, name: str) -> None:
    (made,) = org.client.upsert("Lead", KEY, [{KEY: name.strip(), "LastName": name, "Company": "X"}])
    assert [row["Id"] for row in org.client.query("SELECT Id FROM Lead WHERE LastName = {}", name)] == [made.id]
    assert [row["Id"] for row in org.client.find_by("Lead", KEY, [name], ["Id"])[name]] == [made.id]


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("html_200", {}),
        ("503_html", {}),
        ("500_empty", {}),
        ("truncated", {}),
        ("reset", {}),
        ("short_page", {}),
        ("401", {}),
    ],
)
def test_a_hiccup_in_the_middle_of_a_reading_loses_nothing(fault: str, options: dict[str, Any]) -> None:
    org = Org(leads=30)
    org.client.user()
    org.goes_wrong(fault, path="*queryAll*", nth=(2,), **options)
    found, _ = changed(org, page=10)
    org.close()
    assert len({one.id for one in found}) == 30


def test_a_token_that_expires_in_the_middle_is_renewed_once() -> None:
    org = Org(leads=30, rules={"token_seconds": 60})
    pages = org.client.changed("lead", [], page=10)
    seen = len(next(pages).records)
    org.sandbox.clock.advance(61)
    seen += sum(len(page.records) for page in pages)
    org.close()
    assert seen == 30
    assert org.client.usage.by_purpose["login"] == 2


@pytest.mark.parametrize("first_call", [True, False])
def test_an_org_that_never_answers_ends_with_the_deadline(org: Org, first_call: bool) -> None:
    client = org.new_client(Clock(), deadline=3.0)
    if not first_call:
        client.user()
    org.goes_wrong("black_hole", params={"seconds": 20})
    started = time.monotonic()
    with pytest.raises(Unavailable):
        client.limits()
    org.sandbox.faults.clear()
    assert time.monotonic() - started < 18


def test_the_days_calls_are_spent() -> None:
    org = Org(rules={"daily_limit": 3})
    for _ in range(10):
        try:
            org.client.limits()
        except BudgetSpent:
            continue
    with pytest.raises(BudgetSpent):
        org.client.upsert("Lead", KEY, leads(1))
    calls = org.client.usage.calls
    org.close()
    assert calls == 1 + 3 + 1


# Writing


def test_five_thousand_rows_keep_their_order() -> None:
    org = Org()
    receipts = org.client.upsert("Lead", KEY, leads(5000))
    found = org.client.find_by("Lead", KEY, [f"new{number}" for number in range(5000)], ["Id"])
    calls = org.client.usage.by_purpose
    org.close()
    assert set(outcomes(receipts)) == {"created"}
    assert [one.id for one in receipts] == [found[f"new{number}"][0]["Id"] for number in range(5000)]
    assert calls["write"] == 25


def test_the_second_time_updates(org: Org) -> None:
    first = org.client.upsert("Lead", KEY, leads(3))
    again = org.client.upsert("Lead", KEY, leads(3, Title="CFO"))
    assert outcomes(again) == ["updated"] * 3
    assert [one.id for one in first] == [one.id for one in again]


def test_one_poisoned_row_stops_no_other(org: Org) -> None:
    rows = leads(200)
    rows[77] = {KEY: "new77", "LastName": "Ng", "Company": "x" * 300}
    receipts = org.client.upsert("Lead", KEY, rows)
    assert outcomes(receipts).count("created") == 199
    assert (receipts[77].outcome, receipts[77].code, receipts[77].fields) == (
        "refused",
        "STRING_TOO_LONG",
        ("Company",),
    )


def test_none_clears_and_missing_leaves(org: Org) -> None:
    org.client.upsert("Lead", KEY, [{KEY: "k0", "Email": None}, {KEY: "k1", "Title": "CFO"}])
    read = org.client.read("Lead", [org.id_of("Lead", "l0"), org.id_of("Lead", "l1")], ["Email", "Title"])
    assert [(row["Email"], row["Title"]) for row in read.values() if row] == [(None, None), ("n1@example.com", "CFO")]


def test_a_committed_write_whose_answer_is_lost_is_unknown_and_found(org: Org) -> None:
    org.client.user()
    org.goes_wrong("answer_lost", path="*composite/sobjects*", count=1)
    receipts = org.client.upsert("Lead", KEY, leads(3))
    assert outcomes(receipts) == ["unknown"] * 3
    found = org.client.find_by("Lead", KEY, ["new0", "new1", "new2"], ["LastName"])
    assert [found[f"new{number}"][0]["LastName"] for number in range(3)] == ["Ng0", "Ng1", "Ng2"]
    assert org.count(f"SELECT count() FROM Lead WHERE {KEY} LIKE 'new%'") == 3


@pytest.mark.parametrize(
    "fault", ["timeout_after_headers", "truncated", "truncated_no_length", "html_200", "502", "short_page"]
)
def test_a_write_is_never_sent_twice(org: Org, fault: str) -> None:
    client = org.new_client(Clock(), deadline=4.0)
    client.user()
    org.goes_wrong(fault, path="*composite/sobjects*", params={"seconds": 8})
    receipts = client.create("Lead", leads(4))
    org.sandbox.faults.clear()
    assert outcomes(receipts) == ["unknown"] * 4
    assert client.usage.by_purpose["write"] == 1


def test_eight_workers_with_the_same_keys_make_each_record_once(org: Org) -> None:
    org.client.user()
    found: list[str] = []

    def work() -> None:
        found.extend(outcomes(org.client.upsert("Lead", KEY, leads(100))))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800
    assert set(found) <= {"created", "updated", "retry"}
    assert found.count("created") == org.count(f"SELECT count() FROM Lead WHERE {KEY} LIKE 'new%'") == 100


def test_locked_rows_are_to_be_tried_again_and_get_through(org: Org) -> None:
    org.goes_wrong("row_lock", path="*composite/sobjects*", params={"share": 0.3}, seed=7)
    left, tries = leads(400), 0
    while left and tries < 8:
        receipts = org.client.upsert("Lead", KEY, left)
        assert set(outcomes(receipts)) <= {"created", "retry"}
        assert {one.code for one in receipts} <= {"", "UNABLE_TO_LOCK_ROW"}
        left = [row for row, one in zip(left, receipts, strict=True) if one.outcome == "retry"]
        tries += 1
    assert left == []
    assert tries > 1
    assert org.count(f"SELECT count() FROM Lead WHERE {KEY} LIKE 'new%'") == 400


def test_a_duplicate_rule_names_the_records_it_found() -> None:
    org = Org(rules={"duplicate_rules": [{"object": "Lead", "match": ["email"]}]})
    twin = {KEY: "twin", "LastName": "N", "Company": "Else", "Email": "n1@example.com"}
    rows = [leads(1)[0], twin]
    receipts = org.client.upsert("Lead", KEY, rows)
    assert outcomes(receipts) == ["created", "refused"]
    assert (receipts[1].code, receipts[1].matches) == ("DUPLICATES_DETECTED", (org.id_of("Lead", "l1"),))
    allowed = org.client.upsert("Lead", KEY, [twin], allow_duplicates=True)
    org.close()
    assert outcomes(allowed) == ["created"]


@pytest.mark.parametrize(("auto_assign", "owner"), [(False, "us"), (True, "them")])
def test_assignment_rules_run_only_when_asked_also_after_a_new_login(auto_assign: bool, owner: str) -> None:
    org = Org(
        rules={"assignment_rules": [{"object": "Lead", "owner": "admin@leadbridge.example"}], "token_seconds": 60}
    )
    us = org.client.user().id
    org.sandbox.clock.advance(61)
    (made,) = org.client.upsert("Lead", KEY, leads(1), auto_assign=auto_assign)
    row = org.client.read("Lead", [made.id or ""], ["OwnerId"])[made.id or ""]
    org.close()
    assert row is not None
    assert ("us" if row["OwnerId"] == us else "them") == owner


def test_a_column_that_is_not_there_is_the_schemas_fault(org: Org) -> None:
    with pytest.raises(SchemaChanged) as raised:
        org.client.upsert("Lead", KEY, leads(3, Nope__c="x"))
    assert raised.value.names == ("Nope__c",)
    with pytest.raises(SchemaChanged):
        org.client.upsert("Lead", "Nope__c", [{"Nope__c": "x"}])
    assert org.count(f"SELECT count() FROM Lead WHERE {KEY} LIKE 'new%'") == 0


# Bulk


def test_a_bulk_job_does_what_the_collections_do() -> None:
    org = Org(rules={"job_seconds": 0.0})
    rows: list[dict[str, Any]] = [
        {KEY: "k0", "Title": 'a\nb, "c" 🚀', "Email": None},
        {KEY: "k1", "Title": "plain"},
        {KEY: "new", "LastName": "Ng", "Company": "Ünïcö"},
        {KEY: "bad", "LastName": "Ng", "Company": "x" * 300},
    ]
    remembered: list[str] = []
    client = org.new_client(Clock())
    receipts = client.upsert_bulk("Lead", KEY, rows, remember=remembered.append)
    again = client.upsert_bulk("Lead", KEY, rows, remember=pytest.fail, job_id=remembered[0])
    found = client.find_by("Lead", KEY, ["k0", "k1", "new"], ["Title", "Email", "Company"])
    org.close()
    assert outcomes(receipts) == ["updated", "updated", "created", "refused"]
    assert (receipts[3].code, receipts[3].fields) == ("STRING_TOO_LONG", ("Company",))
    assert receipts == again
    assert (found["k0"][0]["Title"], found["k0"][0]["Email"]) == ('a\nb, "c" 🚀', None)
    assert (found["k1"][0]["Title"], found["k1"][0]["Email"]) == ("plain", "n1@example.com")
    assert found["new"][0]["Company"] == "Ünïcö"


def test_a_bulk_job_of_three_thousand_rows_keeps_their_order() -> None:
    org = Org(rules={"job_seconds": 0.0})
    client = org.new_client(Clock())
    receipts = client.upsert_bulk("Lead", KEY, leads(3000), remember=lambda number: None)
    found = client.find_by("Lead", KEY, [f"new{number}" for number in range(3000)], ["Id"])
    org.close()
    assert [one.id for one in receipts] == [found[f"new{number}"][0]["Id"] for number in range(3000)]


def test_rows_that_were_too_many_for_the_orgs_triggers_get_through_by_job_and_by_call() -> None:
    org = Org(rules={"job_seconds": 0.0, "rows_at_once": 30})
    client = org.new_client(Clock())
    made = client.upsert_bulk("Lead", KEY, leads(70), remember=lambda number: None)
    changed = client.upsert("Lead", KEY, leads(70, Title="CEO"))
    org.close()
    assert (set(outcomes(made)), set(outcomes(changed))) == ({"created"}, {"updated"})
    assert [one.id for one in made] == [one.id for one in changed]


def test_what_a_job_has_written_is_known_when_the_calls_after_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    org = Org(rules={"job_seconds": 0.0, "rows_at_once": 100})
    client = org.new_client(Clock())

    def closed(*_: object, **__: object) -> None:
        raise Unavailable("down for maintenance", system="salesforce")

    monkeypatch.setattr(client, "upsert", closed)
    receipts = client.upsert_bulk("Lead", KEY, leads(230), remember=lambda number: None)
    org.close()
    assert outcomes(receipts) == ["retry"] * 200 + ["created"] * 30
    assert {one.sent for one in receipts[:200]} == {False}


def test_a_bulk_job_with_a_column_that_is_not_there_names_it(org: Org) -> None:
    with pytest.raises(SchemaChanged) as raised:
        org.new_client(Clock()).upsert_bulk("Lead", KEY, leads(3, Nope__c="x"), remember=lambda number: None)
    assert raised.value.names == ("Nope__c",)


# Setting up


def test_a_field_is_made_granted_and_used() -> None:
    org = Org(rules={"field_permissions": "required"})
    held = org.sandbox.salesforce.credentials["permission_set"]
    field = FieldSchema("Bridge_Note__c", "Note", "string", length=80)
    assert org.client.create_field("Lead", field) is True
    need = Need("Lead", reads=("Bridge_Note__c",), writes=("Bridge_Note__c",), create=True, edit=True)
    hidden = org.client.access([need])
    assert org.client.create_field("Lead", field, permission_set=held) is False
    missing = org.client.access([need])
    made = org.client.create("Lead", [{"LastName": "Ng", "Company": "Co", "Bridge_Note__c": "hello"}])
    org.close()
    assert [(one.right, one.field) for one in hidden] == [("read", "Bridge_Note__c")]
    assert missing == []
    assert outcomes(made) == ["created"]
