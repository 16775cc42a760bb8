"""Property definitions and groups: read, create, change, archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.batch_api import batch_answer, inputs_of
from connectors.sandbox.hubspot.http import Answer, Request, flag, nothing, ok
from connectors.sandbox.hubspot.problems import Problem, conflict, invalid, not_found
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.schema import Group, Property
from connectors.sandbox.hubspot.shapes import whole
from connectors.sandbox.hubspot.store import Store


def _kind(account: Account, request: Request, write: bool) -> Store:
    """The kind a path names. Reading needs its schema's or its objects' right, writing its schema's."""
    store = account.portal.store(request.names["kind"])
    schema = (
        f"crm.schemas.{store.kind.name}"
        if store.kind.name in ("contacts", "companies", "deals")
        else "crm.schemas.contacts"
    )
    account.auth.require((f"{schema}.write",) if write else (f"{schema}.read", *store.kind.read))
    return store


def _made(store: Store, definition: Property) -> dict[str, Any]:
    if definition.unique:
        store.make_unique(definition.name)
    store.schema_changed()
    return definition.as_json()


def list_properties(account: Account, request: Request) -> Answer:
    """GET …/{kind}."""
    store = _kind(account, request, write=False)
    known = store.schema.gone if flag(request.parameters(), "archived") else store.schema.properties
    return ok({"results": [one.as_json() for one in sorted(known.values(), key=lambda one: one.name)]})


def get_property(account: Account, request: Request) -> Answer:
    """GET …/{kind}/{name}."""
    store = _kind(account, request, write=False)
    return ok(store.schema.find(request.names["name"], flag(request.parameters(), "archived")).as_json())


def create_property(account: Account, request: Request) -> Answer:
    """POST …/{kind}."""
    store = _kind(account, request, write=True)
    made = store.schema.create(request.json(), account.portal.now())
    request.call.changed("created", "properties", f"{store.kind.name}.{made.name}", {"type": made.type})
    return ok(_made(store, made), 201)


def update_property(account: Account, request: Request) -> Answer:
    """PATCH …/{kind}/{name}."""
    store = _kind(account, request, write=True)
    before = store.schema.find(request.names["name"]).as_json()
    changed = store.schema.update(request.names["name"], request.json(), account.portal.now())
    shown = changed.as_json()
    kept = {key: value for key, value in shown.items() if before.get(key) != value}
    request.call.changed(
        "updated",
        "properties",
        f"{store.kind.name}.{changed.name}",
        kept,
        {key: before.get(key) for key in kept},
    )
    return ok(_made(store, changed))


def archive_property(account: Account, request: Request) -> Answer:
    """DELETE …/{kind}/{name}."""
    store = _kind(account, request, write=True)
    store.schema.drop(request.names["name"], account.portal.now())
    store.schema_changed()
    request.call.changed("deleted", "properties", f"{store.kind.name}.{request.names['name']}")
    return nothing()


def read_batch(account: Account, request: Request) -> Answer:
    """POST …/{kind}/batch/read."""
    store = _kind(account, request, write=False)
    given = request.json()
    known = store.schema.gone if given.get("archived") else store.schema.properties
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in inputs_of(given):
        name = str(one.get("name", ""))
        if name in known:
            results.append(known[name].as_json())
        else:
            errors.append(
                Problem(404, f"Property {name} does not exist", "OBJECT_NOT_FOUND", context={"name": [name]}).in_batch(
                    []
                )
            )
    return batch_answer(account, request, results, errors)


def create_batch(account: Account, request: Request) -> Answer:
    """POST …/{kind}/batch/create."""
    store = _kind(account, request, write=True)
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in inputs_of(request.json()):
        try:
            made = store.schema.create(one, account.portal.now())
            request.call.changed("created", "properties", f"{store.kind.name}.{made.name}", {"type": made.type})
            results.append(_made(store, made))
        except Problem as problem:
            errors.append(problem.in_batch([]))
    return batch_answer(account, request, results, errors, 201 if request.api == "v3" else 200)


