"""The judge of answers sees what is wrong, and it sees every answer: whoever asks, it is asked, too."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest
from hubspot import HubSpot
from hubspot_contract import FOLDER, Watch, faults_of, find

from connectors.sandbox.hubspot.render import View
from connectors.sandbox.hubspot.rows import Row

ROW = {"id": "1", "properties": {"email": None}, "createdAt": "x", "updatedAt": "x", "archived": False}


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "wrong"),
    [
        ("GET", "/crm/v3/objects/contacts/1", 200, ROW, ""),
        ("GET", "/crm/v3/objects/contacts/1", 200, {**ROW, "id": 1}, "is not of type 'string'"),
        ("GET", "/crm/objects/2026-09/contacts/1", 200, {**ROW, "archived": "no"}, "is not of type 'boolean'"),
        ("GET", "/crm/v3/objects/contacts", 200, {"results": [{"id": "1"}]}, "required property"),
        ("GET", "/crm/v3/objects/contacts/1", 200, {**ROW, "properties": {"email": 1}}, "is not of type"),
        ("POST", "/crm/v3/objects/contacts/batch/read", 207, {"status": "DONE"}, "is not one of"),
        ("GET", "/crm/v3/objects/contacts/1", 404, {"message": "no"}, "'category' is a required property"),
        ("GET", "/crm/v3/objects/contacts/1", 429, {"message": "no", "correlationId": "x"}, ""),
        ("DELETE", "/crm/v3/objects/contacts/1", 204, {"a": 1}, "a body where the documents have none"),
        (
            "GET",
            "/crm/v4/associations/contacts/companies/labels",
            200,
            {"results": [{"typeId": "1", "category": "X"}]},
            "is not",
        ),
    ],
)
def test_it_tells_right_from_wrong(method: str, path: str, status: int, body: object, wrong: str) -> None:
    found = list(faults_of(method, path, status, orjson.dumps(body)))
    assert bool(found) is bool(wrong)
    assert not wrong or any(wrong in one for one in found)


def test_the_most_exact_path_counts() -> None:
    assert find("POST", "/crm/v3/objects/contacts/search").path == "/crm/v3/objects/contacts/search"
    assert find("GET", "/crm/v3/objects/calls/1").path == "/crm/v3/objects/{objectType}/{objectId}"


def test_a_path_in_no_document_is_an_error() -> None:
    with pytest.raises(AssertionError, match="none of the published documents"):
        list(faults_of("GET", "/crm/v3/dragons", 200, b"{}"))


def test_what_the_whole_suite_is_watched_by_sees_each_wrong_answer() -> None:
    watch, path = Watch(), "/crm/v3/objects/contacts/1"
    watch.look("GET", path, 200, orjson.dumps(ROW))
    watch.look("GET", path, 200, orjson.dumps({**ROW, "properties": {"email": "x", "phone": None}}))
    assert not watch.wrong
    for body in ({**ROW, "id": 1}, {**ROW, "id": 2}, {**ROW, "properties": {"email": 1}}, {"id": "1"}):
        before = len(watch.wrong)
        watch.look("GET", path, 200, orjson.dumps(body))
        assert len(watch.wrong) > before, body
    for status, body in ((207, {"status": "COMPLETE", "results": [], "startedAt": "x", "completedAt": "x"}), (418, {})):
        watch.wrong.clear()
        watch.look("POST", "/crm/objects/2026-09/contacts/batch/read", status, orjson.dumps(body))
        assert watch.wrong, status
    assert watch.looked_at == 8


def test_an_answers_shape_holds_all_that_the_documents_ask() -> None:
    """Names, types and enumerations: no pattern, no length, no range, which the shape of an answer would not show."""
    asked: set[str] = set()

    def walk(schema: Any) -> None:
        if isinstance(schema, dict):
            asked.update(set(schema) - {"properties"})
            inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
            for one in (*inner, *schema.get("oneOf", ()), *schema.get("allOf", ())):
                walk(one)

    for file in FOLDER.glob("*/*.json.gz"):
        for schema in orjson.loads(gzip.decompress(file.read_bytes()))["components"]["schemas"].values():
            walk(schema)
    words = {"description", "title", "default", "example", "format", "x-hubspot-sub-type-impl"}
    assert asked - words == {
        "type", "$ref", "required", "items", "enum", "additionalProperties", "oneOf", "allOf", "nullable",
    }  # fmt: skip


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in tells ids of objects as numbers."""

    def of(self: View, row: Row) -> dict[str, Any]:
        return {"id": row.id, "properties": {}, "createdAt": row.created, "updatedAt": row.changed, "archived": False}

    monkeypatch.setattr(View, "of", of)


@pytest.mark.usefixtures("broken")
def test_a_wrong_answer_is_noticed_whoever_asks(hub: Any, looked_at: list[str], hubspot_watch: Watch) -> None:
    path = f"/crm/v3/objects/contacts/{hub.id('contacts', 'p1')}"
    hub("GET", path)
    client = HubSpot(access_token=hub.token, host=hub.sandbox.hubspot_url, retry=False)
    client.crm.contacts.basic_api.get_by_id(hub.id("contacts", "p1"))
    assert len(looked_at) == 2
    assert all("is not of type 'string'" in one for one in looked_at)
    assert hubspot_watch.wrong == looked_at
    looked_at.clear()
    hubspot_watch.wrong.clear()
