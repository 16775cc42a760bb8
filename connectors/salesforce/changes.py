"""What changed in Salesforce since a position, in pages, oldest first.

A page is a keyset step over (SystemModstamp, Id) with queryAll, so nothing is skipped at equal times and deleted rows come
too. A position is `{"at": time, "id": id, "began": time}` in the middle of a reading and `{"at": time}` after one. A reading
that came to its end stands at the org's own clock when it began: what changed while we read is read again, and `look_back`
before that catches rows that became visible late with an older time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import requests

from connectors.errors import NotAllowed, Refused, SchemaChanged, Unavailable
from connectors.http.message import date_of
from connectors.http.shapes import an_object
from connectors.records import Page, Record
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection
from connectors.salesforce.kinds import KINDS, Kind
from connectors.salesforce.reading import read, records_of
from connectors.salesforce.schema import described
from connectors.salesforce.values import from_json

# Queries one composite call takes (Salesforce's REST guide, Composite).
QUERIES_A_CALL = 5
# The Date header counts whole seconds and is stamped after the rows were read.
_STAMP = timedelta(seconds=5)
# A position further ahead of the org's clock than this was made by a wrong clock; reading on from it would find nothing for ever.
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Following:
    """A kind to follow (a key of `KINDS`), the fields wanted, and the position of the last page stored (empty: from the start)."""

    kind: str
    fields: tuple[str, ...]
    position: Mapping[str, Any] | None = None


class Changes:
    """Reads changes for one org, and remembers which optional fields our user cannot see there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hidden: dict[str, frozenset[str]] = {}

    def changed(self, following: Following, look_back: timedelta, page: int = 2000) -> Iterator[Page]:
        """Pages until nothing newer is there; with no changes one call and one empty page."""
        yield from self._pages(self._reading(following, look_back, page), None)

    def changed_many(
        self, followings: Sequence[Following], look_back: timedelta, page: int = 2000
    ) -> dict[str, Iterator[Page]]:
        """The same for several kinds, whose first pages come five to a call. What is wrong with one kind is raised by its own
        pages only.
        """
        readings = [self._reading(following, look_back, page) for following in followings]
        first: dict[str, _Answer] = {}
        for start in range(0, len(readings), QUERIES_A_CALL):
            first |= self._ask_together(readings[start : start + QUERIES_A_CALL])
        return {reading.kind_name: self._pages(reading, first.get(reading.kind_name)) for reading in readings}

    def _reading(self, following: Following, look_back: timedelta, page: int) -> _Reading:
        if following.kind not in KINDS:
            raise Refused(f"{following.kind!r} is no kind of record read from Salesforce; known: {', '.join(KINDS)}")
        return _Reading(following, look_back, min(page, 2000), self._hidden.get(following.kind, frozenset()))

    def _pages(self, reading: _Reading, answer: _Answer | None) -> Iterator[Page]:
        while not reading.done:
            page = reading.take(answer or self._ask(reading))
            answer = None
            yield self._with_rest(reading, page)

    def _ask(self, reading: _Reading) -> _Answer:
        try:
            return self._answer(reading)
        except SchemaChanged as changed:
            missing = self._missing(reading, changed)
        self._hidden[reading.kind_name] = reading.hidden = reading.hidden | missing
        return self._answer(reading)

    def _answer(self, reading: _Reading) -> _Answer:
        response = self._connection.call("GET", "queryAll", params={"q": reading.question()})
        return _Answer(an_object(response.json(), "Salesforce", "a query"), _stamp(response))

    def _missing(self, reading: _Reading, changed: SchemaChanged) -> frozenset[str]:
        """The optional fields to do without. Raises `SchemaChanged` with every field asked for that is not there."""
        known = {name.casefold() for name in described(self._connection, reading.kind.object_name).fields}
        gone = {name for name in reading.fields if "." not in name and name.casefold() not in known}
        asked = tuple(name for name in reading.fields if name in gone and name not in reading.optional)
        if asked:
            message = f"Salesforce's {reading.kind.object_name} has no {', '.join(asked)}, or hides it from our user"
            raise SchemaChanged(message, names=asked, system="salesforce", status=changed.status, code=changed.code)
        if not gone:
            raise changed
        return frozenset(gone)

    def _ask_together(self, readings: Sequence[_Reading]) -> dict[str, _Answer]:
        """First pages by kind; a kind whose question failed is left out and asks again by itself."""
        prefix = f"/services/data/v{self._connection.sf_version}/queryAll?q="
        parts = [
            {"method": "GET", "url": prefix + quote(one.question(), safe=""), "referenceId": one.kind_name}
            for one in readings
        ]
        try:
            response = self._connection.call("POST", "composite", body={"compositeRequest": parts})
        except (Refused, SchemaChanged):
            return {}
        except NotAllowed as closed:
            if closed.status == 401:
                raise
            return {}
        stamp = _stamp(response)
        told = response.json()
        answers = told.get("compositeResponse") if isinstance(told, Mapping) else None
        return {
            str(part.get("referenceId")): _Answer(part["body"], stamp)
            for part in answers or ()
            if part.get("httpStatusCode") == 200 and isinstance(part.get("body"), Mapping)
        }

    def _with_rest(self, reading: _Reading, page: Page) -> Page:
        """The page with the fields that found no room in the question."""
        alive = [record.id for record in page.records if not record.gone]
        if not reading.rest or not alive:
            return page
        more = read(self._connection, reading.kind.object_name, alive, reading.rest)
        records = tuple(
            replace(record, values={**record.values, **(more.get(record.id) or {})}) for record in page.records
        )
        return Page(records, page.position, page.last)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A query's answer, and the org's clock when it was given."""

    body: Mapping[str, Any]
    at: datetime | None


class _Reading:
    """One pass over one kind: what to ask next, and what an answer means."""

    def __init__(self, following: Following, look_back: timedelta, page: int, hidden: frozenset[str]) -> None:
        position = following.position or {}
        self.kind_name = following.kind
        self.kind: Kind = KINDS[following.kind]
        self.hidden = hidden
        self.done = False
        self._asked = soql.names(following.fields)
        self._page = page
        self._at = soql.moment(position["at"]) if position.get("at") else None
        self._id = str(position.get("id") or "")
        self._began = soql.moment(position["began"]) if position.get("began") else None
        self._checked = self._at is None
        self._start = self._at
        if self._at is not None and not self._id:
            self._at -= look_back
        self._before: frozenset[str] = frozenset()
        self._former: dict[str, tuple[str, ...]] = {}

    @property
    def optional(self) -> frozenset[str]:
        """Fields of ours that a reading can do without, unless they were asked for."""
        return frozenset(self.kind.always) - frozenset(self._asked)

    @property
    def fields(self) -> tuple[str, ...]:
        """Everything that is read."""
        return tuple(name for name in soql.names((*self.kind.fields, *self._asked)) if name not in self.hidden)

    @property
    def rest(self) -> tuple[str, ...]:
        """The fields that find no room in the question's URL."""
        return self.fields[self._room() :]

    def question(self) -> str:
        """The next page's question."""
        return self._question(self.fields[: self._room()])

    def _question(self, fields: Sequence[str]) -> str:
        where = [self.kind.only] if self.kind.only else []
        if self._at is not None and self._id:
            where.append("(SystemModstamp > {at:literal} OR (SystemModstamp = {at:literal} AND Id > {id}))")
        elif self._at is not None:
            where.append("SystemModstamp >= {at:literal}")
        params = {"at": soql.literal(self._at) if self._at else "", "id": self._id, "page": self._page}
        tail = "ORDER BY SystemModstamp, Id LIMIT {page}"
        return soql.select(fields, self.kind.object_name, " AND ".join(where), params, tail)

    def _room(self) -> int:
        """How many fields fit; those of the kind itself always do."""
        fields = self.fields
        left = soql.QUERY_BYTES - soql.weight(self._question(fields[:1])) - 200
        for count, field in enumerate(fields):
            left -= soql.weight(f", {field}")
            if left < 0:
                return count
        return len(fields)

    def take(self, answer: _Answer) -> Page:
        """The page of an answer; afterwards the reading stands behind it."""
        self._check(answer.at)
        rows = [self._keyed(row) for row in records_of(answer.body)]
        in_order = all(before[0] <= after[0] for before, after in pairwise(rows))
        new = [keyed for keyed in rows if keyed[1] not in self._before]
        if rows and not new and self._at is not None and rows[-1][0] <= self._at:  # not even edited since
            message = f"Salesforce's answer does not move on from one page of {self.kind_name}s; nothing was skipped"
            raise Unavailable(message, system="salesforce", code="NO_PROGRESS")
        if new:
            self._at, self._id = rows[-1][:2]  # in the org's own order of ids, whatever it is
            self._before = frozenset(number for _, number, _ in rows)
        done = answer.body.get("done", not answer.body.get("nextRecordsUrl"))
        whole = len(rows) >= int(answer.body.get("totalSize") or 0) and done
        self.done = not new or (whole and len(rows) < self._page)
        if not self.done and not in_order:
            message = f"Salesforce gave {self.kind_name}s out of the order asked for; nothing was skipped"
            raise Unavailable(message, system="salesforce", code="UNSORTED")
        return Page(self._records(new), self._position(), self.done)

    def _check(self, at: datetime | None) -> None:
        """Learn from the first answer when this reading began, and refuse a position from the future."""
        if not self._checked and at is not None and self._start is not None and self._start > at + _AHEAD:
            raise Refused(
                f"the stored position {soql.literal(self._start)} lies ahead of Salesforce's own clock; set it back",
                system="salesforce",
                code="POSITION_AHEAD",
            )
        self._checked = True
        if self._began is None and at is not None:
            self._began = at - _STAMP

    def _position(self) -> dict[str, str]:
        if not self.done:
            middle = {"at": soql.literal(self._at) if self._at else "", "id": self._id}
            return middle | ({"began": soql.literal(self._began)} if self._began else {})
        if self._start is None and self._at is None:
            return {}  # not one row was ever seen: an empty answer where thousands are must not hide them from the next reading
        ends = [at for at in (self._began or self._at, self._start) if at is not None]
        return {"at": soql.literal(max(ends))} if ends else {}

    @staticmethod
    def _keyed(row: Mapping[str, Any]) -> tuple[datetime, str, Mapping[str, Any]]:
        try:
            return soql.moment(row["SystemModstamp"]), str(row["Id"]), row
        except (KeyError, TypeError, ValueError):
            message = "Salesforce sent a row without its id or time"
            raise Unavailable(message, system="salesforce", code="BAD_ROW") from None

    def _records(self, rows: Sequence[tuple[datetime, str, Mapping[str, Any]]]) -> tuple[Record, ...]:
        told = [(at, from_json(row)) for at, _, row in rows]
        for _, values in told:
            survivor = values.get("MasterRecordId")
            if survivor:
                self._former[survivor] = (*self._former.get(survivor, ()), str(values["Id"]))
        return tuple(self._record(at, str(values["Id"]), values) for at, values in told)

    def _record(self, at: datetime, number: str, values: Mapping[str, Any]) -> Record:
        links = {link: (str(values[name]),) for name, link in self.kind.links.items() if values.get(name)}
        if values.get("MasterRecordId"):
            links["merged_into"] = (str(values["MasterRecordId"]),)
        gone = values.get("IsDeleted") in (True, "true")
        return Record("salesforce", self.kind_name, number, values, at, gone, self._losers(number), links)

    def _losers(self, number: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The ids merged into a record that this reading met, those merged into them too."""
        direct = [loser for loser in self._former.get(number, ()) if loser not in above]
        return tuple(one for loser in direct for one in (loser, *self._losers(loser, (*above, number))))


def _stamp(response: requests.Response) -> datetime | None:
    return date_of(str(response.headers.get("Date") or ""))
