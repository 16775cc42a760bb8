"""CRM objects many at a time: batch read, create, update, upsert and archive, with errors beside the results where some of them fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request, flag, nothing, ok
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.objects_api import (
    check_links,
    checked,
    complete,
    property_values,
    readable,
    tie_all,
    writable,
)
from connectors.sandbox.hubspot.problems import Problem, invalid
from connectors.sandbox.hubspot.render import HISTORY_LIMIT, View, full_view, page_size_problem
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.shapes import id_text, texts
from connectors.sandbox.hubspot.store import Store

LARGEST_BATCH = 100
# The versions with a number; all others are dates.
NUMBERED = ("v3", "v4")


def inputs_of(given: Mapping[str, Any], limit: int = LARGEST_BATCH) -> list[dict[str, Any]]:
    """A batch's inputs; raises 400 when there are none, too many, or they are no objects."""
    inputs = given.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
        raise invalid("Invalid input JSON: Some required fields were not set: [inputs]")
    if any(isinstance(one.get("objectWriteTraceId"), dict | list) for one in inputs):
        raise invalid("Invalid input JSON: objectWriteTraceId must be a string")
    if not inputs:
        raise invalid("No inputs were given")
    if len(inputs) > limit:
        raise page_size_problem(
            f"The maximum number of inputs supported in a batch request is {limit}, {len(inputs)} were given"
        )
    return inputs


def id_in(one: Mapping[str, Any]) -> str:
    """An input's id; raises 400 for what is none."""
    return id_text(one.get("id"))


def partly(request: Request, status: int) -> int:
    """The status of a batch that failed in part: 207; the date-based documents have none and list the errors under `status`."""
    return 207 if request.api in NUMBERED else status


def batch_answer(
    account: Account,
    request: Request,
    results: list[Any],
    errors: list[Any],
    status: int = 200,
    partial: int | None = None,
) -> Answer:
    """A batch's answer, with the errors where there are some; `partial` is its status then, where it is not `partly`."""
    now = account.portal.now()
    answer: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        return ok(answer | {"numErrors": len(errors), "errors": errors}, partial or partly(request, status))
    return ok(answer, status)


def read_batch(account: Account, request: Request) -> Answer:
    """POST …/batch/read. What is not found is named in one error; the rest is given, in no promised order."""
    store = readable(account, request)
    given = request.json()
    history = texts(given.get("propertiesWithHistory"), "propertiesWithHistory")
    inputs = inputs_of(given, HISTORY_LIMIT if history else LARGEST_BATCH)
    key = str(given.get("idProperty") or "")
    view = View(account.portal, store, texts(given.get("properties"), "properties"), history)
    archived = flag(request.parameters(), "archived")
    found: dict[int, Row] = {}
    missing: list[str] = []
    for one in inputs:
        id = id_in(one)
        live = None if key or archived or not is_number(id) else store.live(int(id))
        try:
            row = live or account.portal.find(store.kind.name, id, key, archived)
        except Problem as problem:
            if problem.status != 404:
                raise
            missing.append(id)
            continue
        found[row.id] = row
    now = account.portal.now()
    times: dict[str, Any] = {"startedAt": now, "completedAt": now}
    after = times | {"numErrors": 1, "errors": [_not_found(missing)]} if missing else times
    return Answer(
        partly(request, 200) if missing else 200, view.page(list(found.values()), {"status": "COMPLETE"}, after)
    )


def _not_found(ids: list[str]) -> dict[str, Any]:
    problem = Problem(
        404,
        "Could not get some objects, they may be deleted or not exist. Check that ids are valid.",
        "OBJECT_NOT_FOUND",
    )
    return problem.in_batch(ids)


def create_batch(account: Account, request: Request) -> Answer:
    """POST …/batch/create: all or nothing, unless each input has a trace id."""
    store = writable(account, request)
    inputs = inputs_of(request.json())

    def make(one: Mapping[str, Any]) -> dict[str, Any]:
        values = checked(store, request, one.get("properties"))
        complete(store, values)
        check_links(account, store, one.get("associations"))
        row = account.portal.create(request.call, store.kind.name, values)
        tie_all(account, request.call, store, row, one.get("associations"))
        return full_view(account.portal, store, store.rows[row.id])

    if not all(one.get("objectWriteTraceId") for one in inputs):
        _check_all(store, request, inputs, account)
    results, errors = _each(inputs, make)
    return batch_answer(account, request, results, errors, 201)


