"""Lists of records: manual ones, and ones whose members follow from a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.hubspot.list_filters import ListFilters
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.portal import Portal
from connectors.sandbox.hubspot.problems import conflict, invalid, not_found
from connectors.sandbox.hubspot.rows import Row

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
    removed_at: str = ""
    followed: bool = False
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
        if branch:
            self._test(kind, branch)
        made = MemberList(_FIRST_LIST + len(self.known), name, type_, kind, now, now, branch)
        self.known[made.id] = made
        if type_ == "SNAPSHOT" and branch:
            self._follow(made, now)
        return made

    def find(self, id: str, deleted: bool = False) -> MemberList:
        """A list; raises 404."""
        found = self.known.get(int(id)) if is_number(id) else None
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
        gone = [str(id) for id in ids if is_number(str(id)) and one.members.pop(int(id), None) is not None]
        one.updated_at = now
        if gone:
            one.removed_at = now
        return gone

    def _by_hand(self, one: MemberList) -> None:
        if one.type == "DYNAMIC":
            raise invalid(
                "Memberships of a DYNAMIC list cannot be changed", sub_category="ILS.INVALID_LIST_PROCESSING_TYPE"
            )

    def _follow(self, one: MemberList, now: str) -> None:
        """Bring the members in line with the filter; those who stay keep the time they joined."""
        store = self.portal.store(one.kind)
        holds = self._test(one.kind, one.branch or {}, one.id)
        # Those who are in it the first time anybody looks joined when they last changed, or when the list was made.
        first, one.followed = not one.followed, True
        one.members = {
            row.id: one.members.get(row.id) or (max(row.changed, one.created_at) if first else now)
            for row in store.live_rows()
            if holds(row)
        }

    def change(self, one: MemberList, branch: Mapping[str, Any]) -> None:
        """Give a list another filter; raises 400 for one that no list can follow."""
        self._test(one.kind, branch, one.id)
        one.branch = branch

    def _test(self, kind: str, branch: Mapping[str, Any], own: int = 0) -> Callable[[Row], bool]:
        """A filter as a test of records. A list that asks for itself finds nobody there."""

        def members(id: str) -> Mapping[int, str]:
            return {} if id == str(own) else self.members(self.find(id))

        store = self.portal.store(kind)
        return ListFilters(store.schema, store.fixed, self.portal.clock.now(), members).branch(branch)
