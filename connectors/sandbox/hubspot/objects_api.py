"""CRM objects one by one: list, get, create, update, archive, merge, delete for privacy, search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request, first, flag, names_of, nothing, number, ok
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import Problem, invalid, no_such_path, not_found, wrong_method
from connectors.sandbox.hubspot.render import HISTORY_LIMIT, View, full_view, page_size_problem
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.search import search
from connectors.sandbox.hubspot.shapes import rows, whole
from connectors.sandbox.hubspot.store import Store
from connectors.sandbox.hubspot.values import accept
from connectors.sandbox.kernel.ledger import Call

LARGEST_PAGE, DEFAULT_PAGE = 100, 10


def readable(account: Account, request: Request) -> Store:
    """The kind a path names, if the caller may read it."""
    store = account.portal.store(request.names["kind"])
    account.auth.require(store.kind.read)
    return store


def writable(account: Account, request: Request) -> Store:
    """The kind a path names, if the caller may write it."""
    store = account.portal.store(request.names["kind"])
    if not store.kind.writable:
        raise wrong_method(("GET", "HEAD"))
    account.auth.require(store.kind.write)
    return store


def checked(store: Store, request: Request, given: Any) -> dict[str, str]:
    """Property values of a write; raises 400. The date-based versions hold them against the portal's own rules too."""
    return accept(store.schema, property_values(given), strict=request.api not in ("v3", "v4"))


def complete(store: Store, values: Mapping[str, str]) -> None:
    """Raise 400 for a new record without what its kind needs."""
    missing = [names for names in store.kind.needs if not any(values.get(name) for name in names)]
    if missing:
        raise invalid(
            f"Error creating {store.kind.singular.upper()}. Some required properties were not set.",
            context={"properties": [name for names in missing for name in names]},
        )


def property_values(given: Any) -> Mapping[str, Any]:
    """An object of plain values; raises 400."""
    if given is None:
        raise invalid("Invalid input JSON: Some required fields were not set: [properties]")
    if not isinstance(given, Mapping):
        raise invalid("Invalid input JSON: properties must be an object")
    nested = [name for name, value in given.items() if isinstance(value, dict | list)]
    if nested:
        raise invalid(f"Invalid input JSON: the value of {nested[0]} must be a string")
    return given


def tie_all(account: Account, call: Call, store: Store, row: Row, given: Any) -> None:
    """The links given with a new record; raises 400 for what is not there."""
    for link in given or ():
        to = link["to"]
        other_id = str(to["id"] if isinstance(to, Mapping) else to)
        types = _type_ids(link)
        other_kind = _kind_of_types(account, store, types)
        other = account.portal.store(other_kind).resolve(other_id)
        if other is None:
            raise invalid(f"Object {other_id} of type {other_kind} does not exist", context={"id": [other_id]})
        account.portal.tie(call, store.kind.name, row.id, other_kind, other.id, types)


def check_links(account: Account, store: Store, given: Any) -> None:
    """Raise 400 for links that `tie_all` could not make, before anything is written."""
    for link in rows(given, "associations"):
        to = link.get("to")
        if not isinstance(to, str | int) and not (isinstance(to, Mapping) and "id" in to):
            raise invalid("Invalid input JSON: an association needs `to` and `types`")
        types = _type_ids(link)
        other_kind = _kind_of_types(account, store, types)
        other_id = str(to["id"] if isinstance(to, Mapping) else to)
        if account.portal.store(other_kind).resolve(other_id) is None:
            raise invalid(f"Object {other_id} of type {other_kind} does not exist", context={"id": [other_id]})