def _check_all(store: Store, request: Request, inputs: list[dict[str, Any]], account: Account) -> None:
    """Raise what would refuse any of the inputs, before the first is written."""
    seen: set[tuple[str, str]] = set()
    for one in inputs:
        values = checked(store, request, one.get("properties"))
        complete(store, values)
        check_links(account, store, one.get("associations"))
        for name, value in values.items():
            if not store.is_key(name) or not value:
                continue
            taken = store.by_unique(name, value)
            if taken is not None:
                label = store.kind.singular.capitalize()
                raise Problem(409, f"{label} already exists. Existing ID: {taken.id}", "CONFLICT")
            if (name, value.lower()) in seen:
                raise invalid(f"Duplicate {name} in batch input")
            seen.add((name, value.lower()))


def update_batch(account: Account, request: Request) -> Answer:
    """POST …/batch/update: an input that cannot be written becomes an error, the others are written."""
    store = writable(account, request)
    inputs = inputs_of(request.json())

    def write(one: Mapping[str, Any]) -> dict[str, Any]:
        row = account.portal.find(store.kind.name, id_in(one), str(one.get("idProperty") or ""))
        values = checked(store, request, one.get("properties"))
        new = account.portal.update(request.call, store.kind.name, row, values)
        return View(account.portal, store, (*values, store.kind.created, store.kind.modified)).of(new)

    _refuse_twins(inputs)
    _refuse_shapeless(inputs)
    if not all(one.get("objectWriteTraceId") for one in inputs):
        for one in inputs:
            checked(store, request, one.get("properties"))
    results, errors = _each(inputs, write)
    return batch_answer(account, request, results, errors)


def upsert_batch(account: Account, request: Request) -> Answer:
    """POST …/batch/upsert by a unique property."""
    store = writable(account, request)
    inputs = inputs_of(request.json())

    def write(one: Mapping[str, Any]) -> dict[str, Any]:
        key, id = str(one.get("idProperty") or ""), id_in(one)
        values = checked(store, request, one.get("properties"))
        row = store.by_unique(key, id) if key and key != "hs_object_id" else store.resolve(id)
        if row is not None and row.archived_at is None:
            new = account.portal.update(request.call, store.kind.name, row, values)
            return full_view(account.portal, store, new) | {"new": False}
        if not key or key == "hs_object_id":
            raise Problem(404, f"Object {id} does not exist", "OBJECT_NOT_FOUND")
        values = checked(store, request, {key: id}) | values
        complete(store, values)
        made = account.portal.create(request.call, store.kind.name, values)
        return full_view(account.portal, store, made) | {"new": True}

    for one in inputs:
        key = str(one.get("idProperty") or "")
        if key and key != "hs_object_id" and not store.is_key(key):
            raise invalid(f"Property {key} is not a unique property of {store.kind.name}")
    _refuse_twins(inputs)
    _refuse_shapeless(inputs)
    results, errors = _each(inputs, write)
    return batch_answer(account, request, results, errors)


def _refuse_twins(inputs: list[dict[str, Any]]) -> None:
    ids = [id_in(one).lower() for one in inputs]
    if len(set(ids)) < len(ids):
        raise invalid("Duplicate IDs found in batch input")


def _refuse_shapeless(inputs: list[dict[str, Any]]) -> None:
    """Raise 400 where the body cannot be read; that is no error of one input, trace id or not."""
    for one in inputs:
        property_values(one.get("properties"))


def archive_batch(account: Account, request: Request) -> Answer:
    """POST …/batch/archive: ids that are not there are passed over."""
    store = writable(account, request)
    for id in [id_in(one) for one in inputs_of(request.json())]:
        row = store.resolve(id)
        if row is not None:
            account.portal.archive(request.call, store.kind.name, row)
    return nothing()


def _each(
    inputs: list[dict[str, Any]], write: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Write each input; the ones refused become errors that name their id and trace."""
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in inputs:
        trace = one.get("objectWriteTraceId")
        try:
            result = write(one)
        except Problem as problem:
            error = problem.in_batch([str(one["id"])] if "id" in one else [])
            if trace:
                error["context"] = {**error["context"], "objectWriteTraceId": [str(trace)]}
            errors.append(error)
            continue
        results.append(result | {"objectWriteTraceId": str(trace)} if trace else result)
    return results, errors


def _at(verb: str) -> tuple[str, ...]:
    return versions("crm/objects", "/{kind}/batch/" + verb)


ROUTES = (
    Route("POST", _at("read"), read_batch),
    Route("POST", _at("create"), create_batch),
    Route("POST", _at("update"), update_batch),
    Route("POST", _at("upsert"), upsert_batch),
    Route("POST", _at("archive"), archive_batch),
)
