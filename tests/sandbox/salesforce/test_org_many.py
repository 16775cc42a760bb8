"""Many records in one call: collections, composite, batch, tree; and queries of several pages."""

from __future__ import annotations

from typing import Any

import pytest
from org_clients import VERSION, Rest, errors_of


def lead(**values: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Lead"}, "LastName": "Doe", "Company": "Acme"} | values


def test_collections_keep_the_order_and_each_record_its_result(rest: Rest) -> None:
    body = {"allOrNone": False, "records": [lead(LastName="a"), lead(LastName=None), lead(LastName="c")]}
    answer = rest("POST", "composite/sobjects", json=body)
    assert answer.status_code == 200
    first, second, third = answer.json()
    assert first == {"id": first["id"], "success": True, "errors": []}
    wrong = {
        "statusCode": "REQUIRED_FIELD_MISSING",
        "message": "Required fields are missing: [LastName]",
        "fields": ["LastName"],
    }
    assert second == {"success": False, "errors": [wrong]}
    assert [row["Id"] for row in rest.query("SELECT Id FROM Lead ORDER BY LastName")] == [first["id"], third["id"]]


def test_all_or_none_undoes_the_good_ones(rest: Rest) -> None:
    answer = rest(
        "POST", "composite/sobjects/", json={"allOrNone": True, "records": [lead(), lead(Email="bad"), lead()]}
    ).json()
    assert [one["errors"][0]["statusCode"] for one in answer] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_EMAIL_ADDRESS", "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ]  # fmt: skip
    assert all(set(one) == {"success", "errors"} for one in answer)
    assert rest.query("SELECT COUNT(Id) FROM Lead")[0]["expr0"] == 0
    assert [effect.id for _, effect in rest.sandbox.ledger.effects("salesforce", "Lead")] == []


def test_collections_upsert_by_external_id(rest: Rest) -> None:
    key = rest.external_id()
    path = f"composite/sobjects/Lead/{key}"
    first = rest("PATCH", path, json={"records": [lead(**{key: "1"}), lead(**{key: "2"})]}).json()
    assert [one["created"] for one in first] == [True, True]
    again = rest(
        "PATCH", path, json={"records": [lead(**{key: "2"}, City="Rome"), lead(**{key: "3"}, Email="bad"), lead()]}
    ).json()
    assert again[0] == {"id": first[1]["id"], "success": True, "errors": [], "created": False}
    assert "id" not in again[1]
    assert (again[1]["created"], again[1]["errors"][0]["statusCode"]) == (False, "INVALID_EMAIL_ADDRESS")
    assert again[2]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    twice = rest("PATCH", path, json={"records": [lead(**{key: "9"}), lead(**{key: "9"})]}).json()
    assert [one["success"] for one in twice] == [True, False]
    assert twice[1]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=,", "?allOrNone=true"])
def test_a_delete_of_no_records_is_refused(rest: Rest, query: str) -> None:
    answer = rest("DELETE", f"composite/sobjects{query}")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "MISSING_ARGUMENT")


def test_collections_update_delete_and_retrieve(rest: Rest) -> None:
    one, two = rest.lead(LastName="one"), rest.lead(LastName="two")
    changed = rest(
        "PATCH", "composite/sobjects", json={"records": [lead(Id=two, City="Rome"), lead(id=one[:15], City="Oslo")]}
    ).json()
    assert [result["id"] for result in changed] == [two, one]
    by_address = rest("GET", "composite/sobjects/Lead", params={"ids": f"{two},{one}", "fields": "City,Name"}).json()
    assert [row["City"] for row in by_address] == ["Rome", "Oslo"]
    by_body = rest(
        "POST", "composite/sobjects/Lead", json={"ids": [one, "00QLb00000zzzzz"], "fields": ["City", "Owner.Name"]}
    ).json()
    assert (by_body[0]["City"], by_body[0]["Owner"]["Name"], by_body[1]) == ("Oslo", "Lead Bridge", None)
    gone = rest("DELETE", "composite/sobjects", params={"ids": f"{one},{one},nonsense", "allOrNone": "false"}).json()
    assert [result["success"] for result in gone] == [True, False, False]
    assert [result["errors"][0]["statusCode"] for result in gone[1:]] == ["ENTITY_IS_DELETED", "MALFORMED_ID"]


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([lead()] * 201, "EXCEEDED_ID_LIMIT"),
        ([lead(), {"attributes": {"type": "Account"}, "Name": "x"}] * 6, "LIMIT_EXCEEDED"),
        ("nonsense", "JSON_PARSER_ERROR"),
    ],
)
def test_collections_that_are_refused_whole(rest: Rest, records: Any, code: str) -> None:
    answer = rest("POST", "composite/sobjects", json={"records": records})
    assert (answer.status_code, errors_of(answer)) == (400, [code])
    assert rest.query("SELECT COUNT(Id) FROM Lead")[0]["expr0"] == 0


