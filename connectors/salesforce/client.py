"""Salesforce as the bridge sees it: one org, one user, every call bounded in time, every error named by recovery.

Nothing is sent, not even a login, before the first call. Safe to share between threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.errors import Refused, RemoteError
from connectors.http import Clock, Hosts, Remote, RemoteAdapter, Transport, Usage, Wire, is_loopback
from connectors.records import FieldSchema, ObjectSchema, Page, Receipt
from connectors.salesforce import administration, org, reading
from connectors.salesforce.administration import Missing, Need
from connectors.salesforce.bulk import Bulk
from connectors.salesforce.changes import Changes, Following
from connectors.salesforce.connection import Connection, LoopbackSession
from connectors.salesforce.credentials import Credentials
from connectors.salesforce.dialect import SYSTEM, SalesforceDialect
from connectors.salesforce.duplicates import with_matches
from connectors.salesforce.org import Limit, Org, Who
from connectors.salesforce.schema import described_for
from connectors.salesforce.writing import ROWS_A_CALL, Write, write

# Where our token may travel. `instance_url` of a login's reply must be one of these.
HOSTS = ("login.salesforce.com", "test.salesforce.com", "*.my.salesforce.com")
DEFAULT_VERSION = "66.0"
# Versions before this are not tested here; 21 to 30 are retired.
OLDEST_VERSION = 60.0
# How far before the position a reading starts again: rows can become visible minutes after their time.
LOOK_BACK = timedelta(minutes=10)
_LOGIN_URL = "https://login.salesforce.com"


class Salesforce:
    """A client of one org.

    `base_url` is for a sandbox on this machine (`http://127.0.0.1:8801`); a real org is found by its login. `version` is `66.0` or
    `v66.0`. `deadline` is in seconds and bounds one call with its retries.
    `reserve` calls of the day, or `reserve_share` of them, are left to others. `rows_a_call` is the most records one write sends at once.
    `proxy` is the URL of an outbound HTTP proxy; the environment's proxy settings are not used.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = "",
        version: str = DEFAULT_VERSION,
        deadline: float = 60.0,
        reserve: int = 0,
        reserve_share: float = 0.0,
        rows_a_call: int = ROWS_A_CALL,
        proxy: str | None = None,
        clock: Clock | None = None,
        transport: Transport | None = None,
    ) -> None:
        if base_url and not is_loopback(urlsplit(base_url).hostname or ""):
            raise Refused("base_url is for a sandbox on this machine; a real org is found by its login", system=SYSTEM)
        hosts = Hosts(base_url or _LOGIN_URL, HOSTS, system=SYSTEM)
        wire = transport or Wire(proxy=proxy, connections=16)
        self._remote = Remote(
            SalesforceDialect(),
            wire,
            hosts,
            deadline=deadline,
            reserve=reserve,
            reserve_share=reserve_share,
            clock=clock,
        )
        self._connection = Connection(
            _session(base_url, self._remote),
            credentials,
            hosts,
            version=_version(version),
            clock=clock,
            server_now=self._remote.server_now,
        )
        self._rows_a_call = rows_a_call
        self._changes = Changes(self._connection)
        self.bulk = Bulk(self._connection, clock)

    def ask_before_writing(self, leave: Callable[[], None] | None) -> Callable[[], None] | None:
        """From now on this is asked before each try of a write leaves; what it raises keeps the write here. Returns what was asked before."""
        before, self._remote.before_write = self._remote.before_write, leave
        return before

    @property
    def usage(self) -> Usage:
        """Calls sent by purpose, and the org's calls of the day: `limit_per_day`, `remaining`."""
        return self._remote.usage

    def server_now(self) -> datetime | None:
        """The org's own clock; None before the first answer."""
        return self._remote.server_now()

    # Who and what is there

    def organisation(self) -> Org:
        """The org's name, time zone, currency, and whether it is a sandbox. Two calls."""
        return org.organisation(self._connection)

    def user(self) -> Who:
        """The user our calls run as."""
        return org.user(self._connection)

    def limits(self) -> Mapping[str, Limit]:
        """Every limit the org tells, e.g. `DailyApiRequests`."""
        return org.limits(self._connection)

    def schema(self, object_name: str, record_type: str = "") -> ObjectSchema:
        """The live schema of an object, as our user sees it, with the choices of a record type (its id; by default that of new records).

        `SchemaChanged` when there is no such object.
        """
        return described_for(self._connection, object_name, record_type)

    # Reading

    def changed(
        self,
        kind: str,
        fields: Sequence[str],
        position: Mapping[str, Any] | None = None,
        *,
        look_back: timedelta = LOOK_BACK,
        page: int = 2000,
    ) -> Iterator[Page]:
        """What changed since `position` (None: everything), oldest first; see connectors.salesforce.changes.

        `kind` is one of account, contact, lead, user, campaign, group (queues), opportunity. `SchemaChanged` names every field of
        `fields` that is not there.
        """
        return self._changes.changed(Following(kind, tuple(fields), position), look_back, page)

    def changed_many(
        self, followings: Sequence[Following], *, look_back: timedelta = LOOK_BACK, page: int = 2000
    ) -> dict[str, Iterator[Page]]:
        """The same for several kinds, five first pages to a call; what is wrong with one kind is raised by its own pages."""
        return self._changes.changed_many(followings, look_back, page)

    def read(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, Mapping[str, Any] | None]:
        """Records by id, up to 2,000 a call; None for one that is not there."""
        return reading.read(self._connection, object_name, ids, fields)

    def find_by(
        self, object_name: str, field: str, values: Sequence[str], fields: Sequence[str], *, gone: bool = False
    ) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """Every record having one of the values, by value; finds out what became of a write whose answer was lost."""
        return reading.find_by(self._connection, object_name, field, values, fields, gone=gone)

    def query(self, question: str, *params: Any) -> list[Mapping[str, Any]]:
        """Rows of a question; each `{}` in it is one of `params`, quoted. Never put values into the question itself."""
        return reading.query(self._connection, question, params)

    # Writing

    def upsert(
        self,
        object_name: str,
        external_id_field: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        auto_assign: bool = False,
        allow_duplicates: bool = False,
        at_first: int = 0,
    ) -> list[Receipt]:
        """Create or update by external id, 200 a call; a receipt per row, in order. See connectors.salesforce.writing.

        `at_first`: the first call takes so few, for rows of which one may keep a whole call from being answered.
        """
        return self._write(
            Write("upsert", object_name, external_id_field, auto_assign, allow_duplicates, at_first=at_first), rows
        )

    def create(
        self,
        object_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        auto_assign: bool = False,
        allow_duplicates: bool = False,
        at_first: int = 0,
    ) -> list[Receipt]:
        """Create records. Where the object has an external id of ours, `upsert` is safe to repeat and this is not."""
        return self._write(Write("create", object_name, "", auto_assign, allow_duplicates, at_first=at_first), rows)

    def update(
        self,
        object_name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        auto_assign: bool = False,
        allow_duplicates: bool = False,
        at_first: int = 0,
    ) -> list[Receipt]:
        """Update records by their `Id`."""
        return self._write(Write("update", object_name, "", auto_assign, allow_duplicates, at_first=at_first), rows)

    def upsert_bulk(
        self,
        object_name: str,
        external_id_field: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        remember: Callable[[str], None],
        job_id: str = "",
        seconds: float = 3600.0,
    ) -> list[Receipt]:
        """The same by one Bulk 2.0 job; `remember` gets its id before the upload, `job_id` takes one up again.

        A job takes 200 records at once whatever the org's automations can do with: those that were too many go by `upsert`.
        """
        told = self.bulk.upsert(object_name, external_id_field, rows, remember=remember, job_id=job_id, seconds=seconds)
        crowded = [index for index, one in enumerate(told) if one.crowded]
        if crowded:
            told = [*told]
            try:
                again = self.upsert(object_name, external_id_field, [rows[index] for index in crowded])
            except RemoteError:  # what the job has written is known all the same
                again = [replace(told[index], outcome="retry", sent=False) for index in crowded]
            for index, one in zip(crowded, again, strict=True):
                told[index] = one
        return told

    def _write(self, task: Write, rows: Sequence[Mapping[str, Any]]) -> list[Receipt]:
        task = replace(task, rows_a_call=self._rows_a_call)
        return with_matches(self._connection, task, rows, write(self._connection, task, rows))

    # Setting up

    def create_field(self, object_name: str, field: FieldSchema, *, permission_set: str = "") -> bool:
        """Make a custom field and let the permission set see and edit it; False when the field was there already."""
        made = administration.create_field(self._connection, object_name, field)
        if permission_set:
            administration.grant_field(self._connection, object_name, field.name, permission_set)
        return made

    def grant_field(self, object_name: str, field: str, permission_set: str, *, edit: bool = True) -> bool:
        """Let a permission set see (and edit) a field; False when it could already."""
        return administration.grant_field(self._connection, object_name, field, permission_set, edit=edit)

    def access(self, needs: Sequence[Need]) -> list[Missing]:
        """The object and field rights our user lacks for `needs`."""
        return administration.access(self._connection, needs)


def _session(base_url: str, remote: Remote) -> requests.Session:
    """A session of which `remote` sends everything. Nothing of the environment is read: a `.netrc` would replace our token."""
    session = LoopbackSession(base_url) if base_url else requests.Session()
    session.trust_env = False
    session.mount("https://", RemoteAdapter(remote))
    session.mount("http://", RemoteAdapter(remote))
    return session


def _version(text: str) -> str:
    plain = text.strip().lower().removeprefix("v")
    try:
        known = float(plain) >= OLDEST_VERSION
    except ValueError:
        known = False
    if not known:
        raise Refused(f"{text!r} is no API version; write e.g. v{DEFAULT_VERSION}", system=SYSTEM, code="BAD_VERSION")
    return f"{float(plain):.1f}"
