"""Which records a duplicate rule meant.

A collection's result says DUPLICATES_DETECTED without naming them; a single-record call does. So the few rows that were
refused are tried once more, 25 single-record calls in one composite call, under the same headers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simple_salesforce.format import format_external_id

from connectors.errors import OutcomeUnknown, RemoteError
from connectors.records import Receipt
from connectors.salesforce import soql
from connectors.salesforce.codes import complaints
from connectors.salesforce.connection import Connection
from connectors.salesforce.receipts import failure, unnamed
from connectors.salesforce.values import to_json
from connectors.salesforce.writing import Write

# Subrequests one composite call takes (Salesforce's REST guide, Composite).
PARTS_A_CALL = 25
DETECTED = "DUPLICATES_DETECTED"


def with_matches(
    connection: Connection, task: Write, rows: Sequence[Mapping[str, Any]], receipts: Sequence[Receipt]
) -> list[Receipt]:
    """The receipts, with `matches` where a duplicate rule refused. A row that goes through this time says so."""
    found = list(receipts)
    refused = [index for index, one in enumerate(found) if one.code == DETECTED and not one.matches]
    for start in range(0, len(refused), PARTS_A_CALL):
        chunk = refused[start : start + PARTS_A_CALL]
        for index, told in zip(chunk, _look(connection, task, [rows[index] for index in chunk]), strict=True):
            found[index] = told or found[index]
    return found


def _look(connection: Connection, task: Write, rows: Sequence[Mapping[str, Any]]) -> list[Receipt | None]:
    """What became of each; None where nothing new was learned."""
    parts = [_part(connection, task, row, number) for number, row in enumerate(rows)]
    try:
        answer = connection.call("POST", "composite", body={"allOrNone": False, "compositeRequest": parts}).json()
    except OutcomeUnknown as lost:
        return [Receipt("unknown", code=lost.code, message=str(lost))] * len(rows)
    except RemoteError:
        return [None] * len(rows)
    told_parts = answer.get("compositeResponse") if isinstance(answer, Mapping) else None
    listed = told_parts if isinstance(told_parts, list) else []
    told = {str(part.get("referenceId")): part for part in listed if isinstance(part, Mapping)}
    return [_told(told.get(str(part["referenceId"])), task, row) for part, row in zip(parts, rows, strict=True)]


def _part(connection: Connection, task: Write, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    field = task.key_field
    path = f"sobjects/{soql.name(task.object_name)}"
    if task.verb == "update":
        path += f"/{row[field]}"
    elif task.verb == "upsert":
        path += f"/{format_external_id(soql.name(field), str(row[field]))}"
    return {
        "method": "POST" if task.verb == "create" else "PATCH",
        "url": f"/services/data/v{connection.sf_version}/{path}",
        "referenceId": f"row{number}",
        "httpHeaders": task.headers,
        "body": {name: to_json(value) for name, value in row.items() if name != field},
    }


def _told(part: Mapping[str, Any] | None, task: Write, row: Mapping[str, Any]) -> Receipt | None:
    if part is None:
        return None
    status, body = int(part.get("httpStatusCode") or 0), part.get("body")
    if status in (200, 201, 204):
        created = status == 201
        number = body.get("id") if isinstance(body, Mapping) else row.get("Id")
        return Receipt("created" if created else "updated", id=str(number)) if number else unnamed()
    told = complaints(body)
    return failure(told, task.key) if told else None
