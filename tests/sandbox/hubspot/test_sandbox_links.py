"""Associations: reading, making, labelling, taking away."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(params=["v4", "2026-09"])
def paths(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The paths of batches of associations and of single ones."""
    if request.param == "v4":
        return "/crm/v4/associations", "/crm/v4/objects"
    return "/crm/associations/2026-09", "/crm/objects/2026-09"


def pair(hub: Any, contact: str, company: str) -> dict[str, Any]:
    return {"from": {"id": hub.id("contacts", contact)}, "to": {"id": hub.id("companies", company)}}


def companies(hub: Any, path: str, contact: str) -> dict[int, list[int]]:
    answer = hub("GET", f"{path}/contacts/{hub.id('contacts', contact)}/associations/companies")[1]
    return {int(row["toObjectId"]): [one["typeId"] for one in row["associationTypes"]] for row in answer["results"]}


def test_reading_a_batch_puts_the_primary_first_and_names_the_unlinked(hub: Any, paths: tuple[str, str]) -> None:
    ids = [hub.id("contacts", key) for key in ("p0", "p1", "p20")]
    status, answer = hub(
        "POST", f"{paths[0]}/contacts/companies/batch/read", {"inputs": [{"id": id} for id in (*ids, "999")]}
    )
    assert (status, answer["numErrors"]) == (207 if "v4" in paths[0] else 200, 2)
    by_id = {row["from"]["id"]: row["to"] for row in answer["results"]}
    assert [int(one["toObjectId"]) for one in by_id[ids[0]]] == [
        int(hub.id("companies", key)) for key in ("acme", "bolt")
    ]
    assert [one.get("label") for one in by_id[ids[0]][0]["associationTypes"]] == ["Primary", None]
    assert {error["context"]["fromObjectId"][0] for error in answer["errors"]} == {ids[2], "999"}
    assert (
        hub("POST", f"{paths[0]}/contacts/companies/batch/read", {"inputs": [{"id": id} for id in ids[:2]]})[0] == 200
    )


def test_only_one_company_is_the_primary_one(hub: Any, paths: tuple[str, str]) -> None:
    acme, bolt = (int(hub.id("companies", key)) for key in ("acme", "bolt"))
    assert companies(hub, paths[1], "p0") == {acme: [1, 279], bolt: [279]}
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}
    body = {"inputs": [{**pair(hub, "p0", "bolt"), "types": [spec]}]}
    status, answer = hub("POST", f"{paths[0]}/contacts/companies/batch/create", body)
    assert (status, answer["results"][0]["labels"]) == (201 if "v4" in paths[0] else 200, ["Primary"])
    assert companies(hub, paths[1], "p0") == {bolt: [1, 279], acme: [279]}
    row = hub("GET", f"/crm/v3/objects/contacts/{hub.id('contacts', 'p0')}?properties=associatedcompanyid")[1]
    assert row["properties"]["associatedcompanyid"] == str(bolt)


def test_default_links_both_ways(hub: Any, paths: tuple[str, str]) -> None:
    status, answer = hub(
        "POST",
        f"{paths[0]}/contacts/companies/batch/associate/default",
        {"inputs": [pair(hub, "p9", "acme"), pair(hub, "p9", "bolt")]},
    )
    assert (status, len(answer["results"])) == (200, 4)
    acme, bolt = (int(hub.id("companies", key)) for key in ("acme", "bolt"))
    assert companies(hub, paths[1], "p9") == {acme: [1, 279], bolt: [279]}
    back = hub("GET", f"{paths[1]}/companies/{bolt}/associations/contacts")[1]["results"]
    assert [int(row["toObjectId"]) for row in back] == [int(hub.id("contacts", key)) for key in ("p0", "p9")]
    note = f"{paths[1]}/notes/{hub.id('notes', 'n0')}/associations/default/companies/{acme}"
    assert hub("PUT", note)[0] == 200
    wrong = {"inputs": [pair(hub, "p9", "acme") | {"to": {"id": "999"}}]}
    assert hub("POST", f"{paths[0]}/contacts/companies/batch/associate/default", wrong)[1]["numErrors"] == 1


