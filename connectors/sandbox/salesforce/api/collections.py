"""sObject Collections: up to 200 records in one call, each with a result of its own, in the order given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.sandbox.salesforce import automation, ids
from connectors.sandbox.salesforce.api.headers import caller_of
from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.api.rows import Rows, read_rows
from connectors.sandbox.salesforce.errors import Refusal, Refusals, not_found, refused
from connectors.sandbox.salesforce.org import Org, Rollback
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.writes import Saved, SeveralMatches, Writer

RECORDS = 200
_RETRIEVED = 2_000
_RETRIEVED_BY_ADDRESS = 800
_CHUNKS = 10
_ROLLED_BACK = Refusal(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)

Result = dict[str, Any]
Step = Callable[[Writer, Any], Result]


class Collections:
    """Everything below `composite/sobjects`."""

    def __init__(self, org: Org, rows: Rows) -> None:
        self._org = org
        self._rows = rows

    def handle(self, request: Request) -> Reply:
        """Find what the path means and answer it."""
        rest = request.segments[5:]
        if not rest:
            return self._plain(request)
        sobject = self._rows.sobject(request.user, rest[0])
        if len(rest) == 1 and request.method in ("GET", "POST"):
            return self._retrieve(request, sobject)
        if len(rest) == 2 and request.method == "PATCH":
            return self._upsert(request, sobject, rest[1])
        if len(rest) > 2:
            raise not_found()
        raise wrong_method(request, *(("GET", "POST") if len(rest) == 1 else ("PATCH",)))

    def _plain(self, request: Request) -> Reply:
        if request.method == "DELETE":
            return self._delete(request)
        if request.method not in ("POST", "PATCH"):
            raise wrong_method(request, "POST", "PATCH", "DELETE")
        creating = request.method == "POST"
        records, all_or_none = _records(request)
        _check_chunks([_type_of(record) for record in records])
        seen: set[str] = set()

        def step(writer: Writer, record: Mapping[str, Any]) -> Result:
            sobject = self._typed(request.user, record)
            if creating:
                return _done(writer.create(sobject, record), upserting=False)
            given = record.get("Id", record.get("id"))
            _once(seen, str(given)[:15], "id")
            return _done(writer.update(sobject, given, record), upserting=False)

        return Reply(200, self._each(request, records, all_or_none, step, upserting=False))

    def _upsert(self, request: Request, sobject: SObject, name: str) -> Reply:
        records, all_or_none = _records(request)
        field = Writer(self._org, caller_of(request)).external_field(sobject, name)
        seen: set[str] = set()

        def step(writer: Writer, record: Mapping[str, Any]) -> Result:
            typed = self._typed(request.user, record)
            if typed is not sobject:
                raise refused("INVALID_TYPE", f"The type {typed.name} does not match {sobject.name} of the address")
            value = next((one for key, one in record.items() if key.lower() == field.name.lower()), None)
            if field.name == "Id" and value is None:
                return _done(writer.create(sobject, record), upserting=True)
            if value is not None:
                _once(seen, str(value).lower(), "external id")
            try:
                return _done(writer.upsert(sobject, field, value, record), upserting=True)
            except SeveralMatches:
                words = f"Duplicate external id specified: {value}"
                raise refused("DUPLICATE_EXTERNAL_ID", words, field.name) from None

        return Reply(200, self._each(request, records, all_or_none, step, upserting=True))

    def _delete(self, request: Request) -> Reply:
        given = [one.strip() for one in request.query.get("ids", "").split(",") if one.strip()]
        if not given:
            raise Refusal("MISSING_ARGUMENT", "The ids parameter is required")
        _check_count(len(given), RECORDS)
        _check_chunks([one[:3] for one in given])
        all_or_none = request.query.get("allOrNone", "false").lower() == "true"

        def step(writer: Writer, one: str) -> Result:
            id18 = ids.whole(one)
            sobject = self._org.schema.by_id(id18) if id18 is not None else None
            if sobject is None:
                raise refused("MALFORMED_ID", f"malformed id {one}")
            return {"id": writer.delete(sobject, id18), "success": True, "errors": []}

        return Reply(200, self._each(request, given, all_or_none, step, upserting=False))

    def _each(
        self, request: Request, items: Sequence[Any], all_or_none: bool, step: Step, upserting: bool
    ) -> list[Result]:
        """A result for each item; with `all_or_none` one failure undoes all."""
        writer = Writer(self._org, caller_of(request))
        results: list[Result] = []
        failed = False
        too_many = automation.overwhelmed(self._org, len(items))
        with self._org.attempt():
            for item in items:
                try:
                    if too_many is not None:
                        raise too_many
                    results.append(step(writer, item))
                except (Refusal, Refusals) as wrong:
                    failed = True
                    results.append(_failed(wrong, upserting))
            if failed and all_or_none:
                raise Rollback
        if failed and all_or_none:
            return [_failed(_ROLLED_BACK, upserting) if result["success"] else result for result in results]
        return results

    def _typed(self, user: str, record: Mapping[str, Any]) -> SObject:
        """The object a record says it is of."""
        name = _type_of(record)
        if not isinstance(name, str):
            raise refused("INVALID_TYPE", "Include an entity type when you make this call")
        found = self._org.schema.find(name)
        if found is None or not self._org.access.allows(user, found, "read"):
            raise refused("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return found

    def _retrieve(self, request: Request, sobject: SObject) -> Reply:
        """Records by id, null for those that are not there."""
        if request.method == "GET":
            given = [one.strip() for one in request.query.get("ids", "").split(",") if one.strip()]
            fields, most = request.query.get("fields", ""), _RETRIEVED_BY_ADDRESS
        else:
            body = request.record()
            given, fields, most = _texts(body, "ids"), ",".join(_texts(body, "fields")), _RETRIEVED
        if not given or not fields:
            raise Refusal("MISSING_ARGUMENT", "The ids and fields parameters are required")
        _check_count(len(given), most)
        table = self._org.table(sobject.name)
        rows = table.rows_of(given)
        for place, one in enumerate(given):
            if rows[place] is None:
                id18 = ids.whole(one)
                if id18 is None or id18[:3] != sobject.prefix:
                    raise Refusal("MALFORMED_ID", f"malformed id {one}")
                rows[place] = table.row_of(id18)
        there = [row for row in rows if row is not None and row not in table.deleted]
        wanted = fields if any(part.strip().lower() == "id" for part in fields.split(",")) else f"{fields},Id"
        shown = dict(zip(there, read_rows(self._org, request, sobject, there, wanted), strict=True))
        return Reply(200, [None if row is None else shown.get(row) for row in rows])


def _records(request: Request) -> tuple[list[dict[str, Any]], bool]:
    """The records of a body and its `allOrNone`."""
    body = request.record()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refusal("JSON_PARSER_ERROR", "The body needs a list of records at [line:1, column:1]")
    unknown = set(body) - {"records", "allOrNone"}
    if unknown:
        raise Refusal("JSON_PARSER_ERROR", f'Unrecognized field "{sorted(unknown)[0]}" at [line:1, column:1]')
    _check_count(len(records), RECORDS)
    return records, body.get("allOrNone") is True


def _type_of(record: Mapping[str, Any]) -> Any:
    """What a record says it is."""
    attributes = record.get("attributes")
    return attributes.get("type") if isinstance(attributes, Mapping) else None


def _texts(body: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts in a body; a missing one is empty."""
    given = body.get(name) or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Refusal("JSON_PARSER_ERROR", f"The value of {name} has to be a list of strings at [line:1, column:1]")
    return given


