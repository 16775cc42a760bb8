"""Bodies and parameters of the wrong shape are refused with 400, never answered with 500 and never half done."""

from __future__ import annotations

from typing import Any

import pytest

LINK = {"to": {"id": "1"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]}
NEW = {"name": "extra", "label": "x", "type": "enumeration", "fieldType": "select", "groupName": "contactinformation"}
LEGS = ("/crm/v4/associations/contacts/companies", "/crm/associations/2026-09/contacts/companies")
BAD = [
    ("POST", "/crm/v3/objects/contacts", {"properties": [], "associations": []}),
    ("POST", "/crm/v3/objects/contacts", {}),
    ("POST", "/crm/objects/2026-09/contacts/batch/create", {"inputs": [{}]}),
    ("POST", "/crm/v3/objects/contacts", {"properties": {}, "associations": 5}),
    ("POST", "/crm/v3/objects/contacts", {"properties": {}, "associations": [None]}),
    ("POST", "/crm/v3/objects/contacts", {"properties": {}, "associations": [{**LINK, "to": {}}]}),
    ("POST", "/crm/v3/objects/contacts", {"properties": {}, "associations": [{**LINK, "types": ["x"]}]}),
    ("POST", "/crm/v3/objects/contacts", {"properties": {}, "associations": [{**LINK, "types": [{"associationTypeId": []}]}]}),
    ("POST", "/crm/objects/2026-09/contacts/batch/create", {"inputs": [{"properties": {}, "associations": [{"to": 1, "types": [{}]}]}]}),
    ("POST", "/crm/v3/objects/contacts/batch/read", {"inputs": [{"id": "1"}], "properties": True}),
    ("POST", "/crm/v3/objects/contacts/batch/read", {"inputs": [{"id": "1"}], "propertiesWithHistory": 5}),
    ("POST", "/crm/v3/objects/contacts/search", {"filterGroups": [{"filters": ["x"]}]}),
    ("POST", "/crm/v3/objects/contacts/search", {"filterGroups": [{"filters": 5}]}),
    ("POST", "/crm/v3/objects/contacts/search", {"sorts": {}}),
    ("POST", "/crm/v3/objects/contacts", {"properties": {"firstname": {"a": 1}}}),
    ("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": [{"properties": {}, "objectWriteTraceId": {}}]}),
    ("POST", "/crm/v3/objects/contacts/batch/archive", {"inputs": [{"id": False}]}),
    ("POST", "/crm/v3/objects/contacts/batch/read", {"inputs": [{"id": {}}]}),
    ("POST", "/crm/v3/objects/contacts/batch/archive", {"inputs": [{"id": []}]}),
    ("POST", "/crm/v3/objects/contacts/batch/read", {"inputs": [{}]}),
    ("POST", "/crm/v3/objects/contacts/batch/upsert", {"inputs": [{"id": "a@b.co", "idProperty": "email", "properties": {"firstname": []}}]}),
    ("POST", "/crm/objects/2026-09/contacts/batch/update", {"inputs": [{"id": "101", "properties": {"firstname": {}}, "objectWriteTraceId": "t"}]}),
    ("POST", "/crm/v3/objects/contacts/search", {"sorts": [{"propertyName": "email", "direction": "DOWN"}]}),
    ("POST", f"{LEGS[0]}/batch/read", {"inputs": [{}]}),
    ("POST", f"{LEGS[1]}/batch/read", {"inputs": [{"id": {}}]}),
    ("POST", f"{LEGS[0]}/batch/create", {"inputs": [{"from": {"id": "101"}, "types": []}]}),
    ("POST", f"{LEGS[1]}/batch/create", {"inputs": [{"from": {"id": "101"}, "to": {"id": []}, "types": []}]}),
    ("POST", f"{LEGS[1]}/batch/archive", {"inputs": [{"from": {"id": "101"}, "to": [5]}]}),
    ("POST", f"{LEGS[1]}/batch/associate/default", {"inputs": [{"from": 101, "to": {"id": "101"}}]}),
    ("POST", f"{LEGS[1]}/batch/labels/archive",
     {"inputs": [{"from": {"id": "101"}, "to": {"id": "101"}, "types": [{"associationCategory": {}, "associationTypeId": 0}]}]}),
    ("POST", "/crm/v3/associations/contacts/companies/batch/create", {"inputs": [{"from": {}, "to": {"id": "1"}, "type": "contact_to_company"}]}),
    ("POST", "/crm/v3/associations/contacts/companies/batch/read", {"inputs": [{"id": []}]}),
    ("PUT", f"{LEGS[0]}/labels", {"associationTypeId": {}, "label": "x"}),
    ("PUT", f"{LEGS[1]}/labels", {"associationTypeId": "2026-13-45", "label": "x"}),
    ("POST", "/crm/v3/properties/contacts", {**NEW, "options": [5]}),
    ("POST", "/crm/v3/properties/contacts", {**NEW, "options": [{"label": "x"}]}),
    ("POST", "/crm/v3/properties/contacts", {**NEW, "type": {"a": 1}}),
    ("PATCH", "/crm/v3/properties/contacts/groups/contactinformation", {"displayOrder": []}),
    ("POST", "/crm/v3/lists/search", {"processingTypes": [[]]}),
    ("POST", "/crm/v3/lists/search", {"count": "x"}),
    ("POST", "/crm/lists/2026-09/search", {"offset": [1]}),
    ("GET", "/crm/v3/owners?after=x", None),
    ("GET", "/crm/owners/2026-09?archived=maybe", None),
    ("GET", "/crm/v4/objects/contacts/101/associations/companies?after=x", None),
    ("GET", "/conversations/v3/conversations/threads?threadStatus=ASLEEP", None),
    ("GET", "/conversations/v3/conversations/inboxes?limit=2147483648", None),
    ("GET", "/conversations/v3/conversations/inboxes?archived=maybe", None),
    ("GET", "/conversations/conversations/2026-09/threads?associatedTicketId=9223372036854775808", None),
    ("POST", "/conversations/conversations/2026-09/actors/batch/read", {"inputs": [{}]}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), BAD, ids=[f"{one[0]} {one[1]} {one[2]}"[:90] for one in BAD])
def test_a_wrong_shape_is_refused(hub: Any, method: str, path: str, body: Any) -> None:
    status, answer = hub(method, path, body)
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
    assert not [one for one in hub.sandbox.ledger.since(0) if one.effects]


def test_a_body_that_says_it_is_something_else_is_refused(hub: Any) -> None:
    path, body = "/crm/v3/objects/contacts/search", b'{"limit": 1}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert hub("POST", path, body, **{"content-type": kind})[0] == 415
    assert hub("POST", path, body, **{"content-type": "application/json; charset=utf-8"})[0] == 200


def test_a_wrong_method_is_told_the_right_ones(hub: Any) -> None:
    answer = hub.raw("PUT", "/crm/v3/objects/contacts/101")
    assert (answer.status, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH")
