"""Owners: the people of the account whom records belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_FIRST_OWNER, _FIRST_USER = 70_001, 5_001


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
