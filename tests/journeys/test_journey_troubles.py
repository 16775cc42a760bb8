"""What goes wrong on the way: lost answers, refusals, pages of HTML, revoked rights. Nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
from datetime import timedelta
from fnmatch import fnmatchcase

import pytest
from conftest import Install
from full_size import FULL, full
from small_world import account, people, person, sales_person

from bridge.daemon.jobs import JOBS, run_job
from bridge.deciding.rules import properties_for
from bridge.errors import BrakePulled
from bridge.installation import doctor
from bridge.installation.doctor import examine
from bridge.stages.pull import sweep
from bridge.staging import records
from bridge.staging.database import reading
from bridge.staging.schema import delivery, event, lead, record, run
from connectors.sandbox.world import Ref

UPSERTS = "/services/data/*/composite/sobjects/Lead/*"
CREATES = "/services/data/*/composite/sobjects"


def test_one_poisonous_record_does_not_stop_the_others_and_goes_when_mended(install: Install) -> None:
    rule = {"object": "Lead", "when": "City = 'Poisonville'", "message": "Nobody lives there.", "field": "City"}
    free = {"rep": {"open_leads": None, "new_per_day": None}, "teams": {}}
    here = install(
        [*people(range(199)), person(199, city="Poisonville")], rules={"validation_rules": [rule]}, capacity=free
    )
    first = here.cycle()
    assert first.exit_code == 1
    assert (first.counts["Leads created"], first.counts["refused by Salesforce"]) == (199, 1)
    refused = here.rows(delivery, delivery.c.state == "refused")
    assert [one.lead_id for one in refused] == [here.lead_of("p199").id]
    assert refused[0].reason == "field_custom_validation_exception"
    assert "Nobody lives there." in refused[0].note
    assert here.properties("p199")["leadbridge_status"] == "refused"
    here.edit("p199", city="Potsdam")
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 200
    assert here.properties("p199")["leadbridge_status"] == "sent"


def test_a_refused_lead_goes_by_itself_when_the_org_is_mended(install: Install) -> None:
    rule = {"object": "Lead", "when": "City = 'Poisonville'", "message": "Nobody lives there."}
    here = install(people([1], city="Poisonville"), rules={"validation_rules": [rule]})
    here.cycle()
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []
    here.sales("remove_validation_rules")
    here.later(hours=25)
    here.cycle()
    assert len(here.leads()) == 1


def test_whom_sales_has_is_not_told_as_refused_for_a_later_change_that_was(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("add_validation_rule", object="Lead", when="Email LIKE '%'", message="Nobody writes today.")
    here.edit("p1", need_description="A pump for poison")
    here.later(minutes=15)
    assert here.cycle().exit_code == 1, "somebody has to look at it"
    assert [row.target for row in here.rows(delivery, delivery.c.state == "refused")] == ["salesforce.Lead"]
    assert here.lead_of("p1").handover == "verified"
    assert here.properties("p1")["leadbridge_status"] == "sent"
    here.sales("remove_validation_rules")
    here.later(hours=25)
    assert here.cycle().exit_code == 0
    assert "poison" in here.query("SELECT Description FROM Lead")[0]["Description"]


@pytest.mark.parametrize("fault", ["answer_lost", "timeout_after_headers", "truncated", "short_page"])
def test_a_committed_upsert_whose_answer_is_lost_makes_no_twin(install: Install, fault: str) -> None:
    here = install(people(range(6)))
    here.goes_wrong(fault, system="salesforce", method="PATCH", path=UPSERTS, count=1, params={"seconds": 0.1})
    here.cycle()
    here.later(minutes=1)
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 6
    states = {row.state for row in here.rows(delivery, delivery.c.target == "salesforce.Lead")}
    assert states == {"verified"}
    assert {row.handover for row in here.rows(lead)} == {"verified"}


def test_an_edit_while_an_answer_is_lost_arrives_all_the_same(install: Install) -> None:
    here = install(people([1]))
    here.goes_wrong("answer_lost", system="salesforce", method="PATCH", path=UPSERTS, count=1)
    here.cycle()
    assert {row.state for row in here.rows(delivery, delivery.c.target == "salesforce.Lead")} == {"unknown"}
    here.edit("p1", phone="+49 30 901820")
    here.later(minutes=1)
    for _ in range(3):
        here.cycle()
    assert [row["Phone"] for row in here.query("SELECT Phone FROM Lead")] == ["+4930901820"]


def test_an_edit_while_the_answer_of_an_update_is_lost_arrives_all_the_same(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.edit("p1", need_description="First wish")
    here.goes_wrong("answer_lost", system="salesforce", method="PATCH", path=CREATES, count=1)
    here.cycle()
    assert [row.operation for row in here.rows(delivery, delivery.c.state == "unknown")] == ["update"]
    here.edit("p1", need_description="Second wish")
    here.later(minutes=1)
    for _ in range(3):
        here.cycle()
    assert "Second wish" in here.query("SELECT Description FROM Lead")[0]["Description"]


def touched(install: Install, **options: object) -> tuple[object, str]:
    key, values = person(1)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    things = [account("a1", values["company"], values["email"].split("@")[1])]
    things.append(sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")}))
    return install([(key, values)], things, **options), key


def test_a_committed_task_whose_answer_is_lost_makes_no_twin(install: Install) -> None:
    here, _ = touched(install)
    here.goes_wrong("answer_lost", system="salesforce", method="POST", path=CREATES, count=1)
    here.cycle()
    here.later(minutes=1)
    here.cycle()
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 1
    assert {row.state for row in here.rows(delivery, delivery.c.target == "salesforce.Task")} == {"verified"}


def test_a_second_task_that_never_arrived_is_not_taken_for_the_first(install: Install) -> None:
    here, _ = touched(install)
    fields = {"email": person(1)[1]["email"], "message": "Please call me"}
    here.hubspot("submit_form", form="Request a demo", fields=fields)
    here.cycle()
    here.later(days=8)
    here.hubspot("submit_form", form="Request a demo", fields=fields)
    here.goes_wrong("black_hole", system="salesforce", method="POST", path=CREATES, count=1, params={"seconds": 0.1})
    here.cycle()
    here.later(minutes=1)
    here.cycle()
    here.cycle()
    subjects = [row["Subject"] for row in here.query("SELECT Subject FROM Task")]
    assert len(subjects) == 2
    assert len(set(subjects)) == 1


@pytest.mark.parametrize("path", ["/services/data/*/composite", UPSERTS])
def test_an_expired_session_is_opened_again_within_the_cycle(install: Install, path: str) -> None:
    here = install(people(range(4)))
    here.goes_wrong("401", system="salesforce", path=path, count=1)
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 4


def test_a_revoked_token_stops_the_cycle_with_what_to_do(install: Install) -> None:
    here = install(people(range(4)))
    here.app.schemas()
    here.goes_wrong("401", system="hubspot", path="/crm/objects/*/search")
    report = here.cycle()
    assert report.exit_code == 2
    assert "token" in report.stopped_by
    assert [row.outcome for row in here.rows(run)] == ["stopped"]
    here.all_is_well()
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 4


def test_a_cycle_that_was_told_to_stop_is_told_as_stopped(install: Install) -> None:
    here = install(people(range(4)))
    asked = iter([False, False, False])
    here.cycle(stopping=lambda: next(asked, True))
    here.cycle()
    assert [row.outcome for row in here.rows(run)] == ["stopped", "done"]
    assert len(here.leads()) == 4


@pytest.mark.parametrize("fault", ["503", "503_html", "html_200", "500_empty", "reset"])
@pytest.mark.parametrize("path", ["/crm/objects/*/contacts/search", "/services/data/*/composite/sobjects/Lead/*"])
def test_a_system_that_is_not_well_stops_the_cycle_and_loses_nothing(install: Install, fault: str, path: str) -> None:
    here = install(people(range(4)))
    here.configure("bridge", {"deadlines": {"call": 2}})
    here.goes_wrong(fault, path=path)
    report = here.cycle()
    here.configure("bridge", {"deadlines": {"call": 30}})
    assert here.leads() == {}
    if "search" in path:
        assert report.exit_code == 3
        assert "HubSpot" in report.stopped_by
        with reading(here.engine) as connection:
            assert records.position(connection, "hubspot", "contact") is None, "the cursor did not move"
    here.all_is_well()
    here.later(minutes=10)
    here.cycle()
    here.later(minutes=10)
    here.cycle()
    assert len(here.leads()) == 4
    assert len(here.query("SELECT Id FROM Lead")) == 4


def test_a_property_that_is_gone_stops_one_cycle_and_the_next_says_what_it_went_on_without(install: Install) -> None:
    here = install(people(range(3)))
    here.cycle()
    here.sandbox.hubspot.acts["drop_property"]("contacts", "decision_role")
    here.arrive(person(7)[1])
    stopped = here.cycle()
    assert (stopped.exit_code, "decision_role" in stopped.stopped_by) == (2, True)
    assert person(7)[1]["email"] not in here.leads()
    went_on = here.cycle()
    assert went_on.not_there == ("HubSpot contact.decision_role",)
    assert went_on.exit_code == 1
    assert person(7)[1]["email"] in here.leads()
    logged = run_job(JOBS["sync"], here.app, lambda: False)
    assert "HubSpot contact.decision_role" in logged.says
    assert "leadbridge check" in logged.hint


def test_a_salesforce_field_that_is_gone_holds_only_what_needs_it(install: Install) -> None:
    here = install([*people([1, 2]), person(3, mobilephone="+49 171 5551234")])
    here.cycle()
    here.sales("drop_field", object="Lead", field="MobilePhone")
    for key in ("p1", "p3"):
        here.edit(key, phone="+49 30 901820")
    here.arrive(person(4)[1])
    here.arrive(person(5, mobilephone="+49 171 5551235")[1])
    here.cycle()
    here.cycle()
    found = here.leads("Id, Email, Phone")
    assert found[person(1)[1]["email"]]["Phone"] == "+4930901820"
    assert person(4)[1]["email"] in found


def test_a_revoked_field_holds_only_what_needs_it(install: Install) -> None:
    here = install([])
    here.cycle()
    here.sales("revoke_field", object="Lead", field="MobilePhone", leave="read")
    here.arrive(person(4)[1])
    here.arrive(person(5, mobilephone="+49 171 5551235")[1])
    report = here.cycle()
    assert person(4)[1]["email"] in here.leads()
    if person(5)[1]["email"] not in here.leads():
        assert report.exit_code == 1
        assert [row.reason for row in here.rows(delivery, delivery.c.state == "refused")] == [
            "invalid_field_for_insert_update"
        ]
        assert "MobilePhone" in here.rows(event, event.c.outcome == "refused")[0].sentence
    here.sales("grant_field", object="Lead", field="MobilePhone")
    here.later(hours=25)
    here.cycle()
    assert len(here.leads("Id, Email, MobilePhone")) == 2


def test_a_hubspot_property_that_is_gone_does_not_stop_the_others(install: Install) -> None:
    here = install(people([1, 2]))
    here.cycle()
    here.hubspot("drop_property", kind="contacts", name="need_description")
    here.arrive({name: value for name, value in person(3)[1].items() if name != "need_description"})
    here.cycle()
    here.cycle()
    assert person(3)[1]["email"] in here.leads()


def test_a_written_back_property_that_is_gone_does_not_stop_the_hand_over(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.hubspot("drop_property", kind="contacts", name="leadbridge_owner")
    here.arrive(person(2)[1])
    here.cycle()
    assert person(2)[1]["email"] in here.leads()


def test_an_empty_list_is_not_taken_for_a_mass_deletion(install: Install) -> None:
    here = install(people(range(40)))
    here.cycle()
    empty = {"results": []}
    here.goes_wrong(
        "status", system="hubspot", method="GET", path="/crm/objects/*/contacts", params={"status": 200, "body": empty}
    )
    with here.app.run("sweep") as context, pytest.raises(BrakePulled, match="40 of 40"):
        sweep(context)
    assert not here.rows(record, record.c.gone.is_(True))
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


def test_how_many_may_vanish_at_once_is_a_setting(install: Install) -> None:
    here = install(people(range(40)), bridge={"brakes": {"vanish_count": 3, "vanish_percent": 5}})
    here.cycle()
    for number in range(4):
        here.hubspot("privacy_delete", id=here.contact(f"p{number}"))
    with here.app.run("sweep") as context, pytest.raises(BrakePulled, match="4 of 40") as pulled:
        sweep(context)
    assert "brakes.vanish_percent" in pulled.value.hint
    assert not here.rows(record, record.c.gone.is_(True))
    here.configure("bridge", {"brakes": {"vanish_percent": 10}})
    here.app = here.open()
    with here.app.run("sweep") as context:
        sweep(context)
    assert len(here.rows(record, record.c.kind == "contact", record.c.gone.is_(True))) == 4


def test_an_empty_search_where_thousands_were_changes_nothing(install: Install) -> None:
    here = install(people(range(20)))
    here.cycle()
    empty = {"total": 0, "results": []}
    here.goes_wrong(
        "status", system="hubspot", path="/crm/objects/*/contacts/search", params={"status": 200, "body": empty}
    )
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []
    assert not here.rows(record, record.c.gone.is_(True))


@pytest.mark.timeout(900 if FULL else 180)
def test_contacts_deleted_in_hubspot_are_found_by_the_sweep(install: Install) -> None:
    number, archived = full(20, 520), [f"p{index}" for index in range(full(2, 49))]
    here = install(people(range(number)), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    for key in archived:
        here.hubspot("archive", kind="contacts", id=here.contact(key))
    here.hubspot("privacy_delete", id=here.contact("p50" if number > 50 else "p5"))
    with here.app.run("sweep") as context:
        sweep(context)
    here.configure("capacity", {"rep": {"open_leads": None, "new_per_day": None}})
    here.cycle()
    gone = [*archived, "p50" if number > 50 else "p5"]
    assert len(here.leads()) == number - len(gone)
    assert {here.lead_of(key).reason for key in gone} == {"gone_from_hubspot"}


def test_a_field_of_five_megabytes_does_no_harm(install: Install) -> None:
    here = install([*people([1]), person(2, need_description="Orders typed twice. " * 250_000)])
    here.cycle()
    found = here.leads("Id, Email, Description")
    assert len(found) == 2
    assert len(found[person(2)[1]["email"]]["Description"]) <= 32_000


@pytest.mark.parametrize(
    "strange",
    [
        {"firstname": "A\x00m\x07ara", "city": "Z\u200burich"},
        {"numemployees": "many"},
        {"purchase_timeframe": "whenever"},
        {"hs_email_optout": "perhaps"},
        {"need_description": "\ud83d" + "half a sign"},
        {"recent_conversion_date": "yesterday"},
        {"country": "Middle Earth"},
        {"phone": "ask my assistant"},
    ],
    ids=lambda strange: next(iter(strange)),
)
def test_a_strange_value_is_noted_and_stops_nobody(install: Install, strange: dict[str, str]) -> None:
    here = install(people([1]))
    here.cycle()
    wrong = {
        "id": "990001",
        "createdAt": "2026-11-01T10:00:00.000Z",
        "updatedAt": "2026-11-22T05:00:00.000Z",
        "archived": False,
    }
    asked = properties_for(here.app.settings, here.app.schemas(), "contact")
    values = (
        dict.fromkeys(asked)
        | person(2)[1]
        | strange
        | {"lastmodifieddate": "2026-11-22T05:00:00.000Z", "hs_object_id": "990001"}
    )
    page = {"total": 1, "results": [{**wrong, "properties": values}]}
    here.goes_wrong(
        "status",
        system="hubspot",
        path="/crm/objects/*/contacts/search",
        count=1,
        params={"status": 200, "body": json.dumps(page)},
    )
    report = here.cycle()
    assert not report.stopped_by
    found = here.rows(lead)
    assert len(found) == 2
    assert all(row.verdict for row in found)


def test_an_object_the_org_does_not_have_is_asked_for_once_a_cycle_and_holds_only_what_needs_it(
    install: Install,
) -> None:
    here = install(people([1, 2]))
    told = [{"errorCode": "INVALID_TYPE", "message": "sObject type 'Task' is not supported."}]
    here.goes_wrong(
        "status", system="salesforce", method="POST", path=CREATES, count=20, params={"status": 400, "body": told}
    )
    before = len(here.sandbox.ledger)
    here.cycle()
    calls = [(one.method, one.path.split("?")[0]) for one in here.sandbox.ledger.since(before)]
    tried = [path for method, path in calls if method == "POST" and fnmatchcase(path, CREATES)]
    assert len(tried) == 1
    assert len(here.leads()) == 2
    refused = here.rows(delivery, delivery.c.state == "refused")
    assert {(one.target, one.reason) for one in refused} == {("salesforce.Task", "field_gone")}


def test_a_field_that_goes_before_it_was_read_back_does_not_stop_the_rest(install: Install) -> None:
    here = install([person(1, mobilephone="+49 171 5551234")])
    here.goes_wrong("503", system="salesforce", method="POST", path="/services/data/*/composite/sobjects/Lead")
    here.cycle()
    here.all_is_well()
    here.sales("drop_field", object="Lead", field="MobilePhone")
    here.arrive(person(2)[1])
    for _ in range(3):
        here.cycle()
    assert {row.state for row in here.rows(delivery, delivery.c.target == "salesforce.Lead")} == {"differs", "verified"}
    assert here.properties("p1")["leadbridge_status"] == "sent"


def test_a_clock_of_ours_that_is_ahead_hides_no_form(install: Install) -> None:
    here = install(people([1]))
    fields = {"email": person(1)[1]["email"], "message": "Please call me"}
    here.hubspot("submit_form", form="Request a demo", fields=fields)
    here.ahead = timedelta(hours=2)
    here.cycle()
    here.hubspot("submit_form", form="Request a demo", fields={**fields, "message": "Please call me today"})
    here.ahead = timedelta()
    for _ in range(2):
        here.cycle()
    assert len(here.rows(record, record.c.kind == "form_submission")) == 2


def test_the_doctor_asks_nobody_to_set_this_machine_by_a_sandbox_that_was_put_on(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = install([])
    here.sandbox.clock.advance(2_700)
    told = [one for one in examine(here.open()) if one.area == "clock"]
    assert [(one.ok, "the sandbox's clock" in one.what) for one in told] == [(True, True), (True, True)]
    monkeypatch.setattr(doctor, "is_here", lambda address: not address.startswith("http"))  # as if both were elsewhere
    told = [one for one in examine(here.open()) if one.area == "clock"]
    assert [(one.ok, "NTP" in one.mend) for one in told] == [(False, True), (False, True)]
