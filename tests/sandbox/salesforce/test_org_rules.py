"""What an org does by its own rules: duplicates, validation, automations, assignment; and what it does on request of a test."""

from __future__ import annotations

from typing import Any

import pytest
from org_clients import Rest, errors_of

from connectors.sandbox.salesforce import ids

DOE = {"FirstName": "John", "LastName": "Doe", "Company": "Acme Corporation", "Email": "john@acme.com"}
ALERT = {"object": "Lead", "match": ["email", "name_company"], "against": ["Lead", "Contact"], "on_create": "alert"}
ALLOW = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true; runAsCurrentUser=true"}


def test_a_duplicate_is_answered_with_what_it_is_like(rest: Rest) -> None:
    rest.rules(duplicate_rules=[ALERT])
    first = rest.lead(**DOE)
    answer = rest("POST", "sobjects/Lead", json=DOE | {"FirstName": "Johnny", "LastName": "Other"})
    assert answer.status_code == 400
    told = answer.json()[0]
    assert (told["errorCode"], told["message"]) == ("DUPLICATES_DETECTED", "Use one of these records?")
    result = told["duplicateResult"]
    assert (result["allowSave"], result["duplicateRuleEntityType"]) == (True, "Lead")
    matched = result["matchResults"][0]
    assert (matched["entityType"], matched["matchEngine"], matched["size"]) == ("Lead", "ExactMatchEngine", 1)
    assert matched["matchRecords"][0]["record"]["Id"] == first
    assert (
        matched["matchRecords"][0]["record"]["attributes"]["url"]
        == f"{rest.base.removeprefix(rest.root)}/sobjects/Lead/{first}"
    )
    assert "Name" not in matched["matchRecords"][0]["record"]


def test_one_word_does_where_a_rule_may_name_several(rest: Rest) -> None:
    rest.rules(duplicate_rules=[{"object": "Lead", "match": "email", "against": "Lead", "on_create": "block"}])
    rest.lead(**DOE)
    answer = rest("POST", "sobjects/Lead", json={**DOE, "LastName": "Other"}, headers=ALLOW)
    assert errors_of(answer) == ["DUPLICATES_DETECTED"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"Email": "JOHN@ACME.COM", "LastName": "x", "FirstName": None}, True),
        ({"Email": None, "FirstName": "Jon", "Company": "Corporation Acme"}, True),
        ({"Email": None, "FirstName": "Jane"}, False),
        ({"Email": None, "Company": "Zenith"}, False),
        ({"Email": "else@acme.com", "LastName": "Roe"}, False),
    ],
)
def test_what_is_like_what(rest: Rest, changes: dict[str, Any], found: bool) -> None:
    rest.rules(duplicate_rules=[ALERT])
    rest.lead(**DOE)
    answer = rest("POST", "sobjects/Lead", json=DOE | changes)
    assert answer.status_code == (400 if found else 201)


def test_contacts_count_with_their_account(rest: Rest) -> None:
    rest.rules(duplicate_rules=[ALERT])
    account = rest.create("Account", Name="Acme Corporation")
    contact = rest.create("Contact", FirstName="John", LastName="Doe", AccountId=account)
    told = rest(
        "POST", "sobjects/Lead", json=DOE, headers={"Sforce-Duplicate-Rule-Header": "includeRecordDetails=true"}
    ).json()[0]
    matched = told["duplicateResult"]["matchResults"][0]
    assert (matched["entityType"], matched["matchEngine"]) == ("Contact", "FuzzyMatchEngine")
    assert matched["matchRecords"][0]["record"]["Id"] == contact
    assert matched["matchRecords"][0]["record"]["Name"] == "John Doe"


def test_allow_save_helps_against_an_alert_and_not_against_a_block(rest: Rest) -> None:
    rest.rules(duplicate_rules=[ALERT])
    rest.lead(**DOE)
    assert rest("POST", "sobjects/Lead", json=DOE, headers=ALLOW).status_code == 201
    rest.rules(duplicate_rules=[ALERT | {"on_create": "block"}])
    answer = rest("POST", "sobjects/Lead", json=DOE, headers=ALLOW)
    assert errors_of(answer) == ["DUPLICATES_DETECTED"]
    assert answer.json()[0]["duplicateResult"]["allowSave"] is False


