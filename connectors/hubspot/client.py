"""The client the bridge uses: every method gives records, schemas or receipts, and raises only `connectors.errors`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.errors import NotAllowed
from connectors.http import Clock, Hosts, Limiter, Remote, Transport, Usage, Wire, shared_limiter
from connectors.hubspot.access import Need, missing_access
from connectors.hubspot.batches import Batches
from connectors.hubspot.changes import begin, changed
from connectors.hubspot.dialect import HOSTS, Dialect, lane_of, lanes
from connectors.hubspot.forms import Forms
from connectors.hubspot.known import Known
from connectors.hubspot.listing import Listing
from connectors.hubspot.lists import List, Lists
from connectors.hubspot.newcomers import newcomers
from connectors.hubspot.official import Official
from connectors.hubspot.portal import Portal
from connectors.hubspot.rows import (
    EPOCH,
    SOURCE,
    Pages,
    is_archived,
    objects_of,
    results_of,
    shaped,
    to_ms,
    to_time,
)
from connectors.hubspot.schemas import Schemas
from connectors.hubspot.threads import Threads
from connectors.hubspot.writes import Row, Writes
from connectors.records import FieldSchema, ObjectSchema, Page, Receipt, Record

LOOK_BACK = timedelta(minutes=10)
NOTE = ("hs_note_body", "hs_timestamp", "hubspot_owner_id")


class HubSpot:
    """One portal. Safe to share between threads.

    `token` is a service key or private-app token. `api` is `v3` or a dated version. `tier` sets the rate limit (free,
    starter, professional,
    enterprise, oauth), shared by every client of the same token in the process; `limits=False` switches it off.
    `deadline` bounds a
    call with its retries, in seconds; `reserve` calls of the day, or that share of them, are left for others. `transport` is for tests.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "https://api.hubapi.com",
        api: str = "2026-09",
        tier: str = "professional",
        deadline: float = 60.0,
        limits: bool = True,
        reserve: int = 0,
        reserve_share: float = 0.0,
        clock: Clock | None = None,
        proxy: str | None = None,
        transport: Transport | None = None,
    ) -> None:
        token = _usable(token)
        self._dialect = Dialect()
        self._limiter = _limiter(token, base_url, tier) if limits else Limiter({}, clock=clock)
        self._remote = Remote(
            self._dialect,
            transport or Wire(proxy=proxy),
            Hosts(base_url, HOSTS, system=SOURCE),
            limiter=self._limiter,
            deadline=deadline,
            reserve=reserve,
            reserve_share=reserve_share,
            clock=clock,
        )
        self._official = Official(token, self._remote, base_url, api)
        self._schemas = Schemas(self._official)
        self._known = Known(lambda kind: self._schemas.schema(kind).fields)
        self._batches = Batches(self._official, self._known, self._remote.server_now)
        self._listing = Listing(self._official, self._batches, self._known)
        self._writes = Writes(self._official)
        self._forms = Forms(self._official)
        self._lists = Lists(self._official)
        self._threads = Threads(self._official)

    def others_called(self, by_purpose: Mapping[str, int], seconds_ago: float) -> None:
        """Another process made these calls of the same token, the last of them that long ago: the rate limits are one for all."""
        for purpose, calls in by_purpose.items():
            self._limiter.others(lane_of(purpose), calls, seconds_ago)

    def ask_before_writing(self, leave: Callable[[], None] | None) -> Callable[[], None] | None:
        """From now on this is asked before each try of a write leaves; what it raises keeps the write here. Returns what was asked before."""
        before, self._remote.before_write = self._remote.before_write, leave
        return before

    @property
    def usage(self) -> Usage:
        """Calls made by this client, and what HubSpot says is left of the day."""
        return self._remote.usage

    def server_now(self) -> datetime | None:
        """HubSpot's own clock, to the second; None before the first answer."""
        return self._remote.server_now()

    def account(self) -> Portal:
        """The portal. Its time zone also tells when the day's calls come back."""
        data = self._official.get("/account-info/v3/details")
        with shaped("the portal's details"):
            told = {name: str(data.get(name) or "") for name in ("timeZone", "companyCurrency", "uiDomain")}
            portal = Portal(int(data["portalId"]), *told.values())
        try:
            self._dialect.zone = ZoneInfo(portal.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            self._dialect.zone = None
        return portal

    def access(self, *, write_back: bool = True, lists: bool = True, talk: Sequence[str] = ()) -> list[Need]:
        """The scopes the token lacks; empty when all is well. `talk`: kinds of talk that are read (`ticket`, `chat`, …)."""
        return missing_access(self._official, write_back=write_back, lists=lists, talk=talk)

    def schema(self, kind: str) -> ObjectSchema:
        """The live properties of `contact`, `company` or another kind."""
        return self._schemas.schema(kind)

    def changed(
        self,
        kind: str,
        properties: Sequence[str],
        position: Mapping[str, Any] | None = None,
        *,
        until: datetime | None = None,
        look_back: timedelta = LOOK_BACK,
    ) -> Iterator[Page]:
        """Records changed since `position` (None: ever), oldest change first, up to 200 a page; archived ones never
        appear.

        The last page's position begins the next run, `look_back` earlier; any other resumes this one. Records may come
        again, none is left
        out. When nothing changed this is one call. Raises `Refused` (`POSITION_IN_FUTURE`) for a position ahead of
        HubSpot's clock and
        `SchemaChanged` for properties that do not exist.
        """
        objects = objects_of(kind)
        start = begin(position, until, look_back)
        return changed(lambda body: self._official.search(objects, body), kind, properties, start, self._known)

    def newcomers(self, properties: Sequence[str], since: datetime) -> Iterator[Page]:
        """Contacts who were made or sent in a form since then, newest first, up to 2,000. One call when nobody came.

        A page's position holds `since` for the next time. Not complete: what the index shows late is found by `changed` only.
        """
        return newcomers(
            lambda body: self._official.search(objects_of("contact"), body), properties, since, self._known
        )

    def position_at(self, when: datetime) -> dict[str, Any]:
        """A position for `changed` as if a run had ended at `when`: note `server_now()`, read `everything`, then go on
        from there.
        """
        return {"until": None, "time": to_ms(when), "id": None}

    def everything(
        self,
        kind: str,
        properties: Sequence[str],
        position: Mapping[str, Any] | None = None,
        *,
        archived: bool = False,
        links: Sequence[str] = (),
    ) -> Iterator[Page]:
        """All records of a kind, 100 a page, with links to the given kinds; `archived` gives only archived ones
        (`gone`).
        """
        return self._listing.everything(kind, properties, position, archived=archived, links=links)

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, history: Sequence[str] = ()
    ) -> list[Record]:
        """Records by id. An id that was merged gives its survivor with the id in `former_ids`; one that does not exist
        is `gone`.

        `history` names properties whose versions are wanted too, under `NAME.history` as `[[iso time, value], …]`,
        newest first.
        """
        return self._batches.read(kind, ids, properties, history=history)

    def links(self, kind: str, to_kind: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """For each id the ids of `to_kind` it is linked to, the primary one first."""
        return self._batches.links(kind, to_kind, ids)

    def notes(self, contact_ids: Sequence[str]) -> list[Record]:
        """The notes on these contacts, each with its links to those of them it is on."""
        on: dict[str, list[str]] = {}
        for contact_id, note_ids in self.links("contact", "note", contact_ids).items():
            for note_id in note_ids:
                on.setdefault(note_id, []).append(contact_id)
        notes = self.read("note", list(on), NOTE)
        return [
            Record(SOURCE, "note", note.id, note.values, note.changed_at, links={"contact": tuple(on.get(note.id, ()))})
            for note in notes
            if not note.gone
        ]

    def chats(self, since: datetime) -> Iterator[list[Record]]:
        """Conversations with a message after `since`, up to 500 a page, the oldest first: `status`, `created_at`, a link to the contact.
        What was said is not in them: `said` reads it.
        """
        return self._threads.since(since)

    def said(self, chats: Sequence[Record]) -> list[Record]:
        """These conversations with `messages`: `{at (ISO), who, text, ours}` each, whole, the oldest first; at least one call each."""
        return self._threads.said(chats)

    def owners(self, *, archived: bool = False) -> list[Record]:
        """The portal's users that own records; `archived` gives the deactivated ones (`gone`)."""
        after, pages = None, Pages("owners")
        found: list[Record] = []
        while True:
            body = self._official.owners(limit=100, after=after, archived=archived or None)
            with shaped("the owners"):
                found += [_owner(row) for row in results_of(body, "the owners")]
            after = pages.after(body)
            if after is None:
                return found

    def forms(self) -> list[Record]:
        """The forms: `name`, `type`, `fields` (names)."""
        return self._forms.forms()

    def submissions(self, form_ids: Iterable[str], since: datetime | None) -> Iterator[Record]:
        """Form submissions at or after `since` (None: all), newest first per form; at least one call per form.

        Values are the fields under their own names and `form_id`, `form_name`, `page_url`, `submitted_at` (ISO),
        `email`.
        """
        return self._forms.submissions(form_ids, since)

    def write(self, kind: str, rows: Sequence[Row], *, at_first: int = 0) -> list[Receipt]:
        """Updates of `(id, {property: value})`, a receipt each in the same order; "" clears. One bad record stops no
        other. `at_first`: the first call takes so few, for rows of which one may keep a whole call from being answered.
        """
        return self._writes.write(kind, rows, at_first=at_first)

    def list_named(self, kind: str, name: str) -> List | None:
        """The list of that name, with what its filter asks for; None when there is none."""
        return self._lists.named(kind, name)

    def create_list(self, kind: str, name: str, property: str, value: str) -> bool:
        """Make a list that holds everybody with that value; False when one of that name was there."""
        return self._lists.create(kind, name, property, value)

    def ensure_group(self, kind: str, name: str, label: str) -> bool:
        """True when the property group had to be created."""
        return self._schemas.ensure_group(kind, name, label)

    def create_property(self, kind: str, field: FieldSchema, group: str) -> bool:
        """True when the property was created, False when one of that name was there."""
        return self._schemas.create_property(kind, field, group)


def _usable(token: str) -> str:
    """The token without the line end a file or a paste may bring; anything else odd in it is refused unseen."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        message = "the HubSpot access token is empty or holds characters no token has; paste it again"
        raise NotAllowed(message, system=SOURCE, code="TOKEN_MALFORMED")
    return token


def _owner(row: Mapping[str, Any]) -> Record:
    names = ("email", "firstName", "lastName", "userId", "type")
    values: dict[str, Any] = {name: row.get(name) for name in names}
    values["teams"] = [str(team.get("name")) for team in row.get("teams") or () if isinstance(team, Mapping)]
    when = to_time(row.get("updatedAt")) or to_time(row.get("createdAt")) or EPOCH
    return Record(SOURCE, "owner", str(row["id"]), values, when, gone=is_archived(row))


def _limiter(token: str, base_url: str, tier: str) -> Limiter:
    fingerprint = hashlib.sha256(token.encode()).hexdigest()[:16]
    return shared_limiter(f"{SOURCE} {base_url} {tier} {fingerprint}", lanes(tier))
