"""Associations: which record is linked to which, under which labels, and the association types there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from connectors.sandbox.hubspot.problems import invalid, not_found

# (from, to) → the type id of the unlabelled link, as HubSpot numbers them.
_PLAIN: Mapping[tuple[str, str], int] = {
    ("contacts", "companies"): 279, ("companies", "contacts"): 280, ("deals", "contacts"): 3, ("contacts", "deals"): 4,
    ("deals", "companies"): 341, ("companies", "deals"): 342, ("contacts", "tickets"): 15, ("tickets", "contacts"): 16,
    ("tickets", "companies"): 339, ("companies", "tickets"): 340, ("deals", "tickets"): 27, ("tickets", "deals"): 28,
    ("contacts", "contacts"): 449, ("companies", "companies"): 450, ("deals", "deals"): 451, ("tickets", "tickets"): 452,
    ("deals", "line_items"): 19, ("line_items", "deals"): 20,
    ("contacts", "notes"): 201, ("notes", "contacts"): 202, ("companies", "notes"): 189, ("notes", "companies"): 190,
    ("deals", "notes"): 213, ("notes", "deals"): 214, ("tickets", "notes"): 227, ("notes", "tickets"): 228,
    ("contacts", "calls"): 193, ("calls", "contacts"): 194, ("companies", "calls"): 181, ("calls", "companies"): 182,
    ("deals", "calls"): 205, ("calls", "deals"): 206, ("tickets", "calls"): 219, ("calls", "tickets"): 220,
    ("contacts", "emails"): 197, ("emails", "contacts"): 198, ("companies", "emails"): 185, ("emails", "companies"): 186,
    ("deals", "emails"): 209, ("emails", "deals"): 210, ("tickets", "emails"): 223, ("emails", "tickets"): 224,
    ("contacts", "meetings"): 199, ("meetings", "contacts"): 200, ("companies", "meetings"): 187, ("meetings", "companies"): 188,
    ("deals", "meetings"): 211, ("meetings", "deals"): 212, ("tickets", "meetings"): 225, ("meetings", "tickets"): 226,
    ("contacts", "tasks"): 203, ("tasks", "contacts"): 204, ("companies", "tasks"): 191, ("tasks", "companies"): 192,
    ("deals", "tasks"): 215, ("tasks", "deals"): 216, ("tickets", "tasks"): 229, ("tasks", "tickets"): 230,
    ("contacts", "communications"): 82, ("communications", "contacts"): 81, ("companies", "communications"): 88,
    ("communications", "companies"): 87, ("deals", "communications"): 86, ("communications", "deals"): 85,
    ("contacts", "feedback_submissions"): 97, ("feedback_submissions", "contacts"): 98,
    ("tickets", "feedback_submissions"): 99, ("feedback_submissions", "tickets"): 100,
    ("leads", "contacts"): 608, ("contacts", "leads"): 607, ("leads", "companies"): 610, ("companies", "leads"): 609,
}  # fmt: skip
_PRIMARY: Mapping[tuple[str, str], int] = {
    ("contacts", "companies"): 1, ("companies", "contacts"): 2, ("deals", "companies"): 5, ("companies", "deals"): 6,
    ("tickets", "companies"): 26, ("companies", "tickets"): 25, ("leads", "contacts"): 578,
}  # fmt: skip
# Pairs HubSpot documents no number for get one from here on, the same in every run.
_UNNUMBERED = 10_000
_FIRST_LABEL = 1

DEFINED, USER = "HUBSPOT_DEFINED", "USER_DEFINED"
Pair = tuple[str, str]
# The records at the other end of a record's links, with the types of each link.
Far = dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Label:
    """An association type of a pair of kinds, in one direction. `label` is None for the plain link."""

    category: str
    id: int
    label: str | None
    name: str = ""

    def spec(self) -> dict[str, Any]:
        """As reading shows it; the plain link has no label."""
        shown: dict[str, Any] = {"category": self.category, "typeId": self.id}
        return shown if self.label is None else shown | {"label": self.label}


class Links:
    """All links, both ways. A link of two records carries one or more type ids."""

    def __init__(self) -> None:
        # A record with one link, as most have, keeps it as a pair of the other's id and the types: that needs little room.
        self._links: dict[Pair, dict[int, Far | tuple[int, tuple[int, ...]]]] = {}
        self._first: dict[Pair, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._types: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._labels: dict[Pair, dict[int, Label]] = {}
        self._opposite: dict[tuple[Pair, int], int] = {}
        self._next_label = _FIRST_LABEL
        self._numbers: dict[Pair, int] = {}

    def plain(self, pair: Pair) -> int:
        """The type id of the unlabelled link."""
        known = _PLAIN.get(pair)
        if known is None:
            known = self._numbers.setdefault(pair, _UNNUMBERED + len(self._numbers))
            self._numbers.setdefault((pair[1], pair[0]), _UNNUMBERED + len(self._numbers))
        return known

    def primary(self, pair: Pair) -> int | None:
        """The type id of the primary link; None where the pair has none."""
        return _PRIMARY.get(pair)

    def labels(self, pair: Pair) -> list[Label]:
        """All types of a pair in this direction."""
        found = [Label(DEFINED, self.plain(pair), None)]
        primary = _PRIMARY.get(pair)
        if primary is not None:
            found.insert(0, Label(DEFINED, primary, "Primary"))
        return found + list(self._labels.get(pair, {}).values())

    def type(self, pair: Pair, id: int) -> Label:
        """A type by its id; raises 400."""
        for one in self.labels(pair):
            if one.id == id:
                return one
        raise invalid(f"Association type {id} does not exist between {pair[0]} and {pair[1]}")

    def define(self, pair: Pair, name: str, label: str, inverse: str | None) -> list[Label]:
        """Add a label; gives both directions. Raises 400 when the name is taken."""
        back = (pair[1], pair[0])
        if any(one.name == name for one in self._labels.get(pair, {}).values()):
            raise invalid(f"An association label with the name {name} exists already")
        there = Label(USER, self._free(pair), label, name)
        here = Label(USER, self._free(pair), inverse or label, name)
        self._labels.setdefault(pair, {})[there.id] = there
        self._labels.setdefault(back, {})[here.id] = here
        self._opposite[pair, there.id] = here.id
        self._opposite[back, here.id] = there.id
        return [there, here]

    def _free(self, pair: Pair) -> int:
        """The next number for a label that HubSpot's own types of this pair, either way, do not have."""
        ways = (pair, (pair[1], pair[0]))
        taken = {self.plain(way) for way in ways} | {self.primary(way) for way in ways}
        free = next(number for number in count(self._next_label) if number not in taken)
        self._next_label = free + 1
        return free

    def rename(self, pair: Pair, id: int, label: str) -> None:
        """Give a label another text; raises 404."""
        known = self._labels.get(pair, {})
        if id not in known:
            raise not_found(f"Association label {id} does not exist")
        known[id] = Label(USER, id, label, known[id].name)

    def undefine(self, pair: Pair, id: int) -> None:
        """Remove a label and its opposite; raises 404."""
        if id not in self._labels.get(pair, {}):
            raise not_found(f"Association label {id} does not exist")
        opposite = self._opposite.pop((pair, id))
        del self._labels[pair][id]
        self._labels[pair[1], pair[0]].pop(opposite, None)
        for one, way in ((pair, id), ((pair[1], pair[0]), opposite)):
            for id in list(self._links.get(one, {})):
                far = self._way(one, id)
                for other, types in list(far.items()):
                    far[other] = tuple(type_ for type_ in types if type_ != way) or (self.plain(one),)

    def of(self, pair: Pair, id: int) -> Mapping[int, tuple[int, ...]]:
        """The records linked to one, the primary one first, with the type ids of each link."""
        found = self._links.get(pair, {}).get(id)
        if not found:
            return {}
        if isinstance(found, tuple):
            return {found[0]: found[1]}
        primary = _PRIMARY.get(pair)
        if len(found) == 1 or primary is None:
            return found
        return dict(sorted(found.items(), key=lambda link: primary not in link[1]))

    def tie(self, pair: Pair, id: int, other: int, types: tuple[int, ...]) -> tuple[int, ...]:
        """Link two records under these types as well as those they have; a primary link takes the place of another one."""
        primary = _PRIMARY.get(pair)
        if primary is not None and primary in types:
            self._demote(pair, id, other)
        before = self.of(pair, id).get(other, ())
        kept = self._one(tuple(sorted({*before, *types, self.plain(pair)})))
        back = (pair[1], pair[0])
        self._put(pair, id, other, kept)
        self._put(back, other, id, self._one(tuple(sorted(self._reverse(pair, type_) for type_ in kept))))
        return kept

    def load(self, pair: Pair, id: int, other: int) -> None:
        """A link of the beginning: a record's first one of a kind is the primary one, where there is such a thing."""
        if id in self._links.setdefault(pair, {}):
            self.tie(pair, id, other, ())
            return
        kept = self._first.get(pair)
        if kept is None:
            primary = _PRIMARY.get(pair)
            here = self._one(tuple(sorted({self.plain(pair)} | ({primary} if primary else set()))))
            there = self._one(tuple(sorted(self._reverse(pair, type_) for type_ in here)))
            kept = self._first[pair] = (here, there)
        self._links[pair][id] = (other, kept[0])
        self._put((pair[1], pair[0]), other, id, kept[1])

    def _put(self, pair: Pair, id: int, other: int, types: tuple[int, ...]) -> None:
        known = self._links.setdefault(pair, {})
        if id in known:
            self._way(pair, id)[other] = types
        else:
            known[id] = (other, types)

    def _one(self, types: tuple[int, ...]) -> tuple[int, ...]:
        """The one copy of these types."""
        return self._types.setdefault(types, types)

    def untie(self, pair: Pair, id: int, other: int, types: tuple[int, ...] | None = None) -> bool:
        """Remove a link, or only these types of it; False if there was none."""
        if other not in self.of(pair, id):
            return False
        here, there = self._way(pair, id), self._way((pair[1], pair[0]), other)
        kept = () if types is None else tuple(type_ for type_ in here[other] if type_ not in types)
        if kept:
            here[other] = self._one(kept)
            there[id] = self._one(tuple(sorted(self._reverse(pair, type_) for type_ in kept)))
        else:
            del here[other]
            there.pop(id, None)
        return True

    def move(self, kind: str, old: int, new: int) -> None:
        """Give all links of a record to another one, as in a merge."""
        for pair in [pair for pair in self._links if pair[0] == kind]:
            for other, types in list(self.of(pair, old).items()):
                self.untie(pair, old, other)
                primary = _PRIMARY.get(pair)
                taken = primary is not None and any(primary in far for far in self.of(pair, new).values())
                self.tie(pair, new, other, tuple(type_ for type_ in types if not (taken and type_ == primary)))

    def drop(self, kind: str, id: int) -> None:
        """Remove all links of a record."""
        for pair in [pair for pair in self._links if pair[0] == kind]:
            for other in list(self.of(pair, id)):
                self.untie(pair, id, other)

    def _way(self, pair: Pair, id: int) -> Far:
        """A record's links, to be changed."""
        known = self._links.setdefault(pair, {})
        found = known.get(id, {})
        if isinstance(found, tuple):
            found = {found[0]: found[1]}
        known[id] = found
        return found

    def _reverse(self, pair: Pair, type_: int) -> int:
        back = (pair[1], pair[0])
        if type_ == _PRIMARY.get(pair):
            return _PRIMARY.get(back, self.plain(back))
        return self._opposite.get((pair, type_), self.plain(back))

    def _demote(self, pair: Pair, id: int, keep: int) -> None:
        primary = _PRIMARY[pair]
        for other, types in list(self.of(pair, id).items()):
            if other != keep and primary in types:
                self.untie(pair, id, other, (primary,))
