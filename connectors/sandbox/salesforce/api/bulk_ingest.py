"""Bulk API 2.0 ingest: insert, update, upsert and delete from a CSV file, with result files."""

from __future__ import annotations

import email
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors.sandbox.kernel.ledger import Call, Ledger
from connectors.sandbox.salesforce import automation
from connectors.sandbox.salesforce.api import tables
from connectors.sandbox.salesforce.api.bulk_jobs import FINISHED, Job, Jobs
from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.errors import Refusal, Refusals, not_found, refused
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.incoming import Caller
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.writes import SeveralMatches, Writer

_OPERATIONS = frozenset({"insert", "update", "upsert", "delete"})
_NO_HARD_DELETE = (
    "hardDelete operation requires special user profile permission, please contact your system administrator"
)
# Bytes of one upload, as documented for after base64.
_LARGEST = 150_000_000
# Rows that are written together; an external id may stand only once among them.
_CHUNK = 200
_NULL = "#N/A"
_CSV = "text/csv"


@dataclass(slots=True)
class _Work:
    """A job's file and what became of its rows."""

    data: bytes | None = None
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    done: list[list[str]] = field(default_factory=list)
    wrong: list[list[str]] = field(default_factory=list)
    left: list[list[str]] = field(default_factory=list)


class Ingest:
    """Everything below `jobs/ingest`."""

    def __init__(self, org: Org, ledger: Ledger) -> None:
        self._org = org
        self._ledger = ledger
        self._jobs = Jobs(org, "V2Ingest")
        self._work: dict[str, _Work] = {}

    def handle(self, request: Request) -> Reply:
        """Find what the path means and answer it."""
        rest = request.segments[5:]
        if not rest:
            if request.method == "POST":
                return self._create(request)
            if request.method == "GET":
                return self._jobs.listing(request)
            raise wrong_method(request, "GET", "POST")
        job = self._jobs.get(rest[0])
        if len(rest) == 1:
            return self._job(request, job)
        if len(rest) == 2:
            return self._part(request, job, rest[1].lower())
        raise not_found()

    def settle(self) -> None:
        """Do the work of the jobs whose time has come."""
        for job in self._jobs.due():
            work = self._work[job.id]
            call = job.call or Call("salesforce", "JOB", f"/services/data/{job.version}/jobs/ingest/{job.id}")
            try:
                self._process(job, work, call)
                job.state = "JobComplete"
            except tables.BadTable as wrong:
                job.state, job.error, work.left = "Failed", str(wrong), work.rows
            call.notes |= {"job": job.id, "state": job.state}
            self._ledger.write(call, self._org.clock.now(), 200, 200)

    def _create(self, request: Request) -> Reply:
        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            body, data = _parts(kind, request.body)
        else:
            body, data = request.record(), None
        operation, name = str(body.get("operation", "")), str(body.get("object", ""))
        sobject = self._org.schema.find(name)
        if operation == "hardDelete":
            raise Refusal("FEATURENOTENABLED", f"FeatureNotEnabled : {_NO_HARD_DELETE}")
        if operation not in _OPERATIONS:
            raise Refusal("INVALIDJOB", f"InvalidJob : Unknown operation: {operation}")
        if sobject is None or not self._org.access.allows(request.user, sobject, "read"):
            raise Refusal("INVALIDENTITY", f"Invalid Entity : '{name}' is not supported to use with Bulk API")
        external = sobject.find(str(body.get("externalIdFieldName", ""))) if operation == "upsert" else None
        if operation == "upsert" and (external is None or not (external.external_id or external.id_lookup)):
            words = "InvalidJob : External ID was blank or unknown for an upsert. An External ID must be specified."
            raise Refusal("INVALIDJOB", words)
        job = self._jobs.add(request, body, operation, sobject.name, "Open")
        job.more["contentUrl"] = f"services/data/{request.version}/jobs/ingest/{job.id}/batches"
        if external is not None:
            job.more["externalIdFieldName"] = external.name
        self._work[job.id] = _Work(data)
        if data is not None:
            self._close(request, job)
        return Reply(200, job.shown("V2Ingest", whole=False))

    def _job(self, request: Request, job: Job) -> Reply:
        if request.method == "GET":
            return Reply(200, job.shown("V2Ingest", whole=True))
        if request.method == "DELETE":
            self._jobs.remove(job)
            return Reply(204)
        if request.method != "PATCH":
            raise wrong_method(request, "GET", "PATCH", "DELETE")
        state = request.record().get("state")
        if state == "Aborted" and job.state not in FINISHED:
            job.state, job.changed_at = "Aborted", self._org.clock.now()
            self._read_quietly(job)
        elif state == "UploadComplete" and job.state == "Open":
            if self._work[job.id].data is None:
                raise Refusal("INVALIDJOBSTATE", "Job has no data: upload it before closing the job")
            self._close(request, job)
        else:
            raise Refusal("INVALIDJOBSTATE", f"Job state change from {job.state} to {state} is not allowed")
        return Reply(200, job.shown("V2Ingest", whole=False))

    def _close(self, request: Request, job: Job) -> None:
        """Let the job wait for its turn. A fault on this call is acted out when the rows are written."""
        job.state, job.queued_at = "UploadComplete", self._org.clock.now()
        given = request.call
        job.call = Call("salesforce", "JOB", f"{request.base}/jobs/ingest/{job.id}", by=given.by if given else "")
        if given is not None:
            job.call.fault, job.call.fault_params = given.fault, given.fault_params

    def _part(self, request: Request, job: Job, name: str) -> Reply:
        work = self._work[job.id]
        if name == "batches":
            return self._upload(request, job, work)
        if request.method != "GET":
            raise wrong_method(request, "GET")
        if name not in ("successfulresults", "failedresults", "unprocessedrecords"):
            raise not_found()
        if name == "unprocessedrecords":
            return self._file(job, work.header, work.left)
        first = "sf__Created" if name == "successfulresults" else "sf__Error"
        rows = work.done if name == "successfulresults" else work.wrong
        return self._file(job, ["sf__Id", first, *work.header], rows)

    def _file(self, job: Job, header: list[str], rows: list[list[str]]) -> Reply:
        return Reply(200, tables.write(header, rows, job.delimiter, job.ending), content_type=_CSV)

    def _upload(self, request: Request, job: Job, work: _Work) -> Reply:
        if request.method != "PUT":
            raise wrong_method(request, "PUT")
        if job.state != "Open" or work.data is not None:
            raise Refusal("INVALIDJOBSTATE", "Found multiple contents for job: one upload is allowed while it is open")
        if not request.headers.get("content-type", _CSV).startswith(_CSV):
            raise Refusal("UNSUPPORTED_MEDIA_TYPE", "The content has to be text/csv", status=415)
        if len(request.body) > _LARGEST:
            raise Refusal("INVALIDBATCH", "InvalidBatch : The upload is larger than 150 MB")
        work.data = request.body
        return Reply(201)

    def _read_quietly(self, job: Job) -> None:
        """Keep the rows of an aborted job for its list of unprocessed records."""
        work = self._work[job.id]
        if work.data is not None:
            try:
                work.header, work.left = tables.read(work.data, job.delimiter, job.ending)
            except tables.BadTable:
                work.header, work.left = [], []

    def _process(self, job: Job, work: _Work, call: Call) -> None:
        work.header, work.rows = tables.read(work.data or b"", job.delimiter, job.ending)
        sobject = self._org.schema.get(job.object)
        caller = Caller(user=job.user, auto_assign=False, from_text=True, call=call)
        self._check_columns(job, sobject, caller, work.header)
        writer = Writer(self._org, caller)
        external = sobject.find(job.more.get("externalIdFieldName", ""))
        seen: set[str] = set()
        too_many: Refusal | None = None
        for number, cells in enumerate(work.rows):
            if number % _CHUNK == 0:
                seen.clear()
                too_many = automation.overwhelmed(self._org, min(_CHUNK, len(work.rows) - number))
            try:
                if too_many is not None:
                    raise too_many
                id18, created = self._write(
                    writer, job, sobject, external, _record(work.header, cells, job.operation), seen
                )
                work.done.append([id18, "true" if created else "false", *cells])
            except (Refusal, Refusals) as wrong:
                first = wrong.first if isinstance(wrong, Refusals) else wrong
                known = next((cell for name, cell in zip(work.header, cells, strict=True) if name.lower() == "id"), "")
                work.wrong.append([known, first.bulk(), *cells])
        job.processed, job.failed = len(work.rows), len(work.wrong)

    def _write(
        self, writer: Writer, job: Job, sobject: SObject, external: Field | None, record: dict[str, Any], seen: set[str]
    ) -> tuple[str, bool]:
        """Write one row; its id and whether it is new."""
        if job.operation == "insert":
            return writer.create(sobject, record).id, True
        given = next((value for key, value in record.items() if key.lower() == "id"), None)
        if job.operation == "delete":
            return writer.delete(sobject, given), False
        if job.operation == "update":
            return writer.update(sobject, given, record).id, False
        assert external is not None
        value = next((value for key, value in record.items() if key.lower() == external.name.lower()), None)
        key = str(value).lower()
        if value is not None and key in seen:
            raise refused("DUPLICATE_VALUE", f"Duplicate external id specified: {value}")
        seen.add(key)
        try:
            saved = writer.upsert(sobject, external, value, record)
        except SeveralMatches:
            raise refused("DUPLICATE_EXTERNAL_ID", f"Duplicate external id specified: {value}", external.name) from None
        return saved.id, saved.created

    def _check_columns(self, job: Job, sobject: SObject, caller: Caller, header: list[str]) -> None:
        """One column that is not there, or hidden, fails the whole job."""
        for name in header:
            if not self._known(sobject, caller, name):
                raise tables.BadTable(f"InvalidBatch : Field name not found : {name}")
        if job.operation in ("update", "delete") and "id" not in [name.lower() for name in header]:
            raise tables.BadTable("InvalidBatch : Field name not found : Id")

    def _known(self, sobject: SObject, caller: Caller, name: str) -> bool:
        parent, dot, child = name.partition(".")
        field = sobject.find(parent)
        if not dot:
            return field is not None and self._org.access.can_read(caller.rights_of, sobject, field)
        relationship, _, kind = parent.partition(":")
        reference = sobject.parents.get(relationship.lower())
        target = self._org.schema.find(kind or reference.refers_to[0]) if reference is not None else None
        return target is not None and target.find(child) is not None


def _record(header: list[str], cells: list[str], operation: str) -> dict[str, Any]:
    """A row as a record: an empty cell is left out, `#N/A` is null, `Account.Key__c` names the parent."""
    record: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=True):
        if cell == "" and (operation != "insert" or name.lower() == "id"):
            continue
        value = None if cell in ("", _NULL) else cell
        parent, dot, child = name.partition(".")
        if not dot:
            record[name] = value
        elif value is not None:
            relationship, _, kind = parent.partition(":")
            record[relationship] = {**({"attributes": {"type": kind}} if kind else {}), child: value}
    return record


def _parts(kind: str, body: bytes) -> tuple[Mapping[str, Any], bytes | None]:
    """Job and content of a multipart request."""
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    held: dict[str, bytes] = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            held[name] = payload
    try:
        job = orjson.loads(held.get("job", b""))
    except orjson.JSONDecodeError:
        raise Refusal("INVALIDJOB", "InvalidJob : The part called job is no JSON") from None
    return job, held.get("content")
