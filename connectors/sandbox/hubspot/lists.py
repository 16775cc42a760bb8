"""Lists of records: manual ones, and ones whose members follow from a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.hubspot.filters import comparable
from connectors.sandbox.hubspot.portal import Portal
from connectors.sandbox.hubspot.problems import conflict, invalid, not_found
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.schema import Schema

TYPES = ("MANUAL", "DYNAMIC", "SNAPSHOT")
_FIRST_LIST = 1


@dataclass(slots=True)
class MemberList:
    """A list. `members` are record ids with the time each joined."""

    id: int
    name: str
    type: str
    kind: str
    created_at: str
    updated_at: str
    branch: Mapping[str, Any] | None = None
    version: int = 1
    members: dict[int, str] = field(default_factory=dict)
    deleted_at: str | None = None


@dataclass(slots=True)
class Lists:
    """All lists by id."""

    portal: Portal
    known: dict[int, MemberList] = field(default_factory=dict)

    def create(self, name: str, kind: str, type_: str, branch: Mapping[str, Any] | None, now: str) -> MemberList:
        """Add a list; raises 400 or 409."""
        if type_ not in TYPES:
            raise invalid(f"Invalid processingType {type_}: it must be one of {', '.join(TYPES)}")
        if not name:
            raise invalid("List name must not be empty")
        if any(one.name.lower() == name.lower() and one.deleted_at is None for one in self.known.values()):
            raise conflict(f"A list with the name '{name}' already exists", sub_category="ILS.DUPLICATE_LIST_NAMES")
        if type_ == "DYNAMIC" and not branch:
            raise invalid("A DYNAMIC list needs a filterBranch", sub_category="ILS.MISSING_FILTER_BRANCH")
        made = MemberList(_FIRST_LIST + len(self.known), name, type_, kind, now, now, branch)
        self.known[made.id] = made
        if type_ == "SNAPSHOT" and branch:
            self._follow(made, now)
        return made

    def find(self, id: str, deleted: bool = False) -> MemberList:
        """A list; raises 404."""
        found = self.known.get(int(id)) if id.isdigit() else None
        if found is None or (found.deleted_at is not None) != deleted:
            raise not_found(f"List does not exist with ID {id}.")
        return found

    def members(self, one: MemberList) -> dict[int, str]:
        """Who is in a list now, with the time each joined; records that are gone or merged are not."""
        if one.type == "DYNAMIC":
            self._follow(one, self.portal.now())
        store = self.portal.store(one.kind)
        return {id: at for id, at in one.members.items() if store.live(id) is not None}

    def add(self, one: MemberList, ids: Iterable[str], now: str) -> tuple[list[str], list[str]]:
        """Add records; gives those that were added and those that do not exist. Raises 400 for a list that fills itself."""
        self._by_hand(one)
        store = self.portal.store(one.kind)
        added: list[str] = []
        missing: list[str] = []
        for id in ids:
            row = store.resolve(str(id))
            if row is None or row.archived_at is not None:
                missing.append(str(id))
            elif row.id not in one.members:
                one.members[row.id] = now
                added.append(str(row.id))
        one.updated_at = now
        return added, missing

    def remove(self, one: MemberList, ids: Iterable[str], now: str) -> list[str]:
        """Take records off; gives those that were on."""
        self._by_hand(one)
        gone = [str(id) for id in ids if str(id).isdigit() and one.members.pop(int(id), None) is not None]
        one.updated_at = now
        return gone

    def _by_hand(self, one: MemberList) -> None:
        if one.type == "DYNAMIC":
            raise invalid(
                "Memberships of a DYNAMIC list cannot be changed", sub_category="ILS.INVALID_LIST_PROCESSING_TYPE"
            )

    def _follow(self, one: MemberList, now: str) -> None:
        """Bring the members in line with the filter; those who stay keep the time they joined."""
        store = self.portal.store(one.kind)
        holds = branch_test(store.schema, one.branch or {})
        one.members = {row.id: one.members.get(row.id, now) for row in store.live_rows() if holds(row)}


def branch_test(schema: Schema, branch: Mapping[str, Any]) -> Callable[[Row], bool]:
    """A filter branch made into a test. Filters on anything but properties hold for nobody."""
    tests = [branch_test(schema, inner) for inner in branch.get("filterBranches") or ()]
    tests += [_property_test(schema, one) for one in branch.get("filters") or ()]
    if branch.get("filterBranchType") == "OR":
        return lambda row: any(test(row) for test in tests)
    return lambda row: bool(tests) and all(test(row) for test in tests)


def _property_test(schema: Schema, given: Mapping[str, Any]) -> Callable[[Row], bool]:
    if given.get("filterType") != "PROPERTY":
        return lambda row: False
    name = str(given.get("property", ""))
    operation = given.get("operation") or {}
    operator = str(operation.get("operator", ""))
    values = [str(value) for value in operation.get("values") or [operation.get("value", "")]]
    as_what = comparable(schema.find(name))
    wanted = [as_what(value) for value in values]
    tests: dict[str, Callable[[str], bool]] = {
        "IS_EQUAL_TO": lambda value: as_what(value) == wanted[0],
        "IS": lambda value: as_what(value) == wanted[0],
        "IS_NOT_EQUAL_TO": lambda value: as_what(value) != wanted[0],
        "IS_ANY_OF": lambda value: as_what(value) in wanted,
        "IS_NONE_OF": lambda value: as_what(value) not in wanted,
        "CONTAINS": lambda value: any(part.lower() in value.lower() for part in values),
        "IS_GREATER_THAN": lambda value: bool(as_what(value) > wanted[0]),
        "IS_LESS_THAN": lambda value: bool(as_what(value) < wanted[0]),
    }
    if operator == "IS_KNOWN":
        return lambda row: bool(row.get(name))
    if operator == "IS_UNKNOWN":
        return lambda row: not row.get(name)
    test = tests.get(operator)
    if test is None:
        raise invalid(f"Invalid operator {operator} for property {name}")
    return lambda row: bool(row.get(name)) and test(row.get(name) or "")