def test_duplicates_in_collections_and_upserts(rest: Rest) -> None:
    key = rest.external_id()
    rest.rules(duplicate_rules=[ALERT])
    body = {
        "records": [
            {"attributes": {"type": "Lead"}, **DOE, key: "1"},
            {"attributes": {"type": "Lead"}, **DOE, key: "2"},
        ]
    }
    first, second = rest("PATCH", f"composite/sobjects/Lead/{key}", json=body).json()
    assert first["success"] is True
    assert second == {
        "success": False, "created": False,
        "errors": [{"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}],
    }  # fmt: skip
    assert errors_of(rest("PATCH", f"sobjects/Lead/{key}/3", json=DOE)) == ["DUPLICATES_DETECTED"]
    assert rest("PATCH", f"sobjects/Lead/{key}/1", json=DOE).status_code == 200


def test_validation_rules(rest: Rest) -> None:
    rest.org.acts["add_validation_rule"](
        object="Lead",
        when="Email = null AND Status = 'Working - Contacted'",
        message="Who is worked needs an address",
        field="Email",
    )
    lead = rest.lead()
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"Status": "Working - Contacted"})
    assert answer.json() == [
        {
            "message": "Who is worked needs an address",
            "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "fields": ["Email"],
        }
    ]
    assert rest("GET", f"sobjects/Lead/{lead}").json()["Status"] == "Open - Not Contacted"
    assert (
        rest("PATCH", f"sobjects/Lead/{lead}", json={"Status": "Working - Contacted", "Email": "a@b.co"}).status_code
        == 204
    )
    rest.org.acts["remove_validation_rules"](object="Lead")
    assert rest("POST", "sobjects/Lead", json=DOE | {"Email": None, "Status": "Working - Contacted"}).status_code == 201


def test_an_automation_changes_a_value_without_a_word(rest: Rest) -> None:
    rest.rules(automations=[{"object": "Lead", "when": "LeadSource = 'Web'", "set": {"Rating": "Hot"}, "emails": 2}])
    lead = rest.lead(LeadSource="Web", Rating="Cold")
    assert rest("GET", f"sobjects/Lead/{lead}").json()["Rating"] == "Hot"
    assert rest("GET", f"sobjects/Lead/{rest.lead(Rating='Cold')}").json()["Rating"] == "Cold"
    whats = [effect.what for _, effect in rest.sandbox.ledger.effects("salesforce", "Lead")]
    assert whats == ["created", "automated", "created"]
    assert rest.org.acts["emails"]()["count"] == 2


def test_assignment_rules_run_unless_the_header_says_no(rest: Rest) -> None:
    queue = rest.create("Group", Name="Inbound", DeveloperName="Inbound", Type="Queue")
    rest.create("QueueSobject", QueueId=queue, SobjectType="Lead")
    rest.rules(assignment_rules=[{"object": "Lead", "owner": "Inbound", "when": "Country = 'France'"}])
    mine = rest.query("SELECT Id FROM User WHERE Username = 'integration@leadbridge.example'")[0]["Id"]
    off = {"Sforce-Auto-Assign": "FALSE"}

    def owner(lead: str) -> str:
        return str(rest("GET", f"sobjects/Lead/{lead}").json()["OwnerId"])

    assert owner(rest.lead(Country="France")) == queue
    assert owner(rest.lead(Country="Spain")) == mine
    quiet = rest("POST", "sobjects/Lead", json=DOE | {"Country": "France"}, headers=off).json()["id"]
    assert owner(quiet) == mine
    rest("PATCH", f"sobjects/Lead/{quiet}", json={"City": "Lyon"}, headers=off)
    assert owner(quiet) == mine
    rest("PATCH", f"sobjects/Lead/{quiet}", json={"City": "Nice"})
    assert owner(quiet) == queue
    assert rest.org.acts["emails"]()["count"] == 2


# What a test asks for.


def test_locked_rows(rest: Rest) -> None:
    lead = rest.lead()
    rest.fault("row_lock", count=1)
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"City": "x"})
    assert errors_of(answer) == ["UNABLE_TO_LOCK_ROW"]
    assert answer.json()[0]["message"] == f"unable to obtain exclusive access to this record or 1 records: {lead}"
    assert rest("PATCH", f"sobjects/Lead/{lead}", json={"City": "x"}).status_code == 204


def test_a_share_of_a_collection_is_locked_and_the_same_share_again_with_the_same_seed(rest: Rest) -> None:
    rest.fault("row_lock", params={"share": 0.3}, count=1)
    records = [{"attributes": {"type": "Lead"}, "LastName": str(number), "Company": "x"} for number in range(200)]
    results = rest("POST", "composite/sobjects", json={"records": records}).json()
    locked = [one for one in results if not one["success"]]
    assert 30 < len(locked) < 90
    assert {one["errors"][0]["statusCode"] for one in locked} == {"UNABLE_TO_LOCK_ROW"}
    assert rest.query("SELECT COUNT(Id) FROM Lead")[0]["expr0"] == 200 - len(locked)


def test_writes_that_do_nothing(rest: Rest) -> None:
    lead = rest.lead(City="Rome")
    rest.rules(ignored_writes=1.0)
    assert rest("PATCH", f"sobjects/Lead/{lead}", json={"City": "Oslo"}).status_code == 204
    lost = rest("POST", "sobjects/Lead", json=DOE)
    assert (lost.status_code, lost.json()["success"]) == (201, True)
    rest.rules(ignored_writes=0.0)
    assert rest("GET", f"sobjects/Lead/{lead}").json()["City"] == "Rome"
    assert rest("GET", f"sobjects/Lead/{lost.json()['id']}").status_code == 404
    assert sum(entry.notes.get("ignored", 0) for entry in rest.sandbox.ledger.since()) == 2