def test_labels_are_made_used_and_removed(hub: Any, paths: tuple[str, str]) -> None:
    labels = f"{paths[0]}/contacts/companies/labels"
    status, made = hub("POST", labels, {"name": "billing", "label": "Billing contact", "inverseLabel": "Billed by"})
    assert status == 200
    ours = made["results"][0]
    assert (ours["category"], ours["label"]) == ("USER_DEFINED", "Billing contact")
    path = f"{paths[1]}/contacts/{hub.id('contacts', 'p9')}/associations/companies/{hub.id('companies', 'acme')}"
    spec = [{"associationCategory": "USER_DEFINED", "associationTypeId": ours["typeId"]}]
    status, link = hub("PUT", path, spec)
    assert (status, link["labels"]) == (201, ["Billing contact"])
    shown = hub("GET", f"{paths[1]}/companies/{hub.id('companies', 'acme')}/associations/contacts")[1]["results"][-1]
    assert [one.get("label") for one in shown["associationTypes"]] == ["Billed by", None]
    body = {"inputs": [{**pair(hub, "p9", "acme"), "types": spec}]}
    assert hub("POST", f"{paths[0]}/contacts/companies/batch/labels/archive", body)[0] in (200, 204)
    assert companies(hub, paths[1], "p9") == {int(hub.id("companies", "acme")): [279]}
    assert hub("PUT", labels, {"associationTypeId": ours["typeId"], "label": "Pays"})[0] == 204
    assert "Pays" in [one.get("label") for one in hub("GET", labels)[1]["results"]]
    assert hub("DELETE", f"{labels}/{ours['typeId']}")[0] == 204
    assert hub("DELETE", f"{labels}/{ours['typeId']}")[0] == 404
    assert hub("PUT", path, [{"associationCategory": "USER_DEFINED", "associationTypeId": 77_777}])[0] == 400


def test_links_are_taken_away(hub: Any, paths: tuple[str, str]) -> None:
    one = pair(hub, "p0", "bolt")
    body = {"inputs": [{"from": one["from"], "to": [one["to"]]}]}
    assert hub("POST", f"{paths[0]}/contacts/companies/batch/archive", body)[0] in (200, 204)
    path = f"{paths[1]}/contacts/{hub.id('contacts', 'p0')}/associations/companies/{hub.id('companies', 'acme')}"
    assert hub("DELETE", path)[0] == 204
    assert companies(hub, paths[1], "p0") == {}
    row = hub("GET", f"/crm/v3/objects/contacts/{hub.id('contacts', 'p0')}?properties=associatedcompanyid")[1]
    assert row["properties"]["associatedcompanyid"] == ""


def test_links_to_what_is_archived_are_not_shown(hub: Any, paths: tuple[str, str]) -> None:
    hub("DELETE", f"/crm/v3/objects/companies/{hub.id('companies', 'acme')}")
    assert list(companies(hub, paths[1], "p0")) == [int(hub.id("companies", "bolt"))]


def test_version_three_reads_ids_and_types(hub: Any) -> None:
    status, answer = hub(
        "POST", "/crm/v3/associations/contacts/companies/batch/read", {"inputs": [{"id": hub.id("contacts", "p0")}]}
    )
    assert status == 200
    assert answer["results"][0]["to"][0] == {"id": hub.id("companies", "acme"), "type": "contact_to_company"}
    assert {"id": "1", "name": "contact_to_company"} in hub("GET", "/crm/v3/associations/contacts/companies/types")[1][
        "results"
    ]


