"""Lists: create, find, change, and who is in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.batch_api import batch_answer, inputs_of
from connectors.sandbox.hubspot.http import Answer, Request, first, flag, names_of, nothing, number, ok
from connectors.sandbox.hubspot.lists import MemberList
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import Problem, invalid, not_found, unreadable
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.shapes import texts, whole

PAGE, DEFAULT_PAGE, SEARCH_PAGE = 250, 100, 500


def _shown(account: Account, one: MemberList, filters: bool = False) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "listId": str(one.id),
        "listVersion": one.version,
        "name": one.name,
        "objectTypeId": account.portal.store(one.kind).kind.type_id,
        "processingType": one.type,
        "processingStatus": "COMPLETE",
        "createdAt": one.created_at,
        "updatedAt": one.updated_at,
        "filtersUpdatedAt": one.created_at,
        "createdById": "1",
        "updatedById": "1",
        "size": len(account.lists.members(one)),
    }
    if one.deleted_at:
        shown["deletedAt"] = one.deleted_at
    if filters and one.branch:
        shown["filterBranch"] = one.branch
    return shown


def create_list(account: Account, request: Request) -> Answer:
    """POST …/lists."""
    given = request.json()
    kind = account.portal.store(str(given.get("objectTypeId", ""))).kind.name
    name, type_ = str(given.get("name", "")), str(given.get("processingType", ""))
    made = account.lists.create(name, kind, type_, given.get("filterBranch"), account.portal.now())
    request.call.changed("created", "lists", str(made.id), {"name": name, "processingType": type_})
    return ok({"list": _shown(account, made, filters=True)})


def get_list(account: Account, request: Request) -> Answer:
    """GET …/lists/{id}."""
    found = account.lists.find(request.names["id"])
    return ok({"list": _shown(account, found, flag(request.parameters(), "includeFilters"))})


def get_lists(account: Account, request: Request) -> Answer:
    """GET …/lists?listIds=…"""
    asked = request.parameters()
    known = account.lists.known
    found = [known[int(id)] for id in names_of(asked, "listIds") if is_number(id) and int(id) in known]
    return ok(
        {"lists": [_shown(account, one, flag(asked, "includeFilters")) for one in found if one.deleted_at is None]}
    )


def get_list_by_name(account: Account, request: Request) -> Answer:
    """GET …/lists/object-type-id/{kind}/name/{name}."""
    kind = account.portal.store(request.names["kind"]).kind.name
    for one in account.lists.known.values():
        if one.kind == kind and one.name == request.names["name"] and one.deleted_at is None:
            return ok({"list": _shown(account, one, flag(request.parameters(), "includeFilters"))})
    raise not_found(f"List does not exist with name {request.names['name']}.")


def search_lists(account: Account, request: Request) -> Answer:
    """POST …/lists/search."""
    given = request.json()
    query = str(given.get("query") or "").lower()
    types = set(texts(given.get("processingTypes"), "processingTypes"))
    kind = account.portal.store(str(given["objectTypeId"])).kind.name if given.get("objectTypeId") else ""
    ids = set(texts(given.get("listIds"), "listIds"))
    start, size = whole(given.get("offset"), "offset"), min(whole(given.get("count"), "count", 20), SEARCH_PAGE)
    if start < 0 or size < 0:
        raise invalid("Invalid input JSON: offset and count cannot be negative")
    fitting = [
        one
        for one in account.lists.known.values()
        if one.deleted_at is None
        and query in one.name.lower()
        and (not types or one.type in types)
        and (not kind or one.kind == kind)
        and (not ids or str(one.id) in ids)
    ]
    _sort(account, fitting, str(given.get("sort") or ""))
    rows = []
    for one in fitting[start : start + size]:
        shown = _shown(account, one)
        joined = max(account.lists.members(one).values(), default="")
        more = {"hs_list_size": str(shown.pop("size")), "hs_list_reference_count": "0"}
        more |= {"hs_last_record_added_at": joined} if joined else {}
        more |= {"hs_last_record_removed_at": one.removed_at} if one.removed_at else {}
        rows.append(shown | {"additionalProperties": more})
    end = start + len(rows)
    return ok({"lists": rows, "offset": end, "hasMore": end < len(fitting), "total": len(fitting)})


def _sort(account: Account, found: list[MemberList], by: str) -> None:
    """`HS_LIST_NAME`, `-HS_UPDATED_AT` …; without one by id. Raises 400 for another."""
    keys: dict[str, Callable[[MemberList], Any]] = {
        "": lambda one: one.id,
        "HS_LIST_ID": lambda one: one.id,
        "HS_LIST_NAME": lambda one: one.name.lower(),
        "HS_CREATED_AT": lambda one: (one.created_at, one.id),
        "HS_UPDATED_AT": lambda one: (one.updated_at, one.id),
        "HS_LIST_SIZE": lambda one: (len(account.lists.members(one)), one.id),
        "HS_PROCESSING_TYPE": lambda one: (one.type, one.id),
    }
    key = keys.get(by.lstrip("-").upper())
    if key is None:
        raise invalid(f"Invalid sort {by}: it must be one of {', '.join(sorted(filter(None, keys)))}")
    found.sort(key=key, reverse=by.startswith("-"))


def delete_list(account: Account, request: Request) -> Answer:
    """DELETE …/lists/{id}."""
    found = account.lists.find(request.names["id"])
    found.deleted_at = account.portal.now()
    request.call.changed("deleted", "lists", str(found.id), before={"name": found.name})
    return nothing()


def restore_list(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/restore."""
    found = account.lists.find(request.names["id"], deleted=True)
    found.deleted_at = None
    request.call.changed("restored", "lists", str(found.id), {"name": found.name})
    return nothing()


