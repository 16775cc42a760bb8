"""Owners: the people of the account whom records belong to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.sandbox.hubspot.http import Answer, Request, first, flag, number, ok
from connectors.sandbox.hubspot.problems import not_found
from connectors.sandbox.hubspot.router import Route, versions

if TYPE_CHECKING:
    from connectors.sandbox.hubspot.account import Account

_FIRST_OWNER, _FIRST_USER = 70_001, 5_001
LARGEST_PAGE = 500


@dataclass(slots=True)
class Owners:
    """All owners by id, as the API shows them."""

    shown: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, values: Mapping[str, Any], created: str, changed: str, archived: bool) -> int:
        """Add an owner; gives the id."""
        place = len(self.shown)
        id = _FIRST_OWNER + place
        self.shown[id] = {
            "id": str(id),
            "email": values.get("email"),
            "type": values.get("type", "PERSON"),
            "firstName": values.get("firstName", ""),
            "lastName": values.get("lastName", ""),
            "userId": _FIRST_USER + place,
            "userIdIncludingInactive": _FIRST_USER + place,
            "createdAt": created,
            "updatedAt": changed,
            "archived": archived,
        }
        if values.get("teams"):
            self.shown[id]["teams"] = list(values["teams"])
        return id

    def leave(self, id: int, now: str) -> None:
        """An owner leaves the company; raises `LookupError`."""
        if id not in self.shown:
            raise LookupError(f"there is no owner {id}")
        self.shown[id] |= {"archived": True, "updatedAt": now}
        self.shown[id].pop("userId", None)


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
