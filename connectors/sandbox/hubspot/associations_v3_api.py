"""Associations as version 3 has them: types by name, links many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.associations_api import (
    LARGEST_READ,
    id_of,
    linked_inputs,
    live_links,
    pair_of,
    remove_link,
    tell_link,
)
from connectors.sandbox.hubspot.batch_api import batch_answer, inputs_of
from connectors.sandbox.hubspot.http import Answer, Request, nothing, ok
from connectors.sandbox.hubspot.links import Label, Pair
from connectors.sandbox.hubspot.problems import Problem, invalid
from connectors.sandbox.hubspot.router import Route
from connectors.sandbox.hubspot.shapes import id_text
from connectors.sandbox.hubspot.store import Store


def names_of_types(account: Account, here: Store, there: Store) -> Mapping[str, Label]:
    """The types of a pair by the names version 3 has for them, e.g. `contact_to_company`."""
    base = f"{here.kind.singular}_to_{there.kind.singular}"
    labels = account.portal.links.labels((here.kind.name, there.kind.name))
    return {base if one.label == "Primary" else one.name or f"{base}_unlabeled": one for one in labels}


def type_named(account: Account, here: Store, there: Store, given: Any) -> tuple[int, ...]:
    """The type an input names; no primary type where only plain links are known. Raises 400."""
    names, base = names_of_types(account, here, there), f"{here.kind.singular}_to_{there.kind.singular}"
    found = names.get(str(given)) or (names[f"{base}_unlabeled"] if given == base else None)
    if found is None:
        raise invalid(f"Association type {given} does not exist between {here.kind.name} and {there.kind.name}")
    return (found.id,)


def _inputs(
    account: Account, request: Request, here: Store, there: Store
) -> list[tuple[Mapping[str, Any], int, int, tuple[int, ...]] | Problem]:
    """The inputs of a batch with the records and the type they name, or what is wrong with them."""
    made: list[tuple[Mapping[str, Any], int, int, tuple[int, ...]] | Problem] = []
    for one in linked_inputs(request):
        try:
            types = type_named(account, here, there, one.get("type"))
            made.append((one, id_of(here, one.get("from")), id_of(there, one.get("to")), types))
        except Problem as problem:
            made.append(problem)
    return made


def create_links_v3(account: Account, request: Request) -> Answer:
    """POST …/batch/create."""
    here, there, pair = pair_of(account, request, write=True)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in _inputs(account, request, here, there):
        if isinstance(one, Problem):
            errors.append(one.in_batch([]))
            continue
        given, id, other, types = one
        account.portal.tie(request.call, pair[0], id, pair[1], other, types)
        tell_link(account, pair, id, other, removed=False)
        results.append({"from": {"id": str(id)}, "to": {"id": str(other)}, "type": given["type"]})
    return batch_answer(account, request, results, errors, 201)


def archive_links_v3(account: Account, request: Request) -> Answer:
    """POST …/batch/archive: the types named; a link without one left is gone."""
    here, there, pair = pair_of(account, request, write=True)
    for one in _inputs(account, request, here, there):
        if isinstance(one, Problem):
            continue
        _, id, other, types = one
        remove_link(account, request, pair, id, other, without_plain(account, pair, id, other, types))
    return nothing()


def without_plain(account: Account, pair: Pair, id: int, other: int, types: tuple[int, ...]) -> tuple[int, ...] | None:
    """None, which is the whole link, where its plain type goes."""
    return None if account.portal.links.plain(pair) in types else types


def read_links_v3(account: Account, request: Request) -> Answer:
    """POST /crm/v3/associations/…/batch/read: ids and type names."""
    here, there, pair = pair_of(account, request, write=False)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    name = f"{here.kind.singular}_to_{there.kind.singular}"
    for one in inputs_of(request.json(), LARGEST_READ):
        text = id_text(one.get("id"))
        row = here.resolve(text)
        links = [] if row is None or row.archived_at else list(live_links(account, pair, there, row.id))
        if links:
            results.append({"from": {"id": text}, "to": [{"id": str(other), "type": name} for other, _ in links]})
        else:
            message = f"No {there.kind.singular} is associated with {here.kind.singular} {text}."
            errors.append(Problem(404, message, "OBJECT_NOT_FOUND").in_batch([]))
    return batch_answer(account, request, results, errors)


def list_types_v3(account: Account, request: Request) -> Answer:
    """GET /crm/v3/associations/{from}/{to}/types."""
    here, there, _ = pair_of(account, request, write=False)
    return ok(
        {"results": [{"id": str(one.id), "name": name} for name, one in names_of_types(account, here, there).items()]}
    )


_PATH = "/crm/v3/associations/{from}/{to}/"
ROUTES = (
    Route("POST", (_PATH + "batch/read",), read_links_v3),
    Route("POST", (_PATH + "batch/create",), create_links_v3),
    Route("POST", (_PATH + "batch/archive",), archive_links_v3),
    Route("GET", (_PATH + "types",), list_types_v3),
)
