"""Upserts of many records by one Bulk API 2.0 job, which can be taken up again after a crash by its id.

Nothing of a job is processed before it is closed after the upload, so a job found open was never begun: it is dropped.
The library's own driver is not used: it drops the job with the first hiccup of the network, loses the id, orders
columns by chance and turns None into "unchanged". No assignment rule runs for Bulk jobs that name none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import NotAllowed, OutcomeUnknown, Refused, RemoteError, SchemaChanged, Unavailable
from connectors.http import Clock
from connectors.http.shapes import an_object
from connectors.records import Receipt
from connectors.salesforce import soql
from connectors.salesforce.bulk_table import parse, table
from connectors.salesforce.codes import RETRY, Complaint, names_in
from connectors.salesforce.connection import Connection
from connectors.salesforce.receipts import failure, unnamed
from connectors.salesforce.values import plain_key

# 150 MB after base64 is the most one job takes (Salesforce's Bulk API 2.0 guide), which is 100 MB before.
JOB_BYTES = 100_000_000
_ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class BulkJob:
    """A job as Salesforce tells of it: `state` is its own word, `message` says why it failed as a whole."""

    id: str
    state: str
    processed: int = 0
    failed: int = 0
    message: str = ""

    @property
    def ended(self) -> bool:
        return self.state in _ENDED


class Bulk:
    """Bulk upserts to one org."""

    def __init__(self, connection: Connection, clock: Clock | None = None) -> None:
        self._connection = connection
        self._clock = clock or Clock()

    def upsert(
        self,
        object_name: str,
        key: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        remember: Callable[[str], None],
        job_id: str = "",
        seconds: float = 3600.0,
    ) -> list[Receipt]:
        """Upload, wait, receipts in the order given. `remember` gets the job's id before anything is uploaded.

        After a crash hand in the same rows with the remembered `job_id`; what that job does not tell is unknown.
        `Unavailable` after `seconds`: the job goes on, come back.
        """
        if job_id:
            return self._taken_up(job_id, key, rows, seconds)
        job = self.start(object_name, key, rows, remember=remember)
        if job is not None:
            self.wait(job.id, seconds)
        return self.results(job.id if job else "", key, rows)

    def start(
        self, object_name: str, key: str, rows: Sequence[Mapping[str, Any]], *, remember: Callable[[str], None]
    ) -> BulkJob | None:
        """Make a job, upload the rows, close it. None: no row can go, nothing was started.

        `Unavailable` here means that nothing was or will be processed, unless closing the job itself was the call that failed:
        `upsert` with the remembered id sorts that out.
        """
        file, refused = table(rows, key)
        if len(refused) == len(rows):
            return None
        if len(file) > JOB_BYTES:
            raise Refused(f"{len(file)} bytes are too many for one Bulk job; split the rows", system="salesforce")
        asked = {
            "object": soql.name(object_name),
            "operation": "upsert",
            "externalIdFieldName": soql.name(key),
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        job = _job(self._connection.call("POST", "jobs/ingest", body=asked).json())
        remember(job.id)
        self._upload(job.id, file)
        return self._close(job.id)

    def poll(self, job_id: str) -> BulkJob:
        """How far a job is; one call."""
        return _job(self._connection.call("GET", f"jobs/ingest/{_checked(job_id)}").json())

    def wait(self, job_id: str, seconds: float = 3600.0) -> BulkJob:
        """Poll until the job has ended."""
        until, pause = self._clock.monotonic() + seconds, _FIRST_PAUSE
        while not (job := self.poll(job_id)).ended:
            if self._clock.monotonic() + pause > until:
                message = (
                    f"Bulk job {job_id} is still {job.state} after {seconds:.0f} s; it goes on, ask again by its id"
                )
                raise Unavailable(message, system="salesforce", code="BULK_RUNNING")
            self._clock.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        return job

    def results(self, job_id: str, key: str, rows: Sequence[Mapping[str, Any]]) -> list[Receipt]:
        """A receipt per row of an ended job, matched by key. `SchemaChanged` when it failed for a column before any row."""
        _, refused = table(rows, key)
        told = self._told(job_id, key) if job_id else {}
        return [refused.get(index) or told.get(plain_key(row.get(key))) or unnamed() for index, row in enumerate(rows)]

    def abort(self, job_id: str) -> None:
        """Drop a job; what was processed stays."""
        self._connection.call("PATCH", f"jobs/ingest/{_checked(job_id)}", body={"state": "Aborted"})

    def _taken_up(self, job_id: str, key: str, rows: Sequence[Mapping[str, Any]], seconds: float) -> list[Receipt]:
        """A job of before. One that was never closed says nothing, nor one that the org has forgotten (after 7 days) or keeps from us."""
        try:
            if self.poll(job_id).state == "Open":
                self.abort(job_id)
                return [unnamed()] * len(rows)
            self.wait(job_id, seconds)
        except (SchemaChanged, Refused, NotAllowed):
            return [unnamed()] * len(rows)
        return self.results(job_id, key, rows)

    def _upload(self, job_id: str, file: bytes) -> None:
        path = f"jobs/ingest/{job_id}/batches"
        try:
            self._connection.call("PUT", path, data=file, headers={"Content-Type": "text/csv"})
        except OutcomeUnknown as lost:
            self.abort(job_id)
            message = f"the upload to Bulk job {job_id} broke off; the job was dropped, nothing was written"
            raise Unavailable(message, system="salesforce", status=lost.status, code=lost.code) from None

    def _close(self, job_id: str) -> BulkJob:
        """Hand the job over. A second try is refused when the first one went through, so the state decides."""
        try:
            self._connection.call("PATCH", f"jobs/ingest/{job_id}", body={"state": "UploadComplete"})
        except Refused:
            job = self.poll(job_id)
            if job.state == "Open":
                raise
            return job
        return BulkJob(job_id, "UploadComplete")

    def _told(self, job_id: str, key: str) -> dict[str, Receipt]:
        job = self.poll(job_id)
        if not job.ended:
            raise Unavailable(f"Bulk job {job_id} is still {job.state}", system="salesforce", code="BULK_RUNNING")
        told = {
            **self._file(job_id, "unprocessedrecords", key, _unprocessed),
            **self._file(job_id, "failedResults", key, lambda row: _failed(row, key)),
            **self._file(job_id, "successfulResults", key, _successful),
        }
        names = names_in((Complaint("InvalidBatch", job.message, (), {}),))
        if job.state == "Failed" and names and not any(one.id for one in told.values()):
            message = f"Salesforce does not know {', '.join(names)}, or hides it from the integration user (Bulk)"
            raise SchemaChanged(message, names=names, system="salesforce", code="InvalidBatch")
        return told

    def _file(
        self, job_id: str, name: str, key: str, made: Callable[[Mapping[str, str]], Receipt]
    ) -> dict[str, Receipt]:
        """What one file says; one that cannot be had or read says nothing of anybody."""
        try:
            rows = parse(self._connection.call("GET", f"jobs/ingest/{job_id}/{name}").content)
        except RemoteError:
            return {}
        return {plain_key(row.get(key)): made(row) for row in rows}


def _job(told: Any) -> BulkJob:
    told = an_object(told, "Salesforce", "a Bulk job")
    return BulkJob(
        _checked(str(told.get("id") or "")),
        str(told.get("state") or ""),
        int(told.get("numberRecordsProcessed") or 0),
        int(told.get("numberRecordsFailed") or 0),
        str(told.get("errorMessage") or ""),
    )


def _checked(job_id: str) -> str:
    if not (job_id.isascii() and job_id.isalnum()):
        raise Refused("that is no id of a Bulk job", system="salesforce", code="BAD_NAME")
    return job_id


def _successful(row: Mapping[str, str]) -> Receipt:
    made = (row.get("sf__Created") or "").lower() == "true"
    return Receipt("created" if made else "updated", id=row.get("sf__Id") or None)


def _failed(row: Mapping[str, str], key: str) -> Receipt:
    """`sf__Error` reads `CODE:message:fields--`; the message may hold colons."""
    code, _, rest = (row.get("sf__Error") or "").partition(":")
    message, _, names = rest.removesuffix("--").rpartition(":")
    fields = tuple(name for name in names.replace(",", " ").split() if name)
    return failure([Complaint(code, message or rest, fields, {})], key)


def _unprocessed(_row: Mapping[str, str]) -> Receipt:
    return Receipt(RETRY, code="UNPROCESSED", message="the Bulk job ended before this record's turn")
