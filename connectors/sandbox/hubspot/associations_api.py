"""Associations between records: version 4 and date-based."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.batch_api import batch_answer, inputs_of
from connectors.sandbox.hubspot.http import Answer, Request, nothing, number, ok
from connectors.sandbox.hubspot.links import DEFINED, USER, Label, Pair
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.portal import Event
from connectors.sandbox.hubspot.problems import Problem, invalid
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.shapes import id_text, whole
from connectors.sandbox.hubspot.store import Store

LARGEST_READ, LARGEST_WRITE, PAGE = 1_000, 2_000, 500
_CATEGORIES = {DEFINED, USER, "INTEGRATOR_DEFINED", "WORK"}


def pair_of(account: Account, request: Request, write: bool) -> tuple[Store, Store, Pair]:
    """The two kinds a path names, if the caller may read or write the first of them."""
    here, there = (account.portal.store(request.names[name]) for name in ("from", "to"))
    account.auth.require(here.kind.write if write else here.kind.read)
    return here, there, (here.kind.name, there.kind.name)


def linked_inputs(request: Request, many: bool = False) -> list[dict[str, Any]]:
    """A batch's inputs, each of which names two records (`many`: one and a list); raises 400 for what cannot be read."""
    inputs = inputs_of(request.json(), LARGEST_WRITE)
    for one in inputs:
        far = one.get("to")
        for end in (one.get("from"), *(far if many and isinstance(far, list) else [far])):
            if not isinstance(end, Mapping):
                raise invalid("Invalid input JSON: Some required fields were not set: [from, to]")
            id_text(end.get("id"))
    return inputs


def id_of(store: Store, given: Any) -> int:
    """The id of a record as an input names it; raises 404 when it is not there."""
    text = str(given.get("id", "")) if isinstance(given, Mapping) else str(given)
    row = store.resolve(text)
    if row is None or row.archived_at is not None:
        raise Problem(
            404, f"No {store.kind.singular} with ID {text} exists", "OBJECT_NOT_FOUND", context={"id": [text]}
        )
    return row.id


def _types(account: Account, pair: Pair, given: Any) -> tuple[int, ...]:
    if not isinstance(given, list):
        raise invalid("Invalid input JSON: types must be a list")
    types = []
    for one in given:
        if not isinstance(one, Mapping) or str(one.get("associationCategory")) not in _CATEGORIES:
            raise invalid("Invalid input JSON: each type needs an associationCategory and an associationTypeId")
        known = account.portal.links.type(pair, whole(one.get("associationTypeId"), "associationTypeId"))
        if known.category != one["associationCategory"]:
            raise invalid(f"Association type {known.id} between {pair[0]} and {pair[1]} is {known.category}")
        types.append(known.id)
    return tuple(types)


def _shown(account: Account, pair: Pair, types: tuple[int, ...]) -> list[dict[str, Any]]:
    known = {one.id: one for one in account.portal.links.labels(pair)}
    return [known.get(type_, Label(DEFINED, type_, None)).spec() for type_ in types]