def test_two_hundred_records_of_several_types(rest: Rest) -> None:
    records = [lead(LastName=str(number)) for number in range(100)] + [
        {"attributes": {"type": "Account"}, "Name": str(n)} for n in range(100)
    ]
    answer = rest("POST", "composite/sobjects", json={"records": records}).json()
    assert [one["id"][:3] for one in answer] == ["00Q"] * 100 + ["001"] * 100
    wrong = rest(
        "POST", "composite/sobjects", json={"records": [{"LastName": "x"}, {"attributes": {"type": "Nope"}}]}
    ).json()
    assert [one["errors"][0]["statusCode"] for one in wrong] == ["INVALID_TYPE", "INVALID_TYPE"]


def test_composite_refers_to_what_came_before(rest: Rest) -> None:
    base = f"/services/data/{VERSION}"
    parts = [
        {"method": "POST", "url": f"{base}/sobjects/Account", "referenceId": "acc", "body": {"Name": "Acme"}},
        {
            "method": "POST",
            "url": f"{base}/sobjects/Contact",
            "referenceId": "con",
            "body": {"LastName": "x", "AccountId": "@{acc.id}"},
        },
        {
            "method": "GET",
            "url": f"{base}/query?q=SELECT+Id,Name+FROM+Account+WHERE+Id='@{{acc.id}}'",
            "referenceId": "found",
        },
        {
            "method": "PATCH",
            "url": f"{base}/sobjects/Account/@{{found.records[0].Id}}",
            "referenceId": "p",
            "body": {"Site": "@{found.records[0].Name}!"},
        },
        {"method": "GET", "url": f"{base}/sobjects/Contact/@{{con.id}}?fields=AccountId", "referenceId": "again"},
    ]
    answer = rest("POST", "composite", json={"compositeRequest": parts})
    told = {one["referenceId"]: one for one in answer.json()["compositeResponse"]}
    assert [one["httpStatusCode"] for one in told.values()] == [201, 201, 200, 204, 200]
    assert told["again"]["body"]["AccountId"] == told["acc"]["body"]["id"]
    assert rest.query("SELECT Site FROM Account")[0]["Site"] == "Acme!"
    assert told["acc"]["httpHeaders"]["Location"].endswith(told["acc"]["body"]["id"])


def test_composite_all_or_none_halts_and_undoes(rest: Rest) -> None:
    base = f"/services/data/{VERSION}"
    parts = [
        {"method": "POST", "url": f"{base}/sobjects/Account", "referenceId": "a", "body": {"Name": "Acme"}},
        {"method": "POST", "url": f"{base}/sobjects/Contact", "referenceId": "b", "body": {}},
        {
            "method": "POST",
            "url": f"{base}/sobjects/Contact",
            "referenceId": "c",
            "body": {"LastName": "x", "AccountId": "@{a.id}"},
        },
    ]
    told = rest("POST", "composite/", json={"allOrNone": True, "compositeRequest": parts}).json()["compositeResponse"]
    assert [one["body"][0]["errorCode"] for one in told] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
        "PROCESSING_HALTED",
    ]
    assert rest.query("SELECT COUNT(Id) FROM Account")[0]["expr0"] == 0
    parts[2]["body"]["AccountId"] = "@{b.id}"  # type: ignore[index]
    told = rest("POST", "composite", json={"compositeRequest": parts}).json()["compositeResponse"]
    assert [one["httpStatusCode"] for one in told] == [201, 400, 400]
    assert told[2]["body"][0]["errorCode"] == "PROCESSING_HALTED"


def test_composite_that_is_refused_whole(rest: Rest) -> None:
    part = {"method": "GET", "url": f"/services/data/{VERSION}/limits"}
    for parts in (
        [part | {"referenceId": str(number)} for number in range(26)],
        [part],
        [part | {"referenceId": "x"}] * 2,
        [],
    ):
        assert rest("POST", "composite", json={"compositeRequest": parts}).status_code == 400
    queries = [
        part | {"url": f"/services/data/{VERSION}/query?q=SELECT+Id+FROM+Lead", "referenceId": str(n)} for n in range(6)
    ]
    assert errors_of(rest("POST", "composite", json={"compositeRequest": queries})) == ["LIMIT_EXCEEDED"]
    for more in (
        {"httpHeaders": {"Content-Type": "application/json"}},
        {"url": f"/services/data/{VERSION}/composite", "method": "POST"},
        {"url": f"/services/data/{VERSION}/composite/batch", "method": "POST"},
    ):
        refused = rest("POST", "composite", json={"compositeRequest": [part | {"referenceId": "x"} | more]})
        assert (refused.status_code, errors_of(refused)) == (400, ["INVALID_REQUEST"]), more


