"""Everything, by the list endpoint: not the search index, so nothing is hidden by its lag; archived records too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.hubspot.batches import Batches
from connectors.hubspot.known import Known
from connectors.hubspot.official import Official
from connectors.hubspot.rows import (
    Pages,
    each_once,
    merges_of,
    modified_property,
    next_after,
    objects_of,
    results_of,
    shaped,
    to_record,
)
from connectors.records import Page, Record

PAGE = 100
#: Characters of property names in a query from which the records are read by id instead: a long URL is refused (414).
LONG = 6_000


class Listing:
    """Pages of all records of a kind, in the order of their ids."""

    def __init__(self, official: Official, batches: Batches, known: Known) -> None:
        self._official = official
        self._batches = batches
        self._known = known

    def everything(
        self,
        kind: str,
        properties: Sequence[str],
        position: Mapping[str, Any] | None,
        *,
        archived: bool,
        links: Sequence[str],
    ) -> Iterator[Page]:
        if position is not None and position.get("done"):
            return
        after = position.get("after") if position is not None else None
        pages = Pages(f"{kind}s", after)
        while True:
            body = self._ask(kind, properties, after, archived=archived, links=links)
            following = pages.after(body)
            with shaped(f"the list of {kind}s"):
                records = tuple(self._records(kind, properties, body, archived=archived, links=links))
            if following is None:
                yield Page(records, {"after": after, "done": True}, last=True)
                return
            yield Page(records, {"after": following})
            after = following

    def _ask(
        self, kind: str, properties: Sequence[str], after: str | None, *, archived: bool, links: Sequence[str]
    ) -> Mapping[str, Any]:
        wanted = [] if _is_long(properties) else [*properties, *merges_of(kind)]
        body: Mapping[str, Any] = self._official.page(
            objects_of(kind),
            limit=PAGE,
            after=after,
            properties=list(dict.fromkeys([*wanted, modified_property(kind)])),
            associations=[objects_of(to_kind) for to_kind in links],
            archived=archived or None,
        )
        return body

    def _records(
        self, kind: str, properties: Sequence[str], body: Mapping[str, Any], *, archived: bool, links: Sequence[str]
    ) -> Iterator[Record]:
        rows = each_once(kind, results_of(body, f"the list of {kind}s"))
        linked = {to_kind: self._linked(kind, to_kind, rows) for to_kind in links}
        known: dict[str, Record] = {}
        if _is_long(properties):
            ids = [str(row["id"]) for row in rows]
            known = {record.id: record for record in self._batches.read(kind, ids, properties, archived=archived)}
        else:
            self._known.check(kind, rows, properties)
        for row in rows:
            id = str(row["id"])
            to = {to_kind: ids[id] for to_kind, ids in linked.items()}
            record = to_record(kind, row, properties, links=to)
            if id in known:
                record = replace(known[id], links=to)
            yield record

    def _linked(self, kind: str, to_kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
        """The links of each row, the primary one first; rows with more links than a page shows are asked for again."""
        found: dict[str, tuple[str, ...]] = {}
        cut_short: list[str] = []
        for row in rows:
            shown = (row.get("associations") or {}).get(objects_of(to_kind)) or {}
            found[str(row["id"])] = _primary_first(shown.get("results") or [])
            if next_after(shown) is not None:
                cut_short.append(str(row["id"]))
        return found | (self._batches.links(kind, to_kind, cut_short) if cut_short else {})


def _primary_first(results: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The list names each link once per type; the type without `_unlabeled` is HubSpot's own primary one."""
    ordered = sorted(results, key=lambda one: str(one.get("type", "")).endswith("_unlabeled"))
    return tuple(dict.fromkeys(str(one["id"]) for one in ordered))


def _is_long(properties: Sequence[str]) -> bool:
    return sum(len(name) + len("&properties=") for name in properties) > LONG