def live_links(account: Account, pair: Pair, there: Store, id: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    for other, types in account.portal.links.of(pair, id).items():
        if there.live(other) is not None:
            yield other, types


def tell_link(account: Account, pair: Pair, id: int, other: int, removed: bool) -> None:
    """Tell the listeners of a change of links."""
    more = {
        "associationType": f"{pair[0]}_TO_{pair[1]}".upper(),
        "fromObjectId": id,
        "toObjectId": other,
        "associationRemoved": removed,
    }
    account.portal.tell(Event("associationChange", pair[0], id, more=more))


def _far_end(account: Account, request: Request, pair: Pair, other: int, types: tuple[int, ...]) -> dict[str, Any]:
    """A linked record; its id is a number in version 4, text in the date-based ones."""
    id = other if request.api in ("v3", "v4") else str(other)
    return {"toObjectId": id, "associationTypes": _shown(account, pair, types)}


def read_links(account: Account, request: Request) -> Answer:
    """POST …/batch/read: 207 when some of the records have no links or are not there."""
    here, there, pair = pair_of(account, request, write=False)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in inputs_of(request.json(), LARGEST_READ):
        text = id_text(one.get("id"))
        row = here.resolve(text)
        links = [] if row is None or row.archived_at else list(live_links(account, pair, there, row.id))
        if not links:
            message = f"No {there.kind.singular} is associated with {here.kind.singular} {text}."
            problem = Problem(404, message, "OBJECT_NOT_FOUND", context={"fromObjectId": [text]})
            errors.append(problem.in_batch([]))
            continue
        start = whole(one.get("after") or 0, "after")
        page = links[start : start + PAGE]
        shown: dict[str, Any] = {
            "from": {"id": text},
            "to": [_far_end(account, request, pair, other, types) for other, types in page],
        }
        if start + PAGE < len(links):
            shown["paging"] = {"next": {"after": str(start + PAGE)}}
        results.append(shown)
    return batch_answer(account, request, results, errors)


def list_links(account: Account, request: Request) -> Answer:
    """GET …/objects/{from}/{id}/associations/{to}."""
    here, there, pair = pair_of(account, request, write=False)
    asked = request.parameters()
    size = number(asked, "limit", PAGE, 1, PAGE)
    start = number(asked, "after", 0, 0, sys.maxsize)
    links = list(live_links(account, pair, there, id_of(here, request.names["id"])))
    results = [_far_end(account, request, pair, other, types) for other, types in links[start : start + size]]
    answer: dict[str, Any] = {"results": results}
    if start + size < len(links):
        answer["paging"] = {"next": {"after": str(start + size)}}
    return ok(answer)


def _create_one(
    account: Account, request: Request, here: Store, there: Store, pair: Pair, one: Mapping[str, Any]
) -> dict[str, Any]:
    id, other = id_of(here, one.get("from")), id_of(there, one.get("to"))
    types = _types(account, pair, one.get("types", []))
    account.portal.tie(request.call, pair[0], id, pair[1], other, types)
    tell_link(account, pair, id, other, removed=False)
    labels = [spec["label"] for spec in _shown(account, pair, types) if "label" in spec]
    dated = request.api not in ("v3", "v4")
    return {
        "fromObjectTypeId": here.kind.type_id,
        "fromObjectId": str(id) if dated else id,
        "toObjectTypeId": there.kind.type_id,
        "toObjectId": str(other) if dated else other,
        "labels": labels,
    }


def create_links(account: Account, request: Request) -> Answer:
    """POST …/batch/create with the types to link under."""
    here, there, pair = pair_of(account, request, write=True)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in linked_inputs(request):
        try:
            results.append(_create_one(account, request, here, there, pair, one))
        except Problem as problem:
            errors.append(problem.in_batch([]))
    return batch_answer(account, request, results, errors, 200 if request.api not in ("v3", "v4") else 201)


def put_link(account: Account, request: Request) -> Answer:
    """PUT …/objects/{from}/{id}/associations/{to}/{other}."""
    here, there, pair = pair_of(account, request, write=True)
    one = {"from": {"id": request.names["id"]}, "to": {"id": request.names["other"]}, "types": request.any_json()}
    return ok(_create_one(account, request, here, there, pair, one), 201)


def _default(
    account: Account, request: Request, here: Store, there: Store, pair: Pair, one: Mapping[str, Any]
) -> list[dict[str, Any]]:
    id, other = id_of(here, one.get("from")), id_of(there, one.get("to"))
    plain = account.portal.links.plain(pair)
    account.portal.tie(request.call, pair[0], id, pair[1], other)
    tell_link(account, pair, id, other, removed=False)
    back = account.portal.links.plain((pair[1], pair[0]))
    return [
        {
            "from": {"id": str(a)},
            "to": {"id": str(b)},
            "associationSpec": {"associationCategory": DEFINED, "associationTypeId": type_},
        }
        for a, b, type_ in ((id, other, plain), (other, id, back))
    ]


def default_links(account: Account, request: Request) -> Answer:
    """POST …/batch/associate/default: plain links."""
    here, there, pair = pair_of(account, request, write=True)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in linked_inputs(request):
        try:
            results += _default(account, request, here, there, pair, one)
        except Problem as problem:
            errors.append(problem.in_batch([]))
    return batch_answer(account, request, results, errors, partial=200)


def put_default_link(account: Account, request: Request) -> Answer:
    """PUT …/objects/{from}/{id}/associations/default/{to}/{other}."""
    here, there, pair = pair_of(account, request, write=True)
    one = {"from": {"id": request.names["id"]}, "to": {"id": request.names["other"]}}
    return batch_answer(account, request, _default(account, request, here, there, pair, one), [])


def remove_link(
    account: Account, request: Request, pair: Pair, id: int, other: int, types: tuple[int, ...] | None
) -> None:
    if account.portal.untie(request.call, pair, id, other, types):
        tell_link(account, pair, id, other, removed=True)


def _removed(account: Account, request: Request) -> Answer:
    """Nothing; the date-based versions say as much in a body."""
    return nothing() if request.api in ("v3", "v4") else batch_answer(account, request, [], [])


def archive_links(account: Account, request: Request) -> Answer:
    """POST …/batch/archive: all links between the records named."""
    here, there, pair = pair_of(account, request, write=True)
    for one in linked_inputs(request, many=True):
        targets = one.get("to")
        for target in targets if isinstance(targets, list) else [targets]:
            remove_link(account, request, pair, id_of(here, one.get("from")), id_of(there, target), None)
    return _removed(account, request)


def archive_labels(account: Account, request: Request) -> Answer:
    """POST …/batch/labels/archive: only these types of the links."""
    here, there, pair = pair_of(account, request, write=True)
    for one in linked_inputs(request):
        types = _types(account, pair, one.get("types", []))
        remove_link(account, request, pair, id_of(here, one.get("from")), id_of(there, one.get("to")), types)
    return _removed(account, request)


def delete_link(account: Account, request: Request) -> Answer:
    """DELETE …/objects/{from}/{id}/associations/{to}/{other}."""
    here, there, pair = pair_of(account, request, write=True)
    remove_link(account, request, pair, id_of(here, request.names["id"]), id_of(there, request.names["other"]), None)
    return nothing()


def list_labels(account: Account, request: Request) -> Answer:
    """GET …/labels."""
    _, _, pair = pair_of(account, request, write=False)
    return ok({"results": [one.spec() for one in account.portal.links.labels(pair)]})


def create_label(account: Account, request: Request) -> Answer:
    """POST …/labels."""
    _, _, pair = pair_of(account, request, write=True)
    given = request.json()
    if not given.get("label") or not given.get("name"):
        raise invalid("Invalid input JSON: Some required fields were not set: [label, name]")
    made = account.portal.links.define(pair, str(given["name"]), str(given["label"]), given.get("inverseLabel"))
    return ok({"results": [one.spec() for one in made]})


def rename_label(account: Account, request: Request) -> Answer:
    """PUT …/labels."""
    _, _, pair = pair_of(account, request, write=True)
    given = request.json()
    account.portal.links.rename(
        pair, whole(given.get("associationTypeId"), "associationTypeId"), str(given.get("label", ""))
    )
    return nothing()


def delete_label(account: Account, request: Request) -> Answer:
    """DELETE …/labels/{type}."""
    _, _, pair = pair_of(account, request, write=True)
    account.portal.links.undefine(pair, int(request.names["type"]) if is_number(request.names["type"]) else 0)
    return nothing()


def _batch(verb: str) -> tuple[str, ...]:
    return versions("crm/associations", "/{from}/{to}/batch/" + verb, "v4")


def _single(rest: str) -> tuple[str, ...]:
    return versions("crm/objects", "/{from}/{id}/associations" + rest, "v4")


_LABELS = versions("crm/associations", "/{from}/{to}/labels", "v4")
ROUTES = (
    Route("POST", _batch("read"), read_links),
    Route("POST", _batch("create"), create_links),
    Route("POST", _batch("archive"), archive_links),
    Route("POST", _batch("labels/archive"), archive_labels),
    Route("POST", _batch("associate/default"), default_links),
    Route("GET", _single("/{to}"), list_links),
    Route("PUT", _single("/{to}/{other}"), put_link),
    Route("DELETE", _single("/{to}/{other}"), delete_link),
    Route("PUT", _single("/default/{to}/{other}"), put_default_link),
    Route("GET", _LABELS, list_labels),
    Route("POST", _LABELS, create_label),
    Route("PUT", _LABELS, rename_label),
    Route("DELETE", versions("crm/associations", "/{from}/{to}/labels/{type}", "v4"), delete_label),
)