def test_batch(rest: Rest) -> None:
    parts = [
        {"method": "POST", "url": f"{VERSION}/sobjects/Lead", "richInput": {"LastName": "x", "Company": "y"}},
        {"method": "GET", "url": f"{VERSION}/sobjects/Nope"},
        {"method": "GET", "url": f"{VERSION}/query?q=SELECT+LastName+FROM+Lead"},
    ]
    told = rest("POST", "composite/batch", json={"batchRequests": parts}).json()
    assert (told["hasErrors"], [one["statusCode"] for one in told["results"]]) == (True, [201, 404, 200])
    assert told["results"][2]["result"]["totalSize"] == 1
    told = rest("POST", "composite/batch", json={"haltOnError": True, "batchRequests": parts}).json()
    assert [one["statusCode"] for one in told["results"]] == [201, 404, 412]


def test_tree(rest: Rest) -> None:
    def account(contact: dict[str, Any]) -> dict[str, Any]:
        child = {"attributes": {"type": "Contact", "referenceId": "c1"}} | contact
        return {
            "records": [
                {
                    "attributes": {"type": "Account", "referenceId": "a1"},
                    "Name": "Acme",
                    "Contacts": {"records": [child]},
                }
            ]
        }

    made = rest("POST", "composite/tree/Account/", json=account({"LastName": "x"}))
    assert (made.status_code, made.json()["hasErrors"]) == (201, False)
    assert [one["referenceId"] for one in made.json()["results"]] == ["a1", "c1"]
    assert rest.query("SELECT Account.Name FROM Contact")[0]["Account"]["Name"] == "Acme"
    wrong = rest("POST", "composite/tree/Account", json=account({"FirstName": "x"}))
    assert wrong.status_code == 400
    assert wrong.json()["results"][0]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert rest.query("SELECT COUNT(Id) FROM Account")[0]["expr0"] == 1


def test_trees_that_are_refused_whole(rest: Rest) -> None:
    def node(reference: str, kind: str = "Account", **values: Any) -> dict[str, Any]:
        return {"attributes": {"type": kind, "referenceId": reference}, "Name": "Acme", **values}

    twice = rest("POST", "composite/tree/Account", json={"records": [node("a"), node("b"), node("a")]})
    assert [one["referenceId"] for one in twice.json()["results"]] == ["a", "a"]
    for records in (
        [node("a", "Lead", LastName="x", Company="y")],
        [{"attributes": {"referenceId": "a"}, "Name": "x"}],
    ):
        refused = rest("POST", "composite/tree/Account", json={"records": records})
        codes = [one["errors"][0]["statusCode"] for one in refused.json()["results"]]
        assert (refused.status_code, codes) == (400, ["INVALID_INPUT"])
    many = [node(kind, kind) for kind in ("Account", "Contact", "Lead", "Case", "Task", "Event")]
    assert errors_of(rest("POST", "composite/tree/Account", json={"records": many})) == ["LIMIT_EXCEEDED"]
    assert rest.query("SELECT COUNT(Id) FROM Account")[0]["expr0"] == 0


# Pages.


def fill(rest: Rest, count: int) -> None:
    for start in range(0, count, 200):
        records = [
            {"attributes": {"type": "Account"}, "Name": f"a{number:05d}"}
            for number in range(start, min(count, start + 200))
        ]
        assert all(one["success"] for one in rest("POST", "composite/sobjects", json={"records": records}).json())


def test_pages_of_two_thousand_and_of_what_the_header_asks(rest: Rest) -> None:
    fill(rest, 2_300)
    first = rest("GET", "query", params={"q": "SELECT Name FROM Account ORDER BY Name"}).json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (2_300, False, 2_000)
    assert first["nextRecordsUrl"].startswith(f"/services/data/{VERSION}/query/0r8")
    assert first["nextRecordsUrl"].endswith("-2000")
    last = rest("GET", first["nextRecordsUrl"]).json()
    assert (last["totalSize"], last["done"], len(last["records"])) == (2_300, True, 300)
    assert "nextRecordsUrl" not in last
    names = [row["Name"] for row in first["records"] + last["records"]]
    assert names == [f"a{number:05d}" for number in range(2_300)]

    for asked, size in ((500, 500), (1, 200), (9_999, 2_000)):
        headers = {"Sforce-Query-Options": f"batchSize={asked}"}
        page = rest("GET", "query", params={"q": "SELECT Id FROM Account"}, headers=headers).json()
        assert len(page["records"]) == size
        assert len(rest("GET", page["nextRecordsUrl"]).json()["records"]) == min(size, 2_300 - size)


