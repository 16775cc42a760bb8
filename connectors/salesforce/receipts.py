"""What Salesforce says became of one record, as a receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.records import Receipt
from connectors.salesforce.codes import (
    RECORD,
    REFUSED,
    RETRY,
    Complaint,
    complaints,
    ids_in,
    is_locked,
    is_too_many,
    matches_in,
    names_in,
)

# Codes whose message lists the records in the way.
_NAMES_RECORDS = frozenset({"DUPLICATE_VALUE", "DUPLICATE_EXTERNAL_ID"})
_MESSAGE_LENGTH = 300
# STRING_TOO_LONG repeats the whole value.
_VALUE = re.compile(r"(data value too large: ).*?( \(max length)", re.DOTALL)


def receipt(result: Any, *, created: str, key: str = "", known: str = "") -> Receipt:
    """The receipt for one entry of a collection's results.

    `created` is the outcome of a success that says nothing of its own (`created` or `updated`); `key` is the external-id
    field of an upsert; `known` the id of an update, for a result that does not repeat it.
    """
    if not isinstance(result, Mapping) or not isinstance(result.get("success"), bool):
        return unnamed()
    if not result["success"]:
        return failure(complaints(list(result.get("errors") or ())), key)
    if "created" in result:
        created = "created" if result["created"] else "updated"
    number = result.get("id") or known
    return Receipt(created, id=str(number)) if number else unnamed()


def failure(told: Sequence[Complaint], key: str = "") -> Receipt:
    """The receipt for a record that was not written. It may be tried again only when every complaint passes by itself."""
    if not told:
        return unnamed()
    first = next((one for one in told if _recovery(one, key) == REFUSED), told[0])
    return Receipt(
        _recovery(first, key),
        code=first.code,
        message=readable(first.message),
        fields=names_in((first,)),
        matches=matches_in(first) or (ids_in(first.message) if first.code in _NAMES_RECORDS else ()),
        crowded=is_too_many(first.message),
    )


def unnamed() -> Receipt:
    """The receipt for a record the answer does not speak of."""
    return Receipt("unknown", code="NO_RESULT", message="Salesforce's answer does not say what became of this record")


def readable(message: str) -> str:
    """Salesforce's words on one line, without the value they may repeat."""
    return " ".join(_VALUE.sub(r"\1…\2", message).split())[:_MESSAGE_LENGTH]


def _recovery(complaint: Complaint, key: str) -> str:
    """Two upserts of one key at one time: the second is told DUPLICATE_VALUE on the key, and finds the record next time."""
    if is_locked(complaint.message):
        return RETRY
    if complaint.code == "DUPLICATE_VALUE" and key and (key in complaint.fields or key in complaint.message):
        return RETRY
    return RECORD.get(complaint.code, REFUSED)