def test_a_label_of_ones_own_never_has_a_number_of_hubspots(hub: Any, paths: tuple[str, str]) -> None:
    made = hub("POST", f"{paths[0]}/contacts/companies/labels", {"label": "Champion", "name": "champion"})[1]["results"]
    types = hub("GET", f"{paths[0]}/contacts/companies/labels")[1]["results"]
    assert [(one["typeId"], one.get("label")) for one in types if one["category"] == "HUBSPOT_DEFINED"] == [
        (1, "Primary"),
        (279, None),
    ]
    own = made[0]["typeId"]
    assert own not in (1, 2, 279, 280)
    wrong = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": own}
    body = {"inputs": [{**pair(hub, "p9", "acme"), "types": [wrong]}]}
    answer = hub("POST", f"{paths[0]}/contacts/companies/batch/create", body)
    assert (answer[0], answer[1]["numErrors"]) == (207 if "v4" in paths[0] else 200, 1)
    body["inputs"][0]["types"] = [wrong | {"associationCategory": "USER_DEFINED"}]
    assert hub("POST", f"{paths[0]}/contacts/companies/batch/create", body)[1]["results"][0]["labels"] == ["Champion"]


def test_version_3_links_by_the_names_of_types(hub: Any) -> None:
    path = "/crm/v3/associations/contacts/companies"
    names = {one["name"]: one["id"] for one in hub("GET", f"{path}/types")[1]["results"]}
    assert names == {"contact_to_company": "1", "contact_to_company_unlabeled": "279"}
    acme, bolt = (int(hub.id("companies", key)) for key in ("acme", "bolt"))
    plain = pair(hub, "p9", "bolt") | {"type": "contact_to_company_unlabeled"}
    inputs = [pair(hub, "p9", "acme") | {"type": "contact_to_company"}, plain]
    status, answer = hub("POST", f"{path}/batch/create", {"inputs": inputs})
    assert (status, [one["type"] for one in answer["results"]]) == (201, [one["type"] for one in inputs])
    assert companies(hub, "/crm/v4/objects", "p9") == {acme: [1, 279], bolt: [279]}
    unknown = plain | {"type": "contact_to_moon"}
    assert hub("POST", f"{path}/batch/create", {"inputs": [unknown]})[1]["numErrors"] == 1
    assert hub("POST", f"{path}/batch/archive", {"inputs": [plain]})[0] == 204
    assert companies(hub, "/crm/v4/objects", "p9") == {acme: [1, 279]}
    assert hub("POST", f"{path}/batch/archive", {"inputs": inputs[:1]})[0] == 204
    assert companies(hub, "/crm/v4/objects", "p9") == {acme: [279]}


def test_version_3_has_the_links_of_one_record_below_it(hub: Any) -> None:
    contact, acme, bolt = hub.id("contacts", "p20"), hub.id("companies", "acme"), hub.id("companies", "bolt")
    path = f"/crm/v3/objects/contacts/{contact}/associations/companies"
    status, answer = hub("PUT", f"{path}/{acme}/contact_to_company")
    assert (status, answer["id"], answer["properties"]["associatedcompanyid"]) == (200, contact, acme)
    assert hub("PUT", f"{path}/{bolt}/279")[0] == 200
    assert hub("GET", path) == (
        200,
        {
            "results": [
                {"id": acme, "type": "contact_to_company"},
                {"id": acme, "type": "contact_to_company_unlabeled"},
                {"id": bolt, "type": "contact_to_company_unlabeled"},
            ]
        },
    )
    assert hub("GET", f"{path}?limit=1")[1]["paging"] == {"next": {"after": "1"}}
    assert hub("DELETE", f"{path}/{acme}/contact_to_company_unlabeled")[0] == 204
    assert [one["id"] for one in hub("GET", path)[1]["results"]] == [bolt]


@pytest.mark.parametrize(
    ("other", "kind", "status"), [("acme", "nosuchtype", 400), ("acme", "5555", 400), ("", "1", 404)]
)
def test_version_3_refuses_a_link_to_what_is_not_there(hub: Any, other: str, kind: str, status: int) -> None:
    id = hub.id("companies", other) if other else "999"
    path = f"/crm/v3/objects/contacts/{hub.id('contacts', 'p20')}/associations/companies"
    assert hub("PUT", f"{path}/{id}/{kind}")[0] == status
    assert hub("GET", path)[1] == {"results": []}
