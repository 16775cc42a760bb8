"""Salesforce's own error codes, each with what helps.

`RECORD` is for one record of a write; a code that is not there is the record's own fault. `REQUEST` is for a whole call;
a code that is not there is decided by the HTTP status.

Sources: recorded answers of real orgs, Salesforce's REST and Bulk guides ("Status Codes and Error Responses", "StatusCode" of
the object reference), and public threads of other clients where the guides are silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RETRY = "retry"
REFUSED = "refused"

# What one record of a write may be told. All that is not listed is `refused`.
RECORD: Mapping[str, str] = {
    "UNABLE_TO_LOCK_ROW": RETRY,  # somebody else holds the row; Salesforce waited 10 s already
    "SERVER_UNAVAILABLE": RETRY,
    "REQUEST_RUNNING_TOO_LONG": RETRY,
    "QUERY_TIMEOUT": RETRY,  # an automation's query in the org took too long
    "REQUEST_LIMIT_EXCEEDED": RETRY,
    "UNKNOWN_EXCEPTION": RETRY,  # Salesforce's own failure; the record was rolled back
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": RETRY,  # another record of the call was at fault
    "PROCESSING_HALTED": RETRY,  # an earlier part of a composite call was at fault
    "TOO_MANY_APEX_REQUESTS": RETRY,
    "API_CURRENTLY_DISABLED": RETRY,  # read-only during maintenance
}

# What a whole call may be told, by the name of the error in connectors.errors.
REQUEST: Mapping[str, str] = {
    "INVALID_SESSION_ID": "NotAllowed",
    "INVALID_AUTH_HEADER": "NotAllowed",
    "INSUFFICIENT_ACCESS": "NotAllowed",
    "INSUFFICIENT_ACCESS_OR_READONLY": "NotAllowed",
    "API_DISABLED_FOR_ORG": "NotAllowed",
    "FUNCTIONALITY_NOT_ENABLED": "NotAllowed",
    "FORBIDDEN": "NotAllowed",
    "REQUEST_LIMIT_EXCEEDED": "BudgetSpent",  # unless the message speaks of concurrent requests, see `is_concurrency`
    "API_CURRENTLY_DISABLED": "Unavailable",
    "SERVER_UNAVAILABLE": "Unavailable",
    "UNKNOWN_EXCEPTION": "Unavailable",
    "QUERY_TIMEOUT": "Unavailable",
    "INVALID_QUERY_LOCATOR": "Unavailable",  # the rest of a long answer is gone, with the session or after its time: asked anew it is there
    "REQUEST_RUNNING_TOO_LONG": "Unavailable",
    "UNABLE_TO_LOCK_ROW": "Unavailable",
    "INVALID_FIELD": "SchemaChanged",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "SchemaChanged",
    "INVALID_TYPE": "SchemaChanged",
    "NOT_FOUND": "SchemaChanged",  # an object or an external-id field that is not there
}

# What an automation of the org ran into while it saved a record: its own error carries the code of what it met.
_LOCKED = "UNABLE_TO_LOCK_ROW"
# What Apex and flows say when one transaction, which is all records of a call, asks too much of the org's limits.
_TOO_MANY = re.compile(
    r"LimitException|Too many (?:SOQL|SOSL|DML|query|future|queueable|callouts)|CPU time limit exceeded", re.IGNORECASE
)

# Codes by which a whole write is refused because of one column of it.
COLUMN_CODES = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})

_NAMES = (
    re.compile(r"No such column '([^']+)'"),
    re.compile(r"sObject type '([^']+)' is not supported"),
    re.compile(r"external ID field does not exist or is not accessible: (\S+)"),
    re.compile(r"Field name not found : (\S+)"),
    re.compile(r"Unable to create/update fields: ([\w, ]+)"),
)
_ID = re.compile(r"\b(?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\b")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error as Salesforce words it. `detail` is its whole entry, e.g. with `duplicateResult`."""

    code: str
    message: str
    fields: tuple[str, ...]
    detail: Mapping[str, Any]


def complaints(body: Any) -> list[Complaint]:
    """The errors of an answer: a list of `errorCode` entries, one such entry, or a collection's `errors` with `statusCode`.

    Anything else (a page, an empty body, another shape) gives an empty list.
    """
    entries = body if isinstance(body, list) else [body]
    return [
        Complaint(
            str(entry.get("errorCode") or entry.get("statusCode")),
            str(entry.get("message", "")),
            _names_of(entry.get("fields")),
            entry,
        )
        for entry in entries
        if isinstance(entry, Mapping) and (entry.get("errorCode") or entry.get("statusCode"))
    ]


def _names_of(fields: Any) -> tuple[str, ...]:
    """The fields an error names; one by itself may stand there without a list."""
    if isinstance(fields, str):
        return (fields,) if fields else ()
    return tuple(str(name) for name in fields) if isinstance(fields, list) else ()


def is_concurrency(message: str) -> bool:
    """Whether a REQUEST_LIMIT_EXCEEDED speaks of calls at one time, which pass within seconds, not of the day's calls."""
    return message.lstrip().startswith("Concurrent")


def is_locked(message: str) -> bool:
    """Whether a trigger or flow failed because somebody else held a row: that passes, as it does for the record itself."""
    return _LOCKED in message


def is_too_many(message: str) -> bool:
    """Whether the org's automations could not do with so many records in one call; none of them was written."""
    return _TOO_MANY.search(message) is not None


def names_in(told: Sequence[Complaint]) -> tuple[str, ...]:
    """The fields or objects named in errors about the schema, each once, in order."""
    found: dict[str, None] = {}
    for complaint in told:
        for pattern in _NAMES:
            for match in pattern.finditer(complaint.message):
                found.update(dict.fromkeys(name.strip() for name in match.group(1).split(",")))
        found.update(dict.fromkeys(complaint.fields))
    return tuple(name for name in found if name)


def ids_in(text: str) -> tuple[str, ...]:
    """Record ids in a message, e.g. of DUPLICATE_VALUE (`... on record with id: 00Q...`)."""
    return tuple(dict.fromkeys(_ID.findall(text)))


def matches_in(complaint: Complaint) -> tuple[str, ...]:
    """The ids a duplicate rule named, from the `duplicateResult` of a single-record answer."""
    result = complaint.detail.get("duplicateResult")
    found: dict[str, None] = {}
    for matched in (result or {}).get("matchResults") or ():
        for record in matched.get("matchRecords") or ():
            number = (record.get("record") or {}).get("Id")
            if number:
                found[str(number)] = None
    return tuple(found)