def test_rows_that_show_up_late_carry_their_old_time(rest: Rest) -> None:
    rest.fault("late_rows", method="POST", params={"seconds": 60})
    lead = rest.lead()
    assert rest.query("SELECT Id FROM Lead") == []
    assert rest("GET", f"sobjects/Lead/{lead}").status_code == 200
    rest.sandbox.clock.advance(61)
    rows = rest.query("SELECT Id, SystemModstamp FROM Lead")
    assert rows[0]["SystemModstamp"] == "2026-11-22T12:00:00.000+0000"


def test_rows_and_queries_refused_on_request(rest: Rest) -> None:
    rest.fault(
        "refuse_rows", params={"code": "STORAGE_LIMIT_EXCEEDED", "message": "storage limit exceeded"}, method="POST"
    )
    rest.fault("query_timeout", path="*/query*")
    assert errors_of(rest("POST", "sobjects/Lead", json=DOE)) == ["STORAGE_LIMIT_EXCEEDED"]
    assert errors_of(rest("GET", "query", params={"q": "SELECT Id FROM Lead"})) == ["QUERY_TIMEOUT"]


def test_an_answer_that_is_lost_is_committed_all_the_same(rest: Rest) -> None:
    import requests

    key = rest.external_id()
    rest.fault("answer_lost", method="PATCH", count=1)
    with pytest.raises(requests.ConnectionError):
        rest("PATCH", f"sobjects/Lead/{key}/1", json=DOE)
    again = rest("PATCH", f"sobjects/Lead/{key}/1", json=DOE)
    assert (again.status_code, again.json()["created"]) == (200, False)
    lost = next(entry for entry in rest.sandbox.ledger.since() if entry.fault == "answer_lost")
    assert (lost.status, lost.handled, lost.effects[0].what) == (0, 201, "created")


def test_settings_that_nobody_knows(rest: Rest) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        rest.rules(nonsense=1)
    for wrong in ({"token_seconds": "soon"}, {"ignored_writes": -1}, {"late_seconds": True}, {"limits": "perhaps"}, {"automations": 5},
                  {"field_permissions": "perhaps"}, {"job_seconds": None}):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            rest.rules(**wrong)

    with pytest.raises(ValueError, match="alert or block"):
        rest.rules(duplicate_rules=[{"object": "Lead", "on_create": "shrug"}])
    with pytest.raises(ValueError, match="by email or name_company"):
        rest.rules(duplicate_rules=[{"object": "Lead", "match": ["shoe size"]}])


def test_a_locked_new_row_is_named_by_a_whole_id(rest: Rest) -> None:
    rest.fault("row_lock", count=1)
    answer = rest("POST", "sobjects/Lead", json={"LastName": "A", "Company": "B"})
    named = answer.json()[0]["message"].rpartition(" ")[2]
    assert ids.whole(named) == named
    assert named.startswith("00Q")


def test_settings_may_come_as_text_as_from_a_command_line(rest: Rest) -> None:
    told = rest.org.acts["rules"](token_seconds="60", ignored_writes="0.0", limits="true", job_seconds=1)
    assert told == {"token_seconds": "60", "ignored_writes": "0.0", "limits": "True", "job_seconds": "1.0"}
    rest.login()
    assert rest.lead()


PLACES = {
    "PK": "Pakistan",
    "IN": {"name": "India", "states": {"PB": "Punjab"}},
    "US": {"name": "United States", "states": {"CA": "California"}},
}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"Country": "india", "State": "Punjab"}, ("India", "IN", "Punjab", "PB")),
        ({"CountryCode": "IN", "StateCode": "PB"}, ("India", "IN", "Punjab", "PB")),
        ({"Country": "Pakistan"}, ("Pakistan", "PK", None, None)),
        ({"Country": "Atlantis"}, "There's a problem with this country"),
        ({"Country": "India", "State": "Bayern"}, "There's a problem with this state"),
        ({"Country": "Pakistan", "State": "Punjab"}, "doesn't recognize the state value"),
        ({"State": "Punjab"}, "A country/territory must be specified"),
    ],
)
def test_an_address_has_only_countries_and_states_of_the_lists(rest: Rest, given: dict[str, str], kept: Any) -> None:
    rest.org.acts["address_picklists"](countries=PLACES)
    answer = rest("POST", "sobjects/Lead", json={"LastName": "Roe", "Company": "Acme", **given})
    if isinstance(kept, str):
        told = answer.json()[0]
        assert (told["errorCode"], told["fields"]) == ("FIELD_INTEGRITY_EXCEPTION", [[*given][-1]])
        assert kept in told["message"]
        return
    row = rest("GET", f"sobjects/Lead/{answer.json()['id']}").json()
    assert tuple(row[name] for name in ("Country", "CountryCode", "State", "StateCode")) == kept


def test_a_change_of_one_part_of_an_address_is_judged_by_the_whole(rest: Rest) -> None:
    rest.org.acts["address_picklists"](countries=PLACES)
    lead = rest.lead(Country="India", State="Punjab")
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"Country": "United States"})
    assert "doesn't recognize the state value" in answer.json()[0]["message"]
    assert rest("PATCH", f"sobjects/Lead/{lead}", json={"Country": "United States", "State": None}).status_code == 204
