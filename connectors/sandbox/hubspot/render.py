"""Records as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from connectors.sandbox.hubspot.portal import Portal
from connectors.sandbox.hubspot.problems import Problem
from connectors.sandbox.hubspot.rows import CHANGED, CREATED, ID, Projection, Row
from connectors.sandbox.hubspot.store import Store

# With the history of properties asked for, no more than so many records may be.
HISTORY_LIMIT = 50


class View:
    """What a reader wants to see of records: properties, their history, links to other kinds."""

    def __init__(
        self,
        portal: Portal,
        store: Store,
        properties: Sequence[str] = (),
        history: Sequence[str] = (),
        linked: Sequence[str] = (),
    ) -> None:
        self._portal = portal
        self._store = store
        self._history = store.schema.known(history)
        self._linked = [portal.store(name).kind for name in linked]
        wanted = tuple(properties) if properties or not history else ("hs_object_id",)
        self._projection: Projection = store.projection(tuple(dict.fromkeys((*wanted, *self._history))))

    def of(self, row: Row) -> dict[str, Any]:
        """One record."""
        values = row.values
        shown: dict[str, Any] = {
            "id": values[ID],
            "properties": self._projection.of(row),
            "createdAt": values[CREATED],
            "updatedAt": values[CHANGED],
            "archived": row.archived_at is not None,
        }
        if row.archived_at is not None:
            shown["archivedAt"] = row.archived_at
        if self._history:
            shown["propertiesWithHistory"] = {
                name: [version.as_json() for version in self._store.history(row, name)] for name in self._history
            }
        if self._linked:
            links = {kind.name: linked for kind in self._linked if (linked := self._links(row, kind.name)) is not None}
            if links:
                shown["associations"] = links
        return shown

    def page(self, rows: list[Row], before: Mapping[str, Any], after: Mapping[str, Any]) -> bytes:
        """A page of records as JSON: `results` between the parts of the answer that come before and after it."""
        if self._history or self._linked:
            return orjson.dumps({**before, "results": [self.of(row) for row in rows], **after})
        text = self._projection.text
        results = ",".join([text(row) or orjson.dumps(self.of(row)).decode() for row in rows])
        head = orjson.dumps(before)[:-1].decode()
        tail = orjson.dumps(after)[1:].decode()
        return f'{head}{"," if before else ""}"results":[{results}]{"," if after else ""}{tail}'.encode()

    def _links(self, row: Row, other: str) -> dict[str, Any] | None:
        """The links to another kind: one entry for each type a link carries. None where there are none."""
        pair = (self._store.kind.name, other)
        there = self._portal.store(other)
        base = f"{self._store.kind.singular}_to_{there.kind.singular}"
        names = {one.id: _link_name(base, one.label, one.category) for one in self._portal.links.labels(pair)}
        results = [
            {"id": str(id), "type": names.get(type_, base)}
            for id, types in self._portal.links.of(pair, row.id).items()
            if there.live(id) is not None
            for type_ in types
        ]
        return {"results": results} if results else None


def _link_name(base: str, label: str | None, category: str) -> str:
    if category == "USER_DEFINED":
        return (label or "").lower().replace(" ", "_")
    return base if label else f"{base}_unlabeled"


def full_view(portal: Portal, store: Store, row: Row) -> dict[str, Any]:
    """A record with every property it has set, as a write answers."""
    always = (store.kind.created, store.kind.modified, "hs_object_id")
    return View(portal, store, (*row.shape.names, *always)).of(row)


def page_size_problem(message: str) -> Problem:
    """400 for too many records at once."""
    return Problem(400, message, "VALIDATION_ERROR")
