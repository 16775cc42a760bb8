"""Every operation of the published documents that the stand-in serves is asked once; the answers are held against the documents.

What is not served is listed here, and answers 404.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hubspot_contract import Operation, operations

MISSING = re.compile(
    r"/usage/|/definitions/configurations|/folders|/idmapping|/schedule-conversion|/size-and-edits-history"
)
_FILTER = {"filterType": "PROPERTY", "property": "country", "operation": {
    "operationType": "ALL_PROPERTY", "operator": "IS_KNOWN", "includeObjectsWithNoValueSet": False}}  # fmt: skip
_INNER = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": [_FILTER], "filterBranches": []}
BRANCH = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [_INNER]}
READ_ONLY = "feedback_submissions"
# The kind a document's own object is called by, where the path leaves it open.
KINDS = ("communications", "companies", "contacts", "feedback_submissions", "leads", "notes", "tickets")
_VALUES = {
    "contacts": {"email": "{n}@example.com"}, "companies": {"name": "C{n}"}, "tickets": {"subject": "T{n}", "hs_pipeline_stage": "1"},
    "notes": {"hs_note_body": "N{n}", "hs_timestamp": "2026-11-20T00:00:00.000Z"}, "leads": {"hs_lead_name": "L{n}"},
    "communications": {"hs_communication_body": "C{n}", "hs_timestamp": "2026-11-20T00:00:00.000Z"},
}  # fmt: skip


class Walker:
    """Fills in paths and bodies with things that are there, made anew where the call takes them away."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.count = 0

    def values(self, kind: str) -> dict[str, str]:
        self.count += 1
        return {name: value.format(n=f"w{self.count}") for name, value in _VALUES[kind].items()}

    def made(self, path: str, body: Any) -> Any:
        status, answer = self.hub("POST", path, body)
        assert status < 300, answer
        return answer

    def record(self, kind: str) -> str:
        if kind == READ_ONLY:
            return str(self.hub.id(kind, "s0"))
        return str(self.made(f"/crm/v3/objects/{kind}", {"properties": self.values(kind)})["id"])

    def named(self) -> str:
        self.count += 1
        return f"walk_{self.count}"

    def list(self, dynamic: bool = False, gone: bool = False) -> str:
        body = {"name": self.named(), "objectTypeId": "0-1", "processingType": "DYNAMIC" if dynamic else "MANUAL"}
        id = str(self.made("/crm/v3/lists", body | ({"filterBranch": BRANCH} if dynamic else {}))["list"]["listId"])
        if gone:
            self.hub("DELETE", f"/crm/v3/lists/{id}")
        return id

    def property(self) -> str:
        return str(self.made("/crm/v3/properties/contacts", definition(self.named()))["name"])

    def label(self) -> str:
        body = {"name": self.named(), "label": self.named()}
        return str(self.made("/crm/v4/associations/contacts/companies/labels", body)["results"][0]["typeId"])

    def export(self) -> str:
        return str(self.made("/crm/v3/exports/export/async", export())["id"])

    def subscription(self) -> str:
        app = self.hub.sandbox.hubspot.credentials["app_id"]
        return str(self.made(f"/webhooks/v3/{app}/subscriptions", subscription(self.named()))["id"])

    def kind(self, operation: Operation) -> str:
        own = [
            kind for kind in KINDS if f"/{kind}" in operation.path or operation.document.lower().endswith(f"/{kind}")
        ]
        feedback = operation.document.endswith("feedbackSubmissions")
        return READ_ONLY if feedback else own[0] if own else "contacts"

    def path(self, operation: Operation) -> str:
        hub, kind = self.hub, self.kind(operation)
        known: dict[str, Callable[[], str]] = {
            "objectType": lambda: kind, "fromObjectType": lambda: "contacts", "toObjectType": lambda: "companies",
            "objectTypeId": lambda: "0-1", "fromObjectId": lambda: hub.id("contacts", "p9"), "toObjectId": lambda: hub.id("companies", "bolt"),
            "recordId": lambda: hub.id("contacts", "p1"), "ownerId": lambda: hub.id("owners", "mia"), "formId": lambda: hub.id("forms", "demo"),
            "threadId": lambda: hub.id("threads", "chat"), "messageId": lambda: f"{hub.id('threads', 'chat')}-0001",
            "actorId": lambda: f"V-{hub.id('contacts', 'p0')}", "channelId": lambda: "1000", "channelAccountId": lambda: "593001",
            "inboxId": lambda: "481001", "appId": lambda: hub.sandbox.hubspot.credentials["app_id"], "subscriptionId": self.subscription,
            "associationTypeId": self.label, "taskId": self.export, "exportId": self.export, "listName": lambda: "Trade%20show",
            "sourceListId": lambda: hub.id("lists", "manual"),
            "listId": lambda: self.list("filters" in operation.path, operation.path.endswith("restore")),
            "propertyName": self.property, "groupName": self.group,
        }  # fmt: skip

        def fill(match: re.Match[str]) -> str:
            return str((known.get(match[1]) or (lambda: self.record(kind)))())

        if "{objectId}/associations/" in operation.path:
            kind = "contacts"
        return re.sub(r"\{(\w+)\}", fill, operation.path)

    def group(self) -> str:
        return str(self.made("/crm/v3/properties/contacts/groups", {"name": self.named(), "label": "G"})["name"])

    def body(self, operation: Operation) -> Any:
        for pattern, make in BODIES:
            if operation.method in ("post", "put", "patch") and re.search(
                pattern, f"{operation.method} {operation.path}"
            ):
                return make(self, self.kind(operation))
        return None