def rename_list(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/update-list-name."""
    found = account.lists.find(request.names["id"])
    before, found.name = found.name, first(request.parameters(), "listName", found.name)
    request.call.changed("updated", "lists", str(found.id), {"name": found.name}, {"name": before})
    found.version += 1
    found.updated_at = account.portal.now()
    return ok({"updatedList": _shown(account, found)})


def change_filters(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/update-list-filters."""
    found = account.lists.find(request.names["id"])
    branch = request.json().get("filterBranch")
    if found.type != "DYNAMIC" or not isinstance(branch, dict):
        raise invalid("Only the filters of a DYNAMIC list can be changed")
    request.call.changed(
        "updated", "lists", str(found.id), {"filterBranch": branch}, {"filterBranch": found.branch or {}}
    )
    account.lists.change(found, branch)
    found.version += 1
    found.updated_at = account.portal.now()
    return ok({"updatedList": _shown(account, found, filters=True)})


def _members_page(account: Account, request: Request, by_time: bool) -> Answer:
    """Members by id, or by the time they joined. The cursor is the last id given."""
    asked = request.parameters()
    size = number(asked, "limit", DEFAULT_PAGE, 1, PAGE)
    members = account.lists.members(account.lists.find(request.names["id"]))
    order = sorted(members, key=lambda id: (members[id], id)) if by_time else sorted(members)
    start = _place(order, first(asked, "after"), 0, 1)
    before = first(asked, "before")
    if before:
        stop = _place(order, before, len(order), 0)
        start = max(0, stop - size)
        page = order[start:stop]
    else:
        page = order[start : start + size]
    answer: dict[str, Any] = {
        "results": [{"recordId": str(id), "membershipTimestamp": members[id]} for id in page],
        "total": len(members),
    }
    paging: dict[str, Any] = {}
    if page and start + len(page) < len(order):
        paging["next"] = {"after": str(page[-1])}
    if page and start > 0:
        paging["prev"] = {"before": str(page[0])}
    return ok(answer | ({"paging": paging} if paging else {}))


def _place(order: list[int], cursor: str, otherwise: int, beyond: int) -> int:
    """Where a cursor points; raises 400. One whose record has left the list since points to the beginning again."""
    if not cursor:
        return otherwise
    if not is_number(cursor):
        raise invalid(f"Invalid paging cursor '{cursor}'")
    return order.index(int(cursor)) + beyond if int(cursor) in order else otherwise


def list_members(account: Account, request: Request) -> Answer:
    """GET …/lists/{id}/memberships."""
    return _members_page(account, request, by_time=False)


def list_members_by_time(account: Account, request: Request) -> Answer:
    """GET …/lists/{id}/memberships/join-order."""
    return _members_page(account, request, by_time=True)


def _ids(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise unreadable("expected a list of record ids")
    return [str(id) for id in given]


def _changed(account: Account, request: Request, add: list[str], remove: list[str]) -> Answer:
    found, now = account.lists.find(request.names["id"]), account.portal.now()
    added, missing = account.lists.add(found, add, now)
    removed = account.lists.remove(found, remove, now)
    request.call.changed("updated", "lists", str(found.id), {"added": added, "removed": removed})
    return ok({"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": missing})


def add_members(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/memberships/add."""
    return _changed(account, request, _ids(request.any_json()), [])


def remove_members(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/memberships/remove."""
    return _changed(account, request, [], _ids(request.any_json()))


def change_members(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/memberships/add-and-remove."""
    given = request.json()
    return _changed(account, request, _ids(given.get("recordIdsToAdd", [])), _ids(given.get("recordIdsToRemove", [])))


def add_from(account: Account, request: Request) -> Answer:
    """PUT …/lists/{id}/memberships/add-from/{source}."""
    source = account.lists.members(account.lists.find(request.names["source"]))
    _changed(account, request, [str(id) for id in source], [])
    return nothing()


def clear_members(account: Account, request: Request) -> Answer:
    """DELETE …/lists/{id}/memberships."""
    found = account.lists.find(request.names["id"])
    _changed(account, request, [], [str(id) for id in list(found.members)])
    return nothing()


def _memberships(account: Account, kind: str, id: str) -> list[dict[str, Any]]:
    """The lists a record is in."""
    store = account.portal.store(kind)
    row = store.resolve(id)
    if row is None:
        raise Problem(404, f"Object {id} does not exist", "OBJECT_NOT_FOUND", context={"recordId": [id]})
    found = []
    for one in account.lists.known.values():
        if one.kind == store.kind.name and one.deleted_at is None:
            at = account.lists.members(one).get(row.id)
            if at:
                shown = {
                    "listId": str(one.id),
                    "listVersion": one.version,
                    "firstAddedTimestamp": at,
                    "lastAddedTimestamp": at,
                }
                found.append(shown | {"isPublicList": False})
    return found


def record_memberships(account: Account, request: Request) -> Answer:
    """GET …/lists/records/{kind}/{id}/memberships."""
    found = _memberships(account, request.names["kind"], request.names["id"])
    return ok({"results": found, "total": len(found)})


def batch_memberships(account: Account, request: Request) -> Answer:
    """POST …/lists/records/memberships/batch/read."""
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in inputs_of(request.json()):
        kind, id = str(one.get("objectTypeId", "")), str(one.get("recordId", ""))
        try:
            results.append(
                {"objectTypeId": kind, "recordId": id, "recordListMemberships": _memberships(account, kind, id)}
            )
        except Problem as problem:
            errors.append(problem.in_batch([]))
    return batch_answer(account, request, results, errors)


def _at(rest: str) -> tuple[str, ...]:
    return versions("crm/lists", rest)


_READ, _WRITE = ("crm.lists.read",), ("crm.lists.write",)
ROUTES = (
    Route("POST", _at(""), create_list, _WRITE),
    Route("GET", _at(""), get_lists, _READ),
    Route("POST", _at("/search"), search_lists, _READ),
    Route("GET", _at("/object-type-id/{kind}/name/{name}"), get_list_by_name, _READ),
    Route("GET", _at("/{id}"), get_list, _READ),
    Route("DELETE", _at("/{id}"), delete_list, _WRITE),
    Route("PUT", _at("/{id}/restore"), restore_list, _WRITE),
    Route("PUT", _at("/{id}/update-list-name"), rename_list, _WRITE),
    Route("PUT", _at("/{id}/update-list-filters"), change_filters, _WRITE),
    Route("GET", _at("/{id}/memberships"), list_members, _READ),
    Route("DELETE", _at("/{id}/memberships"), clear_members, _WRITE),
    Route("GET", _at("/{id}/memberships/join-order"), list_members_by_time, _READ),
    Route("PUT", _at("/{id}/memberships/add"), add_members, _WRITE),
    Route("PUT", _at("/{id}/memberships/remove"), remove_members, _WRITE),
    Route("PUT", _at("/{id}/memberships/add-and-remove"), change_members, _WRITE),
    Route("PUT", _at("/{id}/memberships/add-from/{source}"), add_from, _WRITE),
    Route("GET", _at("/records/{kind}/{id}/memberships"), record_memberships, _READ),
    Route("POST", _at("/records/memberships/batch/read"), batch_memberships, _READ),
)
