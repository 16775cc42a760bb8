"""Reading records: by id, by external id, by a question of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_soql

from connectors.errors import Refused, Unavailable
from connectors.http.shapes import shaped
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection
from connectors.salesforce.values import from_json

# Ids one retrieve call takes (Salesforce's REST guide, sObject Collections).
IDS_A_CALL = 2000

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def read(
    connection: Connection, object_name: str, ids: Sequence[str], fields: Sequence[str]
) -> dict[str, Mapping[str, Any] | None]:
    """The records by id, each as asked for (15 or 18 characters); None for one that is not there, deleted, merged or hidden.

    `SchemaChanged` names a field that is not there.
    """
    wanted = soql.names(("Id", *fields))
    found: dict[str, Mapping[str, Any] | None] = dict.fromkeys(ids)
    real = [number for number in found if _ID.fullmatch(number)]
    for start in range(0, len(real), IDS_A_CALL):
        found.update(_retrieve(connection, object_name, real[start : start + IDS_A_CALL], wanted))
    return found


def _retrieve(
    connection: Connection, object_name: str, ids: Sequence[str], wanted: Sequence[str]
) -> dict[str, Mapping[str, Any] | None]:
    """One call. An id no record can have (another object's, a wrong checksum) spoils it, and is found by halving."""
    path = f"composite/sobjects/{soql.name(object_name)}"
    try:
        answer = connection.call("POST", path, body={"ids": ids, "fields": wanted}).json()
    except Refused as wrong:
        if wrong.code != "MALFORMED_ID":
            raise
        if len(ids) == 1:
            return {ids[0]: None}
        middle = len(ids) // 2
        first = _retrieve(connection, object_name, ids[:middle], wanted)
        return first | _retrieve(connection, object_name, ids[middle:], wanted)
    with shaped("Salesforce", f"reading {object_name}s by id"):
        rows = {str(row["Id"])[:15]: _whole(row, wanted) for row in answer or () if row and row.get("Id")}
    return {number: rows.get(number[:15]) for number in ids}


def _whole(row: Mapping[str, Any], wanted: Sequence[str]) -> Mapping[str, Any]:
    """A row with every field that was asked for; one that is left out is empty."""
    return dict.fromkeys((name for name in wanted if "." not in name), None) | from_json(row)


def find_by(
    connection: Connection,
    object_name: str,
    field: str,
    values: Sequence[str],
    fields: Sequence[str],
    *,
    gone: bool = False,
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Every record that has one of the values in a field, by value; a value nobody has is missing.

    Salesforce compares without regard to case, and so does this. `gone` finds deleted records too.
    """
    wanted = soql.names((field, "Id", *(("IsDeleted",) if gone else ()), *fields))
    by_key = {value.casefold(): value for value in values}
    found: dict[str, list[Mapping[str, Any]]] = {}
    where = f"{soql.name(field)} IN {{values}}"
    fixed = soql.weight(soql.select(wanted, object_name, where, {"values": []}))
    for chunk in soql.in_chunks(list(by_key.values()), fixed):
        question = soql.select(wanted, object_name, where, {"values": chunk})
        for row in rows(connection, question, gone=gone):
            value = by_key.get(str(row.get(field, "")).casefold())
            if value is not None:
                found.setdefault(value, []).append(row)
    return {value: tuple(records) for value, records in found.items()}


def query(connection: Connection, question: str, params: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Every row of a question. `{}` in it stand for the params, quoted by simple-salesforce's `format_soql`."""
    return list(rows(connection, str(format_soql(question, *params))))


def records_of(page: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a query's answer. `Unavailable` when it has no list of them: that is not the same as no rows."""
    found = page.get("records")
    if not isinstance(found, list):
        raise Unavailable("Salesforce answered a query without rows", system="salesforce", code="WRONG_SHAPE")
    return found


def rows(connection: Connection, question: str, *, gone: bool = False) -> Iterator[Mapping[str, Any]]:
    """The rows of a finished question, page after page."""
    page, asked = connection.ask(question, gone=gone), None
    while True:
        with shaped("Salesforce", "a query"):
            found = [from_json(row) for row in records_of(page)]
        yield from found
        following = page.get("nextRecordsUrl")
        if page.get("done", not following):
            return
        if not following or following == asked:
            message = "Salesforce says that there are more rows and does not say where"
            raise Unavailable(message, system="salesforce", code="NO_PROGRESS")
        asked = following
        page = connection.more(str(following))
