"""Faults that only the org itself can act out: locked rows, writes without effect, rows that show up late, refusals on request.

`Call.fault` names one of `FAULTS`; the settings `ignored_writes` and `late_seconds` do the same for every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.errors import Refusal, refused
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.stamps import second_stamp
from connectors.sandbox.salesforce.store import Table

FAULTS: Mapping[str, str] = {
    "row_lock": "a `share` (1.0) of the rows of the call are locked: UNABLE_TO_LOCK_ROW",
    "refuse_rows": "a `share` (1.0) of the rows are refused with `code`, `message` and `fields`",
    "ignored_write": "a `share` (1.0) of the rows are answered as written and are not",
    "late_rows": "new rows stay hidden from queries for `seconds` (30)",
    "query_timeout": "the query is given up: QUERY_TIMEOUT",
}


class Troubles:
    """The trouble of one call."""

    def __init__(self, org: Org, call: Call | None) -> None:
        self._org = org
        self._call = call
        self._fault = call.fault if call is not None else ""
        self._params: Mapping[str, Any] = call.fault_params if call is not None else {}

    def before_write(self, sobject: SObject, id18: str | None) -> None:
        """Raise where the row is to be locked or refused."""
        if self._fault not in ("row_lock", "refuse_rows") or not self._hit(float(self._params.get("share", 1.0))):
            return
        if self._fault == "row_lock":
            shown = id18 or ids.make(sobject.prefix, len(self._org.table(sobject.name)))
            raise refused(
                "UNABLE_TO_LOCK_ROW", f"unable to obtain exclusive access to this record or 1 records: {shown}"
            )
        code = str(self._params.get("code", "UNKNOWN_EXCEPTION"))
        raise refused(code, str(self._params.get("message", "refused on request")), *self._params.get("fields", ()))

    def ignores(self) -> bool:
        """Whether this write is to have no effect."""
        share = (
            float(self._params.get("share", 1.0))
            if self._fault == "ignored_write"
            else self._org.settings.ignored_writes
        )
        if not self._hit(share):
            return False
        if self._call is not None:
            self._call.notes["ignored"] = self._call.notes.get("ignored", 0) + 1
        return True

    def after_create(self, table: Table, row: int) -> None:
        """Hide a new row for a while."""
        if self._fault == "late_rows":
            seconds = float(self._params.get("seconds", 30))
        elif self._org.settings.late_seconds > 0:
            seconds = self._org.random.uniform(0, self._org.settings.late_seconds)
        else:
            return
        table.late[row] = second_stamp(self._org.clock.now() + timedelta(seconds=seconds))

    def on_query(self) -> None:
        """Raise where a query is to be given up."""
        if self._fault == "query_timeout":
            raise Refusal("QUERY_TIMEOUT", "Your query request was running for too long.")

    def _hit(self, share: float) -> bool:
        return share >= 1.0 or (share > 0.0 and self._org.random.random() < share)
