"""Single records: create, read, change, upsert, delete; what changed and what was deleted in a span of time."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.api.describing import Describing
from connectors.sandbox.salesforce.api.headers import caller_of
from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.errors import Refusal, not_found
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.incoming import no_such_column
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.soql.run import show
from connectors.sandbox.salesforce.stamps import moment, parse_datetime, second_stamp
from connectors.sandbox.salesforce.writes import SeveralMatches, Writer

_PATH = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*){0,5}\Z", re.ASCII)
_LONGEST_SPAN = timedelta(days=30)
# The first version whose upsert answers with a body when it changed a record.
_UPSERT_TELLS = 46


class Rows:
    """Everything below `sobjects`."""

    def __init__(self, org: Org, describing: Describing) -> None:
        self._org = org
        self._describing = describing

    def handle(self, request: Request) -> Reply:
        """Find what the path means and answer it."""
        rest = request.segments[4:]
        if not rest:
            if request.method not in ("GET", "HEAD"):
                raise wrong_method(request, "GET", "HEAD")
            return self._describing.everything(request)
        sobject = self.sobject(request.user, rest[0])
        if len(rest) == 1:
            return self._object(request, sobject)
        if len(rest) == 2:
            return self._second(request, sobject, rest[1])
        if len(rest) == 3:
            return self._third(request, sobject, rest[1], rest[2])
        if len(rest) == 4 and rest[1:3] == ("describe", "layouts"):
            return self._layouts(request, sobject, rest[3])
        raise not_found()

    def _layouts(self, request: Request, sobject: SObject, record_type: str = "") -> Reply:
        if request.method not in ("GET", "HEAD"):
            raise wrong_method(request, "GET", "HEAD")
        return self._describing.layouts(request, sobject, record_type)

    def sobject(self, user: str, name: str) -> SObject:
        """An object the API knows; raises 404."""
        found = self._org.schema.find(name)
        if found is None or not self._org.access.allows(user, found, "read"):
            raise not_found()
        return found

    def _object(self, request: Request, sobject: SObject) -> Reply:
        if request.method == "POST":
            saved = self._writer(request).create(sobject, request.record())
            where = f"{request.base}/sobjects/{sobject.name}/{saved.id}"
            return Reply(201, {"id": saved.id, "success": True, "errors": []}, {"Location": where})
        if request.method in ("GET", "HEAD"):
            return self._describing.basic(request, sobject)
        raise wrong_method(request, "GET", "HEAD", "POST")

    def _second(self, request: Request, sobject: SObject, name: str) -> Reply:
        if name in ("describe", "updated", "deleted"):
            if request.method not in ("GET", "HEAD"):
                raise wrong_method(request, "GET", "HEAD")
            return self._describing.of(request, sobject) if name == "describe" else self._span(request, sobject, name)
        return self._by_id(request, sobject, name)

    def _by_id(self, request: Request, sobject: SObject, given: str) -> Reply:
        id18 = ids.whole(given)
        if id18 is None or id18[:3] != sobject.prefix:
            raise not_found(f"Provided external ID field does not exist or is not accessible: {given}")
        if request.method in ("GET", "HEAD"):
            return Reply(200, self._read(request, sobject, id18))
        if request.method == "PATCH":
            self._existing(sobject, id18)
            record = request.record()
            if any(name.lower() == "id" for name in record):
                raise Refusal("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
            self._writer(request).update(sobject, id18, record)
            return Reply(204)
        if request.method == "DELETE":
            self._existing(sobject, id18)
            self._writer(request).delete(sobject, id18)
            return Reply(204)
        raise wrong_method(request, "GET", "HEAD", "PATCH", "DELETE")

    def _existing(self, sobject: SObject, id18: str) -> None:
        if self._org.table(sobject.name).row_of(id18) is None:
            raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", status=404, listed=True)

    def _third(self, request: Request, sobject: SObject, name: str, value: str) -> Reply:
        if sobject.name == "ContentNote" and value == "Content" and request.method == "GET":
            return self._content(sobject, name)
        if (name, value) == ("describe", "layouts"):
            return self._layouts(request, sobject)
        if value == "describe":
            raise not_found()
        writer = self._writer(request)
        field = writer.external_field(sobject, name)
        try:
            if request.method in ("PATCH", "POST"):
                return self._upsert(request, writer, sobject, field, value)
            return self._by_id(request, sobject, self._one(sobject, field, value))
        except SeveralMatches as several:
            return Reply(300, [f"{request.base}/sobjects/{sobject.name}/{one}" for one in several.ids])

    def _one(self, sobject: SObject, field: Field, value: str) -> str:
        """The id of the one row that holds an external id."""
        table = self._org.table(sobject.name)
        found = [table.columns["Id"][row] for row in table.with_value(field.name, value) if row not in table.deleted]
        if field.name == "Id":
            return value
        if len(found) > 1:
            raise SeveralMatches(found)
        if not found:
            raise not_found()
        return str(found[0])

    def _upsert(self, request: Request, writer: Writer, sobject: SObject, field: Field, value: str) -> Reply:
        update_only = request.query.get("updateOnly", "").lower() == "true"
        record = request.record()
        named = [key for key in record if key.lower() == field.name.lower()]
        if named:
            words = f"The {field.name} field should not be specified in the sobject data."
            raise Refusal("INVALID_FIELD", words, tuple(named))
        saved = writer.upsert(sobject, field, value, record, update_only)
        where = f"{request.base}/sobjects/{sobject.name}/{saved.id}"
        body = {"id": saved.id, "success": True, "errors": [], "created": saved.created}
        if saved.created:
            return Reply(201, body, {"Location": where})
        return Reply(200, body) if request.number >= _UPSERT_TELLS else Reply(204)

    def _read(self, request: Request, sobject: SObject, id18: str) -> dict[str, Any]:
        """A record with all its fields, or those asked for."""
        table = self._org.table(sobject.name)
        row = table.row_of(id18)
        if row is None:
            raise not_found()
        if row in table.deleted:
            raise Refusal("ENTITY_IS_DELETED", "entity is deleted", status=404)
        wanted = request.query.get("fields")
        fields = wanted if wanted else ", ".join(self.readable(request.user, sobject))
        return read_rows(self._org, request, sobject, [row], fields)[0]

    def readable(self, user: str, sobject: SObject) -> list[str]:
        """The names of the fields a user sees."""
        return [field.name for field in sobject.fields.values() if self._org.access.can_read(user, sobject, field)]

    def _content(self, sobject: SObject, given: str) -> Reply:
        """A note's text as bytes."""
        id18 = ids.whole(given)
        found = self._org.find(id18)
        if found is None or found.row in self._org.table(sobject.name).deleted:
            raise not_found()
        packed = self._org.table(sobject.name).value(found.row, "Content") or ""
        return Reply(200, base64.b64decode(packed), content_type="application/octetstream")

    def _span(self, request: Request, sobject: SObject, what: str) -> Reply:
        """`updated` and `deleted`: ids by the time of the last change."""
        start, end = (self._moment(request, name) for name in ("start", "end"))
        if end <= start:
            raise Refusal("INVALID_REPLICATION_DATE", "endDate cannot be before startDate")
        if self._org.clock.now() - moment(start) > _LONGEST_SPAN:
            raise Refusal("INVALID_REPLICATION_DATE", "startDate cannot be more than 30 days ago")
        table = self._org.table(sobject.name)
        rows = list(table.between("SystemModstamp", start, end))
        covered = min(end, second_stamp(self._org.clock.now()))
        if what == "updated":
            found = [table.columns["Id"][row] for row in rows if row not in table.deleted]
            return Reply(200, {"ids": found, "latestDateCovered": covered})
        gone = [
            {"id": table.columns["Id"][row], "deletedDate": table.value(row, "SystemModstamp")}
            for row in rows
            if row in table.deleted and row not in table.purged
        ]
        return Reply(
            200, {"deletedRecords": gone, "earliestDateAvailable": self._earliest(), "latestDateCovered": covered}
        )

    def _earliest(self) -> str:
        return second_stamp(self._org.clock.now() - _LONGEST_SPAN)

    def _moment(self, request: Request, name: str) -> str:
        """A time to the minute: seconds do not count here."""
        given = request.query.get(name)
        if given is None:
            raise Refusal("MISSING_ARGUMENT", f"{name} is required")
        # An offset's plus sign arrives as a space where nobody encoded it.
        stamped = parse_datetime(given.replace(" ", "+"))
        if stamped is None:
            raise Refusal("INVALID_REPLICATION_DATE", f"{name} is not a date: {given}")
        at: datetime = moment(stamped).replace(second=0, microsecond=0)
        return second_stamp(at)

    def _writer(self, request: Request) -> Writer:
        return Writer(self._org, caller_of(request))


def read_rows(org: Org, request: Request, sobject: SObject, rows: list[int], fields: str) -> list[dict[str, Any]]:
    """Rows as a query for these fields shows them."""
    names = list(dict.fromkeys(part.strip() for part in fields.split(",") if part.strip()))
    for name in names:
        if not _PATH.match(name):
            raise no_such_column(name, sobject)
    return show(org, request.user, sobject.name, names, rows, request.base)
