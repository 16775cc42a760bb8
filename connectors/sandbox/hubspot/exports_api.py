"""Exports: asked for, waited for, fetched as a CSV file from a link that lasts five minutes."""

from __future__ import annotations

import csv
import io
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.exports import Export
from connectors.sandbox.hubspot.filters import any_of, read_groups
from connectors.sandbox.hubspot.http import Answer, Request, ok
from connectors.sandbox.hubspot.problems import Problem, invalid, not_found
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.store import Store
from connectors.sandbox.kernel.clock import iso_ms

_FIRST_EXPORT, LINK_SECONDS = 30_001, 300


def _rows(account: Account, given: dict[str, Any], store: Store) -> list[Row]:
    """The records an export is of: those of a list, or those a search finds."""
    if given.get("exportType") == "LIST":
        members = account.lists.members(account.lists.find(str(given.get("listId", ""))))
        return [store.rows[id] for id in members]
    request = given.get("publicCrmSearchRequest") or {}
    groups = read_groups(
        store.schema,
        request.get("filterGroups") or ([{"filters": request["filters"]}] if request.get("filters") else []),
    )
    test = any_of(groups, store.fixed)
    return [row for row in store.live_rows() if test is None or test(row)]


def _table(account: Account, given: dict[str, Any], store: Store, names: tuple[str, ...]) -> tuple[int, str]:
    """The file: a column for the id and one for each property, under its label or its name."""
    by_name = "NAMES" in (given.get("exportInternalValuesOptions") or ())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Record ID", *(name if by_name else store.schema.properties[name].label for name in names)])
    rows = _rows(account, given, store)
    projection = store.projection(names)
    for row in rows:
        values = projection.of(row)
        writer.writerow([row.id, *(values.get(name) or "" for name in names)])
    return len(rows), out.getvalue()


def start_export(account: Account, request: Request) -> Answer:
    """POST …/export/async."""
    given = request.json()
    if given.get("exportType") not in ("VIEW", "LIST") or given.get("format") != "CSV":
        raise invalid("Invalid input JSON: exportType must be VIEW or LIST, and the sandbox writes the format CSV only")
    store = account.portal.store(str(given.get("objectType", "")))
    names = tuple(str(name) for name in given.get("objectProperties") or ())
    unknown = [name for name in names if name not in store.schema.properties]
    if unknown:
        raise Problem(400, f"Properties do not exist: {unknown}", "VALIDATION_ERROR", context={"propertyName": unknown})
    count, text = _table(account, given, store, names)
    id = _FIRST_EXPORT + len(account.exports.known)
    name = str(given.get("exportName", ""))
    account.exports.known[id] = Export(
        id, name, given["exportType"], store.kind.name, names, account.clock.now(), count, text
    )
    request.call.changed("created", "exports", str(id), {"count": count})
    return ok({"id": str(id), "links": {"status": f"{_host(request)}{request.path}/tasks/{id}/status"}}, 202)


def _host(request: Request) -> str:
    return "http://" + request.headers.get(b"host", b"api.hubapi.com").decode("latin-1")


def export_status(account: Account, request: Request) -> Answer:
    """GET …/export/async/tasks/{id}/status."""
    found, now = account.exports.find(request.names["id"]), account.clock.now()
    state = found.state(now)
    asked = iso_ms(found.asked_at)
    answer: dict[str, Any] = {"status": state, "requestedAt": asked, "startedAt": asked, "completedAt": iso_ms(now)}
    if state == "COMPLETE":
        answer |= {
            "completedAt": iso_ms(found.done_at),
            "result": f"{_host(request)}/filemanager/api/v2/exports/{found.id}.csv",
        }
    return ok(answer)


def get_export(account: Account, request: Request) -> Answer:
    """GET …/export/{id}."""
    found = account.exports.find(request.names["id"])
    state = found.state(account.clock.now())
    asked = iso_ms(found.asked_at)
    return ok(
        {
            "id": str(found.id),
            "exportName": found.name,
            "exportType": found.type,
            "exportState": {"COMPLETE": "DONE", "PENDING": "ENQUEUED"}.get(state, state),
            "objectType": found.kind.upper(),
            "objectProperties": list(found.properties),
            "recordCount": found.count,
            "createdAt": asked,
            "updatedAt": iso_ms(min(found.done_at, account.clock.now())),
        }
    )


def export_file(account: Account, request: Request) -> Answer:
    """The file itself; the link needs no token, and ends."""
    found = account.exports.find(request.names["file"].removesuffix(".csv"))
    age = (account.clock.now() - found.done_at).total_seconds()
    if age < 0:
        raise not_found("The file is not ready")
    if age > LINK_SECONDS:
        raise Problem(403, "The download link has expired", "ACCESS_DENIED")
    return Answer(200, found.text.encode(), ((b"content-type", b"text/csv; charset=utf-8"),))


_SCOPE = ("crm.export",)
ROUTES = (
    Route("POST", versions("crm/exports", "/export/async"), start_export, _SCOPE),
    Route("GET", versions("crm/exports", "/export/async/tasks/{id}/status"), export_status, _SCOPE),
    Route("GET", versions("crm/exports", "/export/{id}"), get_export, _SCOPE),
    Route("GET", ("/filemanager/api/v2/exports/{file}",), export_file, open=True),
)