def _check_count(count: int, most: int) -> None:
    if count > most:
        words = f"record limit reached. cannot submit more than {most} records in this call"
        raise Refusal("EXCEEDED_ID_LIMIT", words)


def _check_chunks(kinds: Sequence[Any]) -> None:
    """Records of several types are taken in runs of one type, of which there may be ten."""
    chunks = sum(1 for place, kind in enumerate(kinds) if place == 0 or kind != kinds[place - 1])
    if chunks > _CHUNKS:
        words = f"Cannot have more than {_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking."
        raise Refusal("LIMIT_EXCEEDED", words)


def _once(seen: set[str], key: str, what: str) -> None:
    """Refuse the second record of a call that means the same row."""
    if key in seen:
        raise refused("DUPLICATE_VALUE", f"Duplicate {what} specified: {key}")
    seen.add(key)


def _done(saved: Saved, upserting: bool) -> Result:
    made: Result = {"id": saved.id, "success": True, "errors": []}
    return made | {"created": saved.created} if upserting else made


def _failed(wrong: Refusal | Refusals, upserting: bool) -> Result:
    """A failed record's result: it has no id."""
    each = wrong.each if isinstance(wrong, Refusals) else [wrong]
    made: Result = {"success": False, "errors": [one.collected() for one in each]}
    return made | {"created": False} if upserting else made