MESSAGE = {"type": "MESSAGE", "text": "Hi", "senderActorId": "A-5001", "channelId": "1000", "channelAccountId": "593001",
           "recipients": [], "attachments": []}  # fmt: skip


def taken(walk: Walker) -> dict[str, Any]:
    return {
        "inputs": [{"from": {"id": walk.hub.id("contacts", "p2")}, "to": [{"id": walk.hub.id("companies", "acme")}]}]
    }


def definition(name: str) -> dict[str, Any]:
    return {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"}


def export() -> dict[str, Any]:
    return {"exportType": "VIEW", "format": "CSV", "exportName": "x", "objectProperties": ["email"], "objectType": "CONTACT",
            "language": "EN", "exportInternalValuesOptions": []}  # fmt: skip


def subscription(name: str) -> dict[str, Any]:
    return {"eventType": "contact.propertyChange", "propertyName": "phone", "active": False}


def ends(walk: Walker, more: Any = None) -> dict[str, Any]:
    one = {"from": {"id": walk.hub.id("contacts", "p1")}, "to": {"id": walk.hub.id("companies", "bolt")}}
    return {"inputs": [one | (more or {})]}


_TYPES = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
Body = Callable[[Walker, str], Any]
BODIES: tuple[tuple[str, Body], ...] = (
    (r"records/memberships/batch/read", lambda w, k: {"inputs": [{"objectTypeId": "0-1", "recordId": w.hub.id("contacts", "p1")}]}),
    (r"associations.*batch/read", lambda w, k: {"inputs": [{"id": w.hub.id("contacts", "p0")}]}),
    (r"post /crm/v3/associations.*batch/(create|archive)", lambda w, k: ends(w, {"type": "contact_to_company"})),
    (r"associations.*batch/archive", lambda w, k: taken(w)),
    (r"associations.*batch/(create|labels)", lambda w, k: ends(w, {"types": _TYPES})),
    (r"associations.*associate/default", lambda w, k: ends(w)),
    (r"put .*associations/default/", lambda w, k: None),
    (r"put .*\}/associations/\{toO", lambda w, k: _TYPES),
    (r"post .*associations.*/labels$", lambda w, k: {"name": w.named(), "label": w.named()}),
    (r"put .*associations.*/labels$", lambda w, k: {"associationTypeId": int(w.label()), "label": w.named()}),
    (r"post .*(objects)/.*batch/read", lambda w, k: {"properties": [], "propertiesWithHistory": [], "inputs": [{"id": w.record(k)}]}),
    (r"post .*objects/.*batch/create", lambda w, k: {"inputs": [{"properties": w.values(k), "associations": []}]}),
    (r"post .*objects/.*batch/update", lambda w, k: {"inputs": [{"id": w.record(k), "properties": w.values(k)}]}),
    (r"post .*objects/.*batch/upsert", lambda w, k: {"inputs": [{"id": w.record(k), "properties": w.values(k)}]}),
    (r"post .*objects/.*batch/archive", lambda w, k: {"inputs": [{"id": w.record(k)}]}),
    (r"/merge$", lambda w, k: {"primaryObjectId": w.record(k), "objectIdToMerge": w.record(k)}),
    (r"gdpr-delete", lambda w, k: {"objectId": w.record("contacts")}),
    (r"objects/.*/search$", lambda w, k: {"filterGroups": [], "limit": 2, "properties": [], "sorts": [], "after": "0"}),
    (r"(post|patch) .*/crm/.*objects/", lambda w, k: {"properties": w.values(k), "associations": []}),
    (r"properties/.*batch/read", lambda w, k: {"archived": False, "inputs": [{"name": "email"}]}),
    (r"properties/.*batch/create", lambda w, k: {"inputs": [definition(w.named())]}),
    (r"properties/.*batch/archive", lambda w, k: {"inputs": [{"name": w.property()}]}),
    (r"post .*properties/.*/groups$", lambda w, k: {"name": w.named(), "label": "G", "displayOrder": -1}),
    (r"patch .*properties/", lambda w, k: {"label": "Another"}),
    (r"post .*properties/", lambda w, k: definition(w.named())),
    (r"lists/.*search", lambda w, k: {"offset": 0, "additionalProperties": []}),
    (r"actors/batch/read", lambda w, k: {"inputs": ["A-5001"]}),
    (r"update-list-filters", lambda w, k: {"filterBranch": BRANCH}),
    (r"add-and-remove", lambda w, k: {"recordIdsToAdd": [w.hub.id("contacts", "p3")], "recordIdsToRemove": []}),
    (r"memberships/(add|remove)$", lambda w, k: [w.hub.id("contacts", "p3")]),
    (r"post .*lists", lambda w, k: {"name": w.named(), "objectTypeId": "0-1", "processingType": "MANUAL"}),
    (r"exports", lambda w, k: export()),
    (r"post .*forms", lambda w, k: {"name": w.named(), "formType": "hubspot", "archived": False}),
    (r"(put|patch) .*forms", lambda w, k: {"name": w.named()}),
    (r"settings", lambda w, k: {"targetUrl": "https://x.example.com/h", "throttling": {"maxConcurrentRequests": 10}}),
    (r"subscriptions/batch/update", lambda w, k: {"inputs": [{"id": int(w.subscription()), "active": False}]}),
    (r"post .*subscriptions", lambda w, k: subscription(w.named())),
    (r"patch .*subscriptions", lambda w, k: {"active": False}),
    (r"messages$", lambda w, k: MESSAGE),
    (r"patch .*threads", lambda w, k: {"status": "OPEN"}),
    (r"assignee", lambda w, k: {"actorId": "A-5001"}),
)  # fmt: skip


def by_document() -> dict[str, list[Operation]]:
    """The operations of each document, those that take something away last and settings first."""
    found: dict[str, list[Operation]] = {}
    for one in sorted(
        operations(), key=lambda one: (one.method == "delete", not one.path.endswith("settings"), one.method != "put")
    ):
        # Tokens are asked for with forms; their tests are in test_sandbox_access.
        if "/oauth/" not in one.path:
            found.setdefault(one.document, []).append(one)
    return found


@pytest.mark.parametrize("document", sorted(by_document()))
def test_every_operation_of_a_document(hub: Any, document: str) -> None:
    walk, wrong = Walker(hub), []
    for operation in by_document()[document]:
        if MISSING.search(operation.path):
            continue
        path, body = walk.path(operation), walk.body(operation)
        status, answer = hub(operation.method.upper(), path, body)
        if status >= 300:
            wrong.append(f"{operation.method} {path}: {status} {answer}")
    assert not wrong, "\n".join(wrong)


def test_what_is_missing_answers_404(hub: Any) -> None:
    missing = [one for one in operations() if MISSING.search(one.path)]
    assert len({(one.method, one.path) for one in missing}) == 29
    for one in missing:
        path = re.sub(r"\{\w+\}", "1", one.path)
        assert hub(one.method.upper(), path, {})[0] in (404, 405), path