def test_locators_that_lead_nowhere(rest: Rest) -> None:
    fill(rest, 300)
    page = rest(
        "GET", "query", params={"q": "SELECT Id FROM Account"}, headers={"Sforce-Query-Options": "batchSize=200"}
    ).json()
    for path in ("query/0r8000000000000AAA-2000", "query/nonsense", page["nextRecordsUrl"].replace("-200", "-900")):
        answer = rest("GET", path)
        assert (answer.status_code, errors_of(answer)) == (400, ["INVALID_QUERY_LOCATOR"])
    rest.sandbox.clock.advance(3 * 24 * 3600)
    rest.login()
    assert errors_of(rest("GET", page["nextRecordsUrl"])) == ["INVALID_QUERY_LOCATOR"]


def columns(rest: Rest, soql: str) -> list[dict[str, Any]]:
    told = rest("GET", "query", params={"q": soql, "columns": "true"}).json()
    listed: list[dict[str, Any]] = told["columnMetadata"]
    return listed


def test_columns_tell_what_a_query_would_show(rest: Rest) -> None:
    soql = "SELECT Id, AnnualRevenue, Owner.Name FROM Lead"
    told = rest("GET", "query", params={"q": soql, "columns": "true"}).json()
    assert (told["entityName"], told["idSelected"], told["keyPrefix"]) == ("Lead", True, "00Q")
    assert [one["columnName"] for one in told["columnMetadata"]] == ["Id", "AnnualRevenue", "Owner"]
    assert told["columnMetadata"][1]["numberType"] is True


def test_columns_of_parents_and_children_are_nested(rest: Rest) -> None:
    name, account, owner = columns(rest, "SELECT Name, Account.Name, Account.Owner.Name, Owner.Email FROM Contact")
    assert (name["columnName"], name["joinColumns"]) == ("Name", [])
    assert (account["columnName"], account["foreignKeyName"], account["aggregate"]) == ("Account", "AccountId", False)
    assert [one["columnName"] for one in account["joinColumns"]] == ["Name", "Owner"]
    assert [one["columnName"] for one in account["joinColumns"][1]["joinColumns"]] == ["Name"]
    assert [one["columnName"] for one in owner["joinColumns"]] == ["Email"]
    _, children = columns(rest, "SELECT Id, (SELECT Id, Owner.Name FROM Contacts) FROM Account")
    assert (children["columnName"], children["aggregate"]) == ("Contacts", True)
    assert [one["columnName"] for one in children["joinColumns"]] == ["Id", "Owner"]


def test_columns_of_aggregates_go_by_their_alias(rest: Rest) -> None:
    key, count, top = columns(rest, "SELECT Industry, COUNT(Id), MAX(Name) last FROM Account GROUP BY Industry")
    assert (key["columnName"], key["aggregate"]) == ("Industry", False)
    assert (count["columnName"], count["displayName"], count["aggregate"]) == ("expr0", "count(Id)", True)
    assert (top["columnName"], top["textType"], count["numberType"]) == ("last", True, True)


def test_what_is_read_again_follows_columns_fields_and_rights(rest: Rest) -> None:
    lead = rest.lead()

    def read(*fields: str) -> Any:
        return rest("POST", "composite/sobjects/Lead", json={"ids": [lead], "fields": list(fields)}).json()[0]

    assert read("Jigsaw", "Title")["Title"] is None
    rest("PATCH", f"sobjects/Lead/{lead}", json={"Title": "CEO"})
    assert read("Jigsaw", "Title")["Title"] == "CEO"
    field = rest.external_id()
    rest("PATCH", f"sobjects/Lead/{lead}", json={field: "7"})
    assert read(field, "Title")[field] == "7"
    rest.org.acts["revoke_field"](object="Lead", field="Title")
    assert read(field, "Title")["errorCode"] == "INVALID_FIELD"
    rest.org.acts["drop_field"](object="Lead", field=field)
    assert read(field)["errorCode"] == "INVALID_FIELD"
