"""Lists that fill themselves: whoever has one value in one property. Found by name, made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import Refused, RemoteError, SchemaChanged, Unavailable
from connectors.hubspot.official import Official
from connectors.hubspot.rows import SOURCE, objects_of

TYPE_IDS: Mapping[str, str] = {"contact": "0-1", "company": "0-2", "deal": "0-3", "ticket": "0-5"}
"""Our nouns → HubSpot's object type ids; custom objects stand for themselves."""


@dataclass(frozen=True, slots=True)
class List:
    """A list of HubSpot: its id, whether it fills itself, and the (property, value) pairs its filter asks for."""

    id: str
    name: str
    dynamic: bool
    asks: frozenset[tuple[str, str]]

    def follows(self, property: str, value: str) -> bool:
        """Whoever has that value is in it (marketing may have added further conditions)."""
        return self.dynamic and (property, value) in self.asks


class Lists:
    """Lists by name. Names are unique in a portal, in small letters too."""

    def __init__(self, official: Official) -> None:
        self._official = official

    def named(self, kind: str, name: str) -> List | None:
        """The list of that name; None when there is none."""
        try:
            body = self._official.list_by_name(_type_id(kind), name)
        except (Refused, SchemaChanged) as error:
            if error.status == 404:
                return None
            raise
        found = body.get("list") if isinstance(body, Mapping) else None
        if not isinstance(found, Mapping) or "listId" not in found:
            raise Unavailable(f"HubSpot sent no list for the name {name}", system=SOURCE, code="NO_LIST")
        asks = frozenset(_asks(found.get("filterBranch")))
        return List(str(found["listId"]), str(found.get("name")), found.get("processingType") == "DYNAMIC", asks)

    def create(self, kind: str, name: str, property: str, value: str) -> bool:
        """True when the list was created, False when one of that name was there."""
        body = {
            "name": name,
            "objectTypeId": _type_id(kind),
            "processingType": "DYNAMIC",
            "filterBranch": has_value(property, value),
        }
        try:
            self._official.create_list(body)
        except RemoteError as error:
            if error.status == 409 or "DUPLICATE_LIST_NAMES" in error.code:
                return False
            raise
        return True


def has_value(property: str, value: str) -> dict[str, Any]:
    """The filter of a list: HubSpot wants an OR of ANDs, even around a single condition."""
    operation = {
        "operationType": "MULTISTRING",
        "operator": "IS_EQUAL_TO",
        "values": [value],
        "includeObjectsWithNoValueSet": False,
    }
    condition = {"filterType": "PROPERTY", "property": property, "operation": operation}
    return _branch("OR", [_branch("AND", [], [condition])], [])


def _branch(kind: str, branches: list[dict[str, Any]], filters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "filterBranchType": kind, "filterBranchOperator": kind, "filterBranches": branches, "filters": filters,
    }  # fmt: skip


def _asks(branch: Any) -> Iterator[tuple[str, str]]:
    """Every (property, value) that one of the conditions of a filter is equal to."""
    if not isinstance(branch, Mapping):
        return
    for inner in branch.get("filterBranches") or ():
        yield from _asks(inner)
    for one in branch.get("filters") or ():
        operation = one.get("operation") or {}
        if operation.get("operator") in ("IS_EQUAL_TO", "IS_ANY_OF", "IS_EXACTLY"):
            for value in operation.get("values") or [operation.get("value")]:
                yield str(one.get("property")), str(value)


def _type_id(kind: str) -> str:
    return TYPE_IDS.get(kind, objects_of(kind))
