"""Single records: what is kept, what is refused, upserts by external id, and what changed in a span of time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from org_clients import VERSION, Rest, errors_of

from connectors.sandbox.salesforce import ids

EMPTY = {"LastName": "Doe", "Company": "Acme"}


def test_ids_have_eighteen_characters_with_prefix_and_checksum(rest: Rest) -> None:
    for name, prefix, values in (
        ("Lead", "00Q", EMPTY), ("Account", "001", {"Name": "x"}), ("Contact", "003", {"LastName": "x"}), ("Task", "00T", {}),
        ("Campaign", "701", {"Name": "x"}), ("Case", "500", {}),
        ("Opportunity", "006", {"Name": "x", "StageName": "Prospecting", "CloseDate": "2026-12-01"}),
    ):  # fmt: skip
        made = rest.create(name, **values)
        assert re.fullmatch(rf"{prefix}[0-9A-Za-z]{{15}}", made)
        assert made[15:] == ids.checksum(made[:15])
        assert rest("GET", f"sobjects/{name}/{made[:15]}").json()["Id"] == made


def test_the_published_checksum() -> None:
    assert ids.whole("001A0000006Vm9r") == "001A0000006Vm9rIAC"
    assert ids.whole("001A0000006Vm9rIAA") is None


def test_a_record_comes_back_with_what_the_org_filled_in(rest: Rest) -> None:
    made = rest(
        "POST",
        "sobjects/Lead/",
        json=EMPTY | {"FirstName": " Jo ", "Email": "JO@x.com", "AnnualRevenue": 5, "City": ""},
    )
    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], "success": True, "errors": []}
    assert made.headers["Location"] == f"/services/data/{VERSION}/sobjects/Lead/{made.json()['id']}"
    row = rest("GET", f"sobjects/Lead/{made.json()['id']}/").json()
    user = rest.query("SELECT Id FROM User WHERE Username = 'integration@leadbridge.example'")[0]["Id"]
    expected = {
        "FirstName": "Jo", "Name": "Jo Doe", "Email": "JO@x.com", "AnnualRevenue": 5.0, "City": None, "Status": "Open - Not Contacted",
        "IsConverted": False, "IsDeleted": False, "OwnerId": user, "CreatedById": user, "LastModifiedById": user,
        "CreatedDate": "2026-11-22T12:00:00.000+0000", "LastModifiedDate": "2026-11-22T12:00:00.000+0000",
        "SystemModstamp": "2026-11-22T12:00:00.000+0000", "ConvertedDate": None, "Address": None,
    }  # fmt: skip
    assert {key: row[key] for key in expected} == expected
    assert row["attributes"] == {"type": "Lead", "url": f"/services/data/{VERSION}/sobjects/Lead/{row['Id']}"}


def test_an_update_names_its_record_in_the_path_alone(rest: Rest) -> None:
    lead = rest.create("Lead", **EMPTY)
    for name in ("Id", "id"):
        answer = rest("PATCH", f"sobjects/Lead/{lead}", json={name: lead, "City": "Rome"})
        assert (answer.status_code, errors_of(answer)) == (400, ["INVALID_FIELD"])
        assert answer.json()[0]["message"] == "The Id field should not be specified in the sobject data."
    assert rest("GET", f"sobjects/Lead/{lead}").json()["City"] is None


def test_an_update_changes_what_was_sent_and_when(rest: Rest) -> None:
    lead = rest.lead(City="Rome", Street="Via 1\r\nScala B")
    rest.sandbox.clock.advance(90)
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"City": None, "Title": "  CEO "})
    assert (answer.status_code, answer.content) == (204, b"")
    row = rest("GET", f"sobjects/Lead/{lead}", params={"fields": "City,Title,Street,CreatedDate,SystemModstamp"}).json()
    assert (row["City"], row["Title"], row["Street"]) == (None, "CEO", "Via 1\r\nScala B")
    assert (row["CreatedDate"], row["SystemModstamp"]) == (
        "2026-11-22T12:00:00.000+0000",
        "2026-11-22T12:01:30.000+0000",
    )


REFUSED: list[tuple[str, dict[str, Any], str, list[str], str]] = [
    ("Lead", {"FirstName": "x"}, "REQUIRED_FIELD_MISSING", ["LastName", "Company"], "Required fields are missing: [LastName, Company]"),
    ("Lead", EMPTY | {"Company": "  "}, "REQUIRED_FIELD_MISSING", ["Company"], "Required fields are missing: [Company]"),
    ("Lead", EMPTY | {"LastName": "x" * 81}, "STRING_TOO_LONG", ["LastName"], "(max length=80)"),
    ("Lead", EMPTY | {"City": "é" * 41}, "STRING_TOO_LONG", ["City"], "City: data value too large"),
    ("Lead", EMPTY | {"Email": "no address"}, "INVALID_EMAIL_ADDRESS", ["Email"], "Email: invalid email address: no address"),
    ("Lead", EMPTY | {"Email": "a@b"}, "INVALID_EMAIL_ADDRESS", ["Email"], "invalid email address"),
    ("Lead", EMPTY | {"Email": "a..b@c.com"}, "INVALID_EMAIL_ADDRESS", ["Email"], "invalid email address"),
    (
        "Lead", EMPTY | {"CleanStatus": "Nonsense"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["CleanStatus"],
        "bad value for restricted picklist field: Nonsense",
    ),
    ("Lead", EMPTY | {"Nope": 1}, "INVALID_FIELD", [], "No such column 'Nope' on sobject of type Lead"),
    ("Lead", EMPTY | {"Nope__c": 1}, "INVALID_FIELD", [], "No such column 'Nope__c' on sobject of type Lead"),
    ("Lead", EMPTY | {"Name": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Name"], "Unable to create/update fields: Name."),
    ("Lead", EMPTY | {"SystemModstamp": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["SystemModstamp"], "read/write for your profile"),
    ("Lead", EMPTY | {"ConvertedDate": None}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["ConvertedDate"], "ConvertedDate"),
    ("Lead", EMPTY | {"Id": "00Q000000000000EAA"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Id"], "cannot specify Id in an insert call"),
    ("Lead", EMPTY | {"NumberOfEmployees": 2**31}, "NUMBER_OUTSIDE_VALID_RANGE", ["NumberOfEmployees"], "outside of valid range"),
    ("Lead", EMPTY | {"AnnualRevenue": 1e18}, "NUMBER_OUTSIDE_VALID_RANGE", ["AnnualRevenue"], "outside of valid range"),
    ("Lead", EMPTY | {"AnnualRevenue": "lots"}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of currency from VALUE_STRING value lots"),
    ("Lead", EMPTY | {"NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of int from VALUE_NUMBER_FLOAT"),
    ("Lead", EMPTY | {"City": 5}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of string from VALUE_NUMBER_INT value 5"),
    ("Lead", EMPTY | {"City": {"a": 1}}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of string from START_OBJECT value {"),
    ("Lead", EMPTY | {"IsUnreadByOwner": "yes"}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of boolean from VALUE_STRING"),
    ("Contact", {"LastName": "x", "Birthdate": "02/03/2026"}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of date"),
    ("Contact", {"LastName": "x", "Birthdate": "2026-02-30"}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of date"),
    ("Contact", {"LastName": "x", "EmailBouncedDate": "2026-02-03"}, "JSON_PARSER_ERROR", [], "Cannot deserialize instance of datetime"),
    ("Contact", {"LastName": "x", "AccountId": "abc"}, "MALFORMED_ID", ["AccountId"], "Account ID: id value of incorrect type: abc"),
    ("Contact", {"LastName": "x", "AccountId": "00QLb0000000000MAA"}, "FIELD_INTEGRITY_EXCEPTION", ["AccountId"], "incorrect type"),
    ("Contact", {"LastName": "x", "AccountId": "001Lb000000ZZZZ"}, "INVALID_CROSS_REFERENCE_KEY", [], "invalid cross reference id"),
    ("Opportunity", {"Name": "x"}, "REQUIRED_FIELD_MISSING", ["StageName", "CloseDate"], "[StageName, CloseDate]"),
    ("CampaignMember", {"CampaignId": "701Lb000000ZZZZ"}, "INVALID_CROSS_REFERENCE_KEY", [], "invalid cross reference id"),
    ("LeadStatus", {"MasterLabel": "x"}, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", [], "entity type cannot be inserted"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "code", "fields", "words"),
    REFUSED,
    ids=[f"{one[0]}-{one[2]}-{n}" for n, one in enumerate(REFUSED)],
)
def test_what_a_new_record_is_refused_for(
    rest: Rest, name: str, values: dict[str, Any], code: str, fields: list[str], words: str
) -> None:
    answer = rest("POST", f"sobjects/{name}", json=values)
    assert (answer.status_code, errors_of(answer)) == (400, [code])
    assert words in answer.json()[0]["message"]
    assert answer.json()[0].get("fields", []) == fields
    assert rest.query(f"SELECT COUNT(Id) FROM {name}")[0]["expr0"] == (4 if name == "LeadStatus" else 0)


def test_several_faults_of_one_record_are_told_together(rest: Rest) -> None:
    answer = rest("POST", "sobjects/Lead", json=EMPTY | {"LastName": "x" * 90, "Email": "bad"})
    assert errors_of(answer) == ["STRING_TOO_LONG", "INVALID_EMAIL_ADDRESS"]


def test_names_of_fields_and_objects_in_any_case(rest: Rest) -> None:
    made = rest("POST", "sobjects/lead", json={"lastname": "x", "COMPANY": "y"}).json()["id"]
    assert rest("GET", f"sobjects/LEAD/{made}", params={"fields": "lastname"}).json()["LastName"] == "x"


def test_limits_of_length_are_counted_in_characters(rest: Rest) -> None:
    assert rest.lead(LastName="é" * 80, City="😀" * 40)


def test_records_that_are_not_there(rest: Rest) -> None:
    lead = rest.lead()
    gone = "00QLb00000zzzzz"
    for method, path, status, code in (
        ("GET", f"sobjects/Lead/{gone}", 404, "NOT_FOUND"), ("GET", "sobjects/Lead/nonsense", 404, "NOT_FOUND"),
        ("PATCH", f"sobjects/Lead/{gone}", 404, "INVALID_CROSS_REFERENCE_KEY"),
        ("DELETE", f"sobjects/Lead/{gone}", 404, "INVALID_CROSS_REFERENCE_KEY"),
        ("GET", f"sobjects/Contact/{lead}", 404, "NOT_FOUND"), ("GET", f"sobjects/Lead/{lead}/extra/more", 404, "NOT_FOUND"),
    ):  # fmt: skip
        answer = rest(method, path, json={} if method == "PATCH" else None)
        assert (answer.status_code, errors_of(answer)) == (status, [code]), path


def test_a_deleted_record_says_so(rest: Rest) -> None:
    lead = rest.lead()
    assert rest("DELETE", f"sobjects/Lead/{lead}").status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        answer = rest(method, f"sobjects/Lead/{lead}", json={"City": "x"} if method == "PATCH" else None)
        assert (answer.status_code, errors_of(answer)) == (404, ["ENTITY_IS_DELETED"])
    assert rest.query("SELECT Id FROM Lead") == []
    assert (
        rest("GET", "queryAll", params={"q": "SELECT Id, IsDeleted FROM Lead"}).json()["records"][0]["IsDeleted"]
        is True
    )
    answer = rest("POST", "sobjects/Task", json={"WhoId": lead})
    assert errors_of(answer) == ["ENTITY_IS_DELETED"]
    rest.org.acts["undelete"](record=lead)
    assert rest("GET", f"sobjects/Lead/{lead}").status_code == 200


def test_deleting_an_account_takes_what_hangs_on_it(rest: Rest) -> None:
    account = rest.create("Account", Name="x")
    contact = rest.create("Contact", LastName="x", AccountId=account)
    task = rest.create("Task", WhoId=contact)
    assert rest("DELETE", f"sobjects/Account/{account}").status_code == 204
    for path in (f"sobjects/Contact/{contact}", f"sobjects/Task/{task}"):
        assert errors_of(rest("GET", path)) == ["ENTITY_IS_DELETED"]


# Upsert by external id.


def test_upsert_makes_then_changes(rest: Rest) -> None:
    key = rest.external_id()
    first = rest("PATCH", f"sobjects/Lead/{key}/hs-1", json=EMPTY)
    assert first.status_code == 201
    assert first.json() == {"id": first.json()["id"], "success": True, "errors": [], "created": True}
    assert first.headers["Location"].endswith(f"/sobjects/Lead/{first.json()['id']}")
    again = rest("PATCH", f"sobjects/Lead/{key}/HS-1", json=EMPTY | {"City": "Rome"})
    assert (again.status_code, again.json()) == (200, first.json() | {"created": False})
    row = rest("GET", f"sobjects/Lead/{key}/hs-1").json()
    assert (row["Id"], row["City"], row[key]) == (first.json()["id"], "Rome", "hs-1")
    assert rest("DELETE", f"sobjects/Lead/{key}/hs-1").status_code == 204
    assert rest("GET", f"sobjects/Lead/{key}/hs-1").status_code == 404


@pytest.mark.parametrize("value", ["a b", "a/b", "a+b", "ü", "a.inc", "100%", "a'b", "?x=1"])
def test_external_ids_of_any_characters(rest: Rest, value: str) -> None:
    from urllib.parse import quote

    key = rest.external_id()
    path = f"sobjects/Lead/{key}/{quote(value, safe='')}"
    assert rest("PATCH", path, json=EMPTY).status_code == 201
    assert rest("PATCH", path, json=EMPTY).status_code == 200
    assert rest("GET", path).json()[key] == value


def test_upsert_where_the_external_id_is_not_unique(rest: Rest) -> None:
    key = rest.external_id("Loose__c", unique=False)
    ids_made = [rest.lead(Loose__c="same") for _ in range(2)]
    answer = rest("PATCH", f"sobjects/Lead/{key}/same", json=EMPTY)
    assert answer.status_code == 300
    assert answer.json() == [f"/services/data/{VERSION}/sobjects/Lead/{one}" for one in ids_made]
    assert rest("GET", f"sobjects/Lead/{key}/same").status_code == 300


def test_upserts_that_cannot_be(rest: Rest) -> None:
    key = rest.external_id()
    for path, status, code in (
        ("sobjects/Lead/Nope__c/1", 404, "NOT_FOUND"), ("sobjects/Lead/City/1", 404, "NOT_FOUND"),
        (f"sobjects/Lead/{key}/new?updateOnly=true", 404, "NOT_FOUND"),
    ):  # fmt: skip
        answer = rest("PATCH", path, json=EMPTY)
        assert (answer.status_code, errors_of(answer)) == (status, [code]), path
    assert errors_of(rest("PATCH", f"sobjects/Lead/{key}/1", json=EMPTY | {key: "1"})) == ["INVALID_FIELD"]
    assert errors_of(rest("PATCH", f"sobjects/Lead/{key}/1", json={"City": "x"})) == ["REQUIRED_FIELD_MISSING"]


def test_unique_means_unique_without_regard_to_case(rest: Rest) -> None:
    key = rest.external_id()
    first = rest.lead(**{key: "abc"})
    answer = rest("POST", "sobjects/Lead", json=EMPTY | {key: "ABC"})
    assert errors_of(answer) == ["DUPLICATE_VALUE"]
    assert (
        answer.json()[0]["message"] == f"duplicate value found: {key} duplicates value on record with id: {first[:15]}"
    )
    second = rest.lead(**{key: "def"})
    assert errors_of(rest("PATCH", f"sobjects/Lead/{second}", json={key: "Abc"})) == ["DUPLICATE_VALUE"]
    assert rest("PATCH", f"sobjects/Lead/{first}", json={key: "ABC"}).status_code == 204
    rest("DELETE", f"sobjects/Lead/{first}")
    assert rest("PATCH", f"sobjects/Lead/{second}", json={key: "abc"}).status_code == 204


def test_a_parent_can_be_named_by_its_external_id(rest: Rest) -> None:
    rest.external_id("Code__c", "Account")
    account = rest.create("Account", Name="x", Code__c="c-1")
    contact = rest.create("Contact", LastName="x", Account={"Code__c": "c-1"})
    assert rest("GET", f"sobjects/Contact/{contact}").json()["AccountId"] == account
    answer = rest("POST", "sobjects/Contact", json={"LastName": "x", "Account": {"Code__c": "nope"}})
    assert errors_of(answer) == ["INVALID_FIELD"]
    assert "Foreign key external ID: nope not found for field Code__c in entity Account" in answer.json()[0]["message"]


# What single objects have of their own.


def test_a_member_is_in_a_campaign_once_and_shows_its_person(rest: Rest) -> None:
    campaign, lead = rest.create("Campaign", Name="Fair"), rest.lead(Email="a@b.com")
    rest.create("CampaignMember", CampaignId=campaign, LeadId=lead, Status="Responded")
    assert errors_of(rest("POST", "sobjects/CampaignMember", json={"CampaignId": campaign, "LeadId": lead})) == [
        "DUPLICATE_VALUE"
    ]
    assert errors_of(rest("POST", "sobjects/CampaignMember", json={"CampaignId": campaign})) == [
        "FIELD_INTEGRITY_EXCEPTION"
    ]
    row = rest.query("SELECT HasResponded, Email, CompanyOrAccount, Type, FirstRespondedDate FROM CampaignMember")[0]
    assert (row["HasResponded"], row["Email"], row["CompanyOrAccount"], row["Type"]) == (
        True,
        "a@b.com",
        "Acme",
        "Lead",
    )


def test_a_note_is_base64_of_escaped_html_and_can_be_linked(rest: Rest) -> None:
    from base64 import b64encode

    lead = rest.lead()
    note = rest.create("ContentNote", Title="Brief", Content=b64encode(b"<p>R&amp;D &lt;3</p>").decode())
    rest.create("ContentDocumentLink", ContentDocumentId=note, LinkedEntityId=lead, ShareType="V")
    assert rest("GET", f"sobjects/ContentNote/{note}/Content").text == "<p>R&amp;D &lt;3</p>"
    linked = rest.query(
        f"SELECT ContentDocument.Title, ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '{lead}'"
    )
    assert [one["ContentDocumentId"] for one in linked] == [note]
    for content in (b"R&D", b"a < b", b"<script>x</script>"):
        answer = rest("POST", "sobjects/ContentNote", json={"Title": "x", "Content": b64encode(content).decode()})
        assert errors_of(answer) == ["FIELD_INTEGRITY_EXCEPTION"]
    assert errors_of(rest("POST", "sobjects/ContentNote", json={"Title": "x", "Content": "plain text!"})) == [
        "JSON_PARSER_ERROR"
    ]


def test_a_task_closes_and_the_person_was_last_active(rest: Rest) -> None:
    account = rest.create("Account", Name="x")
    contact = rest.create("Contact", LastName="x", AccountId=account)
    stamp = rest("GET", f"sobjects/Contact/{contact}").json()["SystemModstamp"]
    rest.sandbox.clock.advance(60)
    task = rest.create("Task", WhoId=contact, Subject="Call", Status="Completed", ActivityDate="2026-11-20")
    row = rest("GET", f"sobjects/Task/{task}").json()
    assert (row["IsClosed"], row["AccountId"], row["Priority"]) == (True, account, "Normal")
    row = rest("GET", f"sobjects/Contact/{contact}").json()
    assert (row["LastActivityDate"], row["SystemModstamp"]) == ("2026-11-20", stamp)


def test_an_activity_with_a_lead_is_about_nothing_else(rest: Rest) -> None:
    account, lead = rest.create("Account", Name="x"), rest.lead()
    contact = rest.create("Contact", LastName="x", AccountId=account)
    times = {"StartDateTime": "2026-12-01T10:00:00Z", "DurationInMinutes": 30}
    for name, more in (("Task", {}), ("Event", times)):
        answer = rest("POST", f"sobjects/{name}", json={"WhoId": lead, "WhatId": account, **more})
        assert errors_of(answer) == ["FIELD_INTEGRITY_EXCEPTION"]
        assert answer.json()[0]["fields"] == ["WhatId"]
        made = rest.create(name, WhoId=lead, **more)
        late = rest("PATCH", f"sobjects/{name}/{made}", json={"WhatId": account})
        assert errors_of(late) == ["FIELD_INTEGRITY_EXCEPTION"]
        rest.create(name, WhoId=contact, WhatId=account, **more)


def test_a_campaign_counts_its_members(rest: Rest) -> None:
    campaign, account = rest.create("Campaign", Name="Fair"), rest.create("Account", Name="x")
    counts = "NumberOfLeads,NumberOfConvertedLeads,NumberOfContacts,NumberOfResponses,NumberOfOpportunities"

    def counted() -> list[int]:
        row = rest("GET", f"sobjects/Campaign/{campaign}", params={"fields": counts}).json()
        return [row[name] for name in counts.split(",")]

    assert counted() == [0, 0, 0, 0, 0]
    contact = rest.create("Contact", LastName="x", AccountId=account)
    member = rest.create("CampaignMember", CampaignId=campaign, LeadId=rest.lead(), Status="Responded")
    rest.create("CampaignMember", CampaignId=campaign, ContactId=contact)
    rest.create("Opportunity", Name="x", StageName="Prospecting", CloseDate="2026-12-01", CampaignId=campaign)
    assert counted() == [1, 0, 1, 1, 1]
    found = rest.query("SELECT Id FROM Campaign WHERE NumberOfLeads > 0 AND NumberOfResponses = 1")
    assert [row["Id"] for row in found] == [campaign]
    rest("DELETE", f"sobjects/CampaignMember/{member}")
    assert counted() == [0, 0, 1, 0, 1]
    assert rest.query("SELECT Id FROM Campaign WHERE NumberOfLeads > 0") == []


def test_an_opportunity_follows_its_stage(rest: Rest) -> None:
    deal = rest.create("Opportunity", Name="x", StageName="Proposal/Price Quote", CloseDate="2026-12-01", Amount=1000)
    row = rest("GET", f"sobjects/Opportunity/{deal}").json()
    assert (row["Probability"], row["ExpectedRevenue"], row["IsClosed"], row["Fiscal"]) == (
        75.0,
        750.0,
        False,
        "2026 4",
    )
    rest("PATCH", f"sobjects/Opportunity/{deal}", json={"StageName": "Closed Won"})
    row = rest("GET", f"sobjects/Opportunity/{deal}").json()
    assert (row["Probability"], row["IsClosed"], row["IsWon"]) == (100.0, True, True)


def test_cases_are_numbered_and_close(rest: Rest) -> None:
    cases = [rest.create("Case", Subject=str(number), SuppliedEmail="a@b.co") for number in range(2)]
    rest("PATCH", f"sobjects/Case/{cases[0]}", json={"Status": "Closed"})
    rows = rest.query("SELECT CaseNumber, IsClosed, Status FROM Case ORDER BY CaseNumber")
    assert [row["CaseNumber"] for row in rows] == ["00001000", "00001001"]
    assert [(row["IsClosed"], row["Status"]) for row in rows] == [(True, "Closed"), (False, "New")]


def test_owners_are_active_users_or_queues_for_the_object(rest: Rest) -> None:
    lead = rest.lead()
    queue = rest.create("Group", Name="Q", Type="Queue")
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"OwnerId": queue})
    assert errors_of(answer) == ["INVALID_CROSS_REFERENCE_KEY"]
    rest.create("QueueSobject", QueueId=queue, SobjectType="Lead")
    assert rest("PATCH", f"sobjects/Lead/{lead}", json={"OwnerId": queue}).status_code == 204
    admin = rest.query("SELECT Id FROM User WHERE Username = 'admin@leadbridge.example'")[0]["Id"]
    rest.org.acts["deactivate_user"](user="admin@leadbridge.example")
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"OwnerId": admin})
    assert errors_of(answer) == ["INACTIVE_OWNER_OR_USER"]
    assert answer.json()[0]["message"] == f"operation performed with inactive user [{admin[:15]}] as owner of lead"


def test_what_changed_and_what_was_deleted_in_a_span(rest: Rest) -> None:
    first = rest.lead()
    rest.sandbox.clock.advance(600)
    second, third = rest.lead(), rest.lead()
    rest("DELETE", f"sobjects/Lead/{third}")
    rest.sandbox.clock.advance(60)
    span = {"start": "2026-11-22T12:05:00+00:00", "end": "2026-11-22T12:30:00Z"}
    told = rest("GET", "sobjects/Lead/updated/", params=span).json()
    assert (told["ids"], told["latestDateCovered"]) == ([second], "2026-11-22T12:11:00.000+0000")
    gone = rest("GET", "sobjects/Lead/deleted/", params=span).json()["deletedRecords"]
    assert gone == [{"id": third, "deletedDate": "2026-11-22T12:10:00.000+0000"}]
    assert first not in told["ids"]
    for start, end in (
        ("2026-11-22T12:30:00Z", "2026-11-22T12:05:00Z"),
        ("2026-09-01T00:00:00Z", "2026-11-22T12:05:00Z"),
        ("x", "y"),
    ):
        answer = rest("GET", "sobjects/Lead/updated", params={"start": start, "end": end})
        assert errors_of(answer) == ["INVALID_REPLICATION_DATE"]
