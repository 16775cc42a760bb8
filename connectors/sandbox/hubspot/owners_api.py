"""Owners: who they are, by id, user id and e-mail."""

from __future__ import annotations

import sys
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request, first, flag, number, ok
from connectors.sandbox.hubspot.problems import not_found
from connectors.sandbox.hubspot.router import Route, versions

LARGEST_PAGE = 500


def list_owners(account: Account, request: Request) -> Answer:
    """GET …/owners."""
    asked = request.parameters()
    size = number(asked, "limit", 100, 1, LARGEST_PAGE)
    after = number(asked, "after", 0, 0, sys.maxsize)
    email, archived = first(asked, "email").lower(), flag(asked, "archived")
    fitting = [
        (id, one)
        for id, one in account.owners.shown.items()
        if id >= after and one["archived"] == archived and (not email or str(one["email"]).lower() == email)
    ]
    answer: dict[str, Any] = {"results": [one for _, one in fitting[:size]]}
    if len(fitting) > size:
        answer["paging"] = {"next": {"after": str(fitting[size][0])}}
    return ok(answer)


def get_owner(account: Account, request: Request) -> Answer:
    """GET …/owners/{id}, by id or user id."""
    asked = request.parameters()
    key = "userId" if first(asked, "idProperty") == "userId" else "id"
    for one in account.owners.shown.values():
        if str(one.get(key)) == request.names["id"] and one["archived"] == flag(asked, "archived"):
            return ok(one)
    raise not_found()


_READ = ("crm.objects.owners.read",)
ROUTES = (
    Route("GET", versions("crm/owners", ""), list_owners, _READ),
    Route("GET", versions("crm/owners", "/{id}"), get_owner, _READ),
)