def archive_batch(account: Account, request: Request) -> Answer:
    """POST …/{kind}/batch/archive."""
    store = _kind(account, request, write=True)
    for one in inputs_of(request.json()):
        if str(one.get("name")) in store.schema.properties:
            store.schema.drop(str(one["name"]), account.portal.now())
            request.call.changed("deleted", "properties", f"{store.kind.name}.{one['name']}")
    store.schema_changed()
    return nothing()


def list_groups(account: Account, request: Request) -> Answer:
    """GET …/{kind}/groups."""
    return ok({"results": [one.as_json() for one in _kind(account, request, write=False).schema.groups.values()]})


def _group(store: Store, name: str) -> Group:
    if name not in store.schema.groups:
        raise not_found(f"Property group {name} does not exist")
    return store.schema.groups[name]


def get_group(account: Account, request: Request) -> Answer:
    """GET …/{kind}/groups/{name}."""
    return ok(_group(_kind(account, request, write=False), request.names["name"]).as_json())


def create_group(account: Account, request: Request) -> Answer:
    """POST …/{kind}/groups."""
    store = _kind(account, request, write=True)
    given = request.json()
    if not given.get("name") or not given.get("label"):
        raise invalid("Invalid input JSON: Some required fields were not set: [name, label]")
    made = Group(str(given["name"]), str(given["label"]), whole(given.get("displayOrder"), "displayOrder", -1))
    if made.name in store.schema.groups:
        raise conflict(
            f"A property group named '{made.name}' already exists.", sub_category="PropertyGroups.GROUP_EXISTS"
        )
    store.schema.groups[made.name] = made
    request.call.changed("created", "property_groups", f"{store.kind.name}.{made.name}", {"label": made.label})
    return ok(made.as_json(), 201)


def update_group(account: Account, request: Request) -> Answer:
    """PATCH …/{kind}/groups/{name}."""
    store = _kind(account, request, write=True)
    given = request.json()
    found = _group(store, request.names["name"])
    changed = replace(
        found,
        label=str(given.get("label", found.label)),
        display_order=whole(given.get("displayOrder"), "displayOrder", found.display_order),
    )
    store.schema.groups[found.name] = changed
    request.call.changed(
        "updated",
        "property_groups",
        f"{store.kind.name}.{found.name}",
        {"label": changed.label},
        {"label": found.label},
    )
    return ok(changed.as_json())


def archive_group(account: Account, request: Request) -> Answer:
    """DELETE …/{kind}/groups/{name}: not while properties are in it."""
    store = _kind(account, request, write=True)
    found = _group(store, request.names["name"])
    if any(one.group == found.name for one in store.schema.properties.values()):
        raise invalid(f"Property group {found.name} still has properties")
    del store.schema.groups[found.name]
    request.call.changed("deleted", "property_groups", f"{store.kind.name}.{found.name}")
    return nothing()


def _at(rest: str) -> tuple[str, ...]:
    return versions("crm/properties", "/{kind}" + rest)


ROUTES = (
    Route("GET", _at(""), list_properties),
    Route("POST", _at(""), create_property),
    Route("GET", _at("/groups"), list_groups),
    Route("POST", _at("/groups"), create_group),
    Route("GET", _at("/groups/{name}"), get_group),
    Route("PATCH", _at("/groups/{name}"), update_group),
    Route("DELETE", _at("/groups/{name}"), archive_group),
    Route("POST", _at("/batch/read"), read_batch),
    Route("POST", _at("/batch/create"), create_batch),
    Route("POST", _at("/batch/archive"), archive_batch),
    Route("GET", _at("/{name}"), get_property),
    Route("PATCH", _at("/{name}"), update_property),
    Route("DELETE", _at("/{name}"), archive_property),
)
