"""Links of one record as version 3 has them, below the record itself: `/crm/v3/objects/contacts/1/associations/companies`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.associations_api import PAGE, id_of, live_links, pair_of, remove_link, tell_link
from connectors.sandbox.hubspot.associations_v3_api import names_of_types, type_named, without_plain
from connectors.sandbox.hubspot.http import Answer, Request, nothing, number, ok
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import invalid
from connectors.sandbox.hubspot.render import full_view
from connectors.sandbox.hubspot.router import Route
from connectors.sandbox.hubspot.store import Store


def list_links_v3(account: Account, request: Request) -> Answer:
    """GET …/associations/{to}: each link once for each of its types."""
    here, there, pair = pair_of(account, request, write=False)
    asked = request.parameters()
    size, start = number(asked, "limit", PAGE, 1, PAGE), number(asked, "after", 0, 0, sys.maxsize)
    names = {label.id: name for name, label in names_of_types(account, here, there).items()}
    links = list(live_links(account, pair, there, id_of(here, request.names["id"])))
    answer: dict[str, Any] = {"results": list(_shown(links[start : start + size], names))}
    if start + size < len(links):
        answer["paging"] = {"next": {"after": str(start + size)}}
    return ok(answer)


def _shown(links: list[tuple[int, tuple[int, ...]]], names: dict[int, str]) -> Iterator[dict[str, str]]:
    for other, types in links:
        yield from ({"id": str(other), "type": names[type_]} for type_ in types if type_ in names)


def put_link_v3(account: Account, request: Request) -> Answer:
    """PUT …/associations/{to}/{other}/{type}: answers with the record the path begins with."""
    here, there, pair = pair_of(account, request, write=True)
    types = _type(account, here, there, request.names["type"])
    id, other = id_of(here, request.names["id"]), id_of(there, request.names["other"])
    account.portal.tie(request.call, pair[0], id, pair[1], other, types)
    tell_link(account, pair, id, other, removed=False)
    return ok(full_view(account.portal, here, here.rows[id]))


def delete_link_v3(account: Account, request: Request) -> Answer:
    """DELETE …/associations/{to}/{other}/{type}."""
    here, there, pair = pair_of(account, request, write=True)
    types = _type(account, here, there, request.names["type"])
    id, other = id_of(here, request.names["id"]), id_of(there, request.names["other"])
    remove_link(account, request, pair, id, other, without_plain(account, pair, id, other, types))
    return nothing()


def _type(account: Account, here: Store, there: Store, given: str) -> tuple[int, ...]:
    """The type a path names, by its name or its number; raises 400."""
    if not is_number(given):
        return type_named(account, here, there, given)
    for label in names_of_types(account, here, there).values():
        if label.id == int(given):
            return (label.id,)
    raise invalid(f"Association type {given} does not exist between {here.kind.name} and {there.kind.name}")


_PATH = "/crm/v3/objects/{from}/{id}/associations/{to}"
ROUTES = (
    Route("GET", (_PATH,), list_links_v3),
    Route("PUT", (_PATH + "/{other}/{type}",), put_link_v3),
    Route("DELETE", (_PATH + "/{other}/{type}",), delete_link_v3),
)
