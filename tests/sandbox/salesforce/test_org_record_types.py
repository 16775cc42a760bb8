"""Record types: layouts tell their choices, closed lists take no others, and nobody gives a type they may not."""

from __future__ import annotations

from typing import Any

import pytest
from org_clients import VERSION, Rest
from simple_salesforce import Salesforce

MASTER = "012000000000000AAA"


def made(rest: Rest, **given: Any) -> str:
    """A record type with one industry; the list is closed."""
    industries = ["Banking", "Energy", "Media"]
    rest.org.acts["narrow_picklist"](object="Lead", field="Industry", keep=industries)
    act = rest.org.acts["add_record_type"]
    return str(act(object="Lead", choices={"Industry": ["Energy", "Media"]}, **{"name": "New Business", **given})["id"])


def test_an_object_without_record_types_has_one_layout_and_the_master(rest: Rest) -> None:
    told = rest("GET", "sobjects/Lead/describe/layouts/").json()
    assert set(told) == {"layouts", "recordTypeMappings", "recordTypeSelectorRequired"}
    assert (len(told["layouts"]), told["recordTypeSelectorRequired"]) == (1, [False])
    (master,) = told["recordTypeMappings"]
    assert (master["recordTypeId"], master["master"], master["picklistsForRecordType"]) == (MASTER, True, None)
    assert rest("GET", f"sobjects/Lead/describe/layouts/{MASTER}").json()["id"] == master["layoutId"]
    assert rest("GET", "sobjects/Lead/describe/layouts/0125g000000AbCdAAK").status_code == 404
    assert rest("POST", "sobjects/Lead/describe/layouts", json={}).status_code == 405
    assert rest("GET", "sobjects/FieldPermissions/describe/layouts").status_code == 404


def test_layouts_tell_every_record_types_choices(rest: Rest, library: Salesforce) -> None:
    number = made(rest, default=True)
    told = rest("GET", "sobjects/Lead/describe/layouts").json()
    assert told["layouts"] is None
    by_id = {one["recordTypeId"]: one for one in told["recordTypeMappings"]}
    lists = {
        key: {one["picklistName"]: [choice["value"] for choice in one["picklistValues"]] for one in held["picklistsForRecordType"]}
        for key, held in by_id.items()
    }  # fmt: skip
    assert lists[number]["Industry"] == ["Energy", "Media"]
    assert lists[MASTER]["Industry"] == ["Banking", "Energy", "Media"]
    assert lists[number]["Rating"] == lists[MASTER]["Rating"]
    assert by_id[number]["urls"]["layout"] == f"/services/data/{VERSION}/sobjects/Lead/describe/layouts/{number}"
    infos = {one["recordTypeId"]: one for one in library.Lead.describe()["recordTypeInfos"]}
    assert (infos[number]["defaultRecordTypeMapping"], infos[MASTER]["defaultRecordTypeMapping"]) == (True, False)
    assert library.Lead.describe_layout(number)["id"] == by_id[number]["layoutId"]


@pytest.mark.parametrize(
    ("default", "given", "code"),
    [
        (True, {"Industry": "Energy"}, None),
        (True, {"Industry": "Banking"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (False, {"Industry": "Banking"}, None),
        (False, {"Industry": "Banking", "RecordTypeId": "own"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        (False, {"Rating": "Hot", "RecordTypeId": "own"}, None),
        (False, {"RecordTypeId": MASTER}, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_a_closed_list_takes_the_choices_of_the_records_type(
    rest: Rest, default: bool, given: dict[str, str], code: str | None
) -> None:
    number = made(rest, default=default)
    given = {name: number if value == "own" else value for name, value in given.items()}
    answer = rest("POST", "sobjects/Lead", json={"LastName": "Roe", "Company": "Acme", **given})
    if code is not None:
        assert answer.json()[0]["errorCode"] == code
        return
    held = rest("GET", f"sobjects/Lead/{answer.json()['id']}").json()["RecordTypeId"]
    assert held == (number if default or "RecordTypeId" in given else None)


def test_a_change_is_judged_by_the_type_the_record_has(rest: Rest) -> None:
    made(rest, default=True)
    closed = made(rest, name="Partners", available=False)
    lead = rest.lead(Industry="Energy")
    told = rest("PATCH", f"sobjects/Lead/{lead}", json={"Industry": "Banking"}).json()[0]
    assert (told["errorCode"], told["fields"]) == ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Industry"])
    told = rest("PATCH", f"sobjects/Lead/{lead}", json={"RecordTypeId": closed}).json()[0]
    assert "isn't valid for the user" in told["message"]
    found = rest(
        "GET", "query", params={"q": "SELECT RecordType.Name FROM Lead WHERE RecordType.DeveloperName = 'New_Business'"}
    )
    assert [row["RecordType"]["Name"] for row in found.json()["records"]] == ["New Business"]


@pytest.mark.parametrize("choices", [{"Industri": ["Energy"]}, {"LastName": ["Energy"]}, {"Industry": ["Nope"]}])
def test_a_record_type_has_choices_that_are_there(rest: Rest, choices: dict[str, list[str]]) -> None:
    with pytest.raises(LookupError, match="has no"):
        rest.org.acts["add_record_type"](object="Lead", name="Odd", choices=choices)