def _type_ids(link: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(
        whole(one.get("associationTypeId"), "associationTypeId", -1) for one in rows(link.get("types"), "types")
    )


def _kind_of_types(account: Account, store: Store, types: tuple[int, ...]) -> str:
    """The kind that link types lead to: a type's number belongs to one pair of kinds."""
    if not types:
        raise invalid("Invalid input JSON: an association needs at least one type")
    for other in account.portal.stores():
        known = {label.id for label in account.portal.links.labels((store.kind.name, other.kind.name))}
        if known.issuperset(types):
            return other.kind.name
    raise invalid(f"Association types {list(types)} do not exist for {store.kind.name}")


def list_objects(account: Account, request: Request) -> Answer:
    """GET …/{kind}."""
    store = readable(account, request)
    asked = request.parameters()
    history = names_of(asked, "propertiesWithHistory")
    size = number(asked, "limit", DEFAULT_PAGE, 1, LARGEST_PAGE)
    if history and size > HISTORY_LIMIT:
        raise page_size_problem(f"The maximum page size when requesting properties with history is {HISTORY_LIMIT}")
    after = first(asked, "after", "0")
    if not is_number(after):
        raise invalid(f"Invalid value for after: '{after}'")
    view = View(account.portal, store, names_of(asked, "properties"), history, names_of(asked, "associations"))
    rows, next_id = store.page(int(after), size, flag(asked, "archived"))
    paging: dict[str, Any] = {}
    if next_id is not None:
        link = f"{_self(request)}?after={next_id}&limit={size}"
        paging = {"paging": {"next": {"after": str(next_id), "link": link}}}
    return Answer(200, view.page(rows, {}, paging))


def _self(request: Request) -> str:
    host = request.headers.get(b"host", b"api.hubapi.com").decode("latin-1")
    return f"http://{host}{request.path}"


def get_object(account: Account, request: Request) -> Answer:
    """GET …/{kind}/{id}."""
    store = readable(account, request)
    asked = request.parameters()
    view = View(
        account.portal,
        store,
        names_of(asked, "properties"),
        names_of(asked, "propertiesWithHistory"),
        names_of(asked, "associations"),
    )
    row = account.portal.find(store.kind.name, request.names["id"], first(asked, "idProperty"), flag(asked, "archived"))
    return ok(view.of(row))


def create_object(account: Account, request: Request) -> Answer:
    """POST …/{kind}."""
    store = writable(account, request)
    given = request.json()
    values = checked(store, request, given.get("properties"))
    complete(store, values)
    check_links(account, store, given.get("associations"))
    row = account.portal.create(request.call, store.kind.name, values)
    tie_all(account, request.call, store, row, given.get("associations"))
    return ok(full_view(account.portal, store, store.rows[row.id]), 201)


def update_object(account: Account, request: Request) -> Answer:
    """PATCH …/{kind}/{id}."""
    store = writable(account, request)
    given = request.json()
    row = account.portal.find(store.kind.name, request.names["id"], first(request.parameters(), "idProperty"))
    values = checked(store, request, given.get("properties"))
    new = account.portal.update(request.call, store.kind.name, row, values)
    # A write answers with what it wrote and with the times, not with everything.
    return ok(View(account.portal, store, (*values, store.kind.created, store.kind.modified)).of(new))


def archive_object(account: Account, request: Request) -> Answer:
    """DELETE …/{kind}/{id}: 204 also for a record that is not there (any more)."""
    store = writable(account, request)
    row = store.resolve(request.names["id"])
    if row is not None:
        account.portal.archive(request.call, store.kind.name, row)
    return nothing()


def merge_objects(account: Account, request: Request) -> Answer:
    """POST …/{kind}/merge."""
    store = writable(account, request)
    given = request.json()
    ids = [str(given.get(key, "")) for key in ("primaryObjectId", "objectIdToMerge")]
    if not all(ids):
        raise invalid("Invalid input JSON: Some required fields were not set: [primaryObjectId, objectIdToMerge]")
    primary, other = (account.portal.find(store.kind.name, id) for id in ids)
    return ok(full_view(account.portal, store, account.portal.merge(request.call, store.kind.name, primary, other)))


def forget_object(account: Account, request: Request) -> Answer:
    """POST …/contacts/gdpr-delete."""
    store = writable(account, request)
    if store.kind.name != "contacts":
        raise no_such_path()
    given = request.json()
    if not given.get("objectId"):
        raise invalid("Invalid input JSON: Some required fields were not set: [objectId]")
    key = str(given.get("idProperty") or "")
    row = store.by_unique(key, str(given["objectId"])) if key else store.resolve(str(given["objectId"]))
    if row is None:
        if key != "email":
            raise not_found("resource not found")
        return nothing()
    account.portal.forget(request.call, store.kind.name, row)
    return nothing()


def search_objects(account: Account, request: Request) -> Answer:
    """POST …/{kind}/search."""
    store = readable(account, request)
    given = request.json()
    found = search(store, given)
    names = given.get("properties") or ()
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise Problem(400, "Invalid input JSON: properties must be a list of names", "VALIDATION_ERROR")
    view = View(account.portal, store, names)
    paging = {} if found.after is None else {"paging": {"next": {"after": str(found.after)}}}
    return Answer(200, view.page(found.rows, {"total": found.total}, paging))


def _at(rest: str) -> tuple[str, ...]:
    return versions("crm/objects", "/{kind}" + rest)


# No document describes it, but public readers of tickets go this way.
_V4 = ("/crm/v4/objects/{kind}",)
ROUTES = (
    Route("GET", (*_at(""), *_V4), list_objects),
    Route("POST", _at(""), create_object),
    Route("GET", (*_at("/{id}"), *(f"{path}/{{id}}" for path in _V4)), get_object),
    Route("PATCH", _at("/{id}"), update_object),
    Route("DELETE", _at("/{id}"), archive_object),
    Route("POST", _at("/merge"), merge_objects),
    Route("POST", _at("/gdpr-delete"), forget_object),
    Route("POST", _at("/search"), search_objects),
)
