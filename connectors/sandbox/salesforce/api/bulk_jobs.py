"""What ingest and query jobs have in common: an id, states that follow each other in time, and how a job is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.api.http import Reply, Request
from connectors.sandbox.salesforce.api.tables import DELIMITERS, ENDINGS
from connectors.sandbox.salesforce.errors import Refusal, not_found
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.stamps import stamp

_LIFE = timedelta(days=7)
FINISHED = frozenset({"JobComplete", "Failed", "Aborted"})


@dataclass(slots=True)
class Job:
    """A job of either kind. `queued_at` is when its waiting began."""

    id: str
    operation: str
    object: str
    user: str
    version: str
    delimiter: str
    ending: str
    created_at: datetime
    state: str
    queued_at: datetime | None = None
    changed_at: datetime | None = None
    processed: int = 0
    failed: int = 0
    error: str = ""
    call: Call | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def shown(self, kind: str, whole: bool) -> dict[str, Any]:
        """The job as the API shows it; `whole` with its counts."""
        made: dict[str, Any] = {
            "id": self.id, "operation": self.operation, "object": self.object, "createdById": self.user,
            "createdDate": stamp(self.created_at), "systemModstamp": stamp(self.changed_at or self.created_at), "state": self.state,
            "concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": float(self.version.removeprefix("v")),
            "lineEnding": self.ending, "columnDelimiter": self.delimiter, **self.more,
        }  # fmt: skip
        if whole:
            made |= {"jobType": kind, "retries": 0, "totalProcessingTime": 10, "numberRecordsProcessed": self.processed}
            if kind == "V2Ingest":
                made |= {"apiActiveProcessingTime": 10, "apexProcessingTime": 0, "numberRecordsFailed": self.failed}
            if self.error:
                made["errorMessage"] = self.error
        return made


class Jobs:
    """The jobs of one kind."""

    def __init__(self, org: Org, kind: str) -> None:
        self._org = org
        self._kind = kind
        self._jobs: dict[str, Job] = {}
        self._count = 0 if kind == "V2Ingest" else 1_000_000

    def add(self, request: Request, body: Mapping[str, Any], operation: str, object_name: str, state: str) -> Job:
        """Make a job from what its request says."""
        delimiter, ending = str(body.get("columnDelimiter", "COMMA")), str(body.get("lineEnding", "LF"))
        if delimiter not in DELIMITERS or ending not in ENDINGS or str(body.get("contentType", "CSV")).upper() != "CSV":
            raise Refusal("INVALIDJOB", "InvalidJob : Unsupported contentType, columnDelimiter or lineEnding")
        self._count += 1
        now = self._org.clock.now()
        job = Job(
            ids.make("750", self._count),
            operation,
            object_name,
            request.user,
            request.version,
            delimiter,
            ending,
            now,
            state,
        )
        self._jobs[job.id] = job
        return job

    def get(self, given: str) -> Job:
        """A job by its id; jobs older than seven days are gone. Raises 404."""
        job = self._jobs.get(ids.whole(given) or "")
        if job is None or self._org.clock.now() - job.created_at > _LIFE:
            raise not_found()
        return job

    def remove(self, job: Job) -> None:
        """Forget a job; raises while it is at work."""
        if job.state not in FINISHED and job.state != "UploadComplete":
            raise Refusal("INVALIDJOBSTATE", f"Unable to delete a job in state {job.state}")
        del self._jobs[job.id]

    def listing(self, request: Request) -> Reply:
        """All jobs."""
        records = [job.shown(self._kind, whole=False) | {"jobType": self._kind} for job in self._jobs.values()]
        return Reply(200, {"done": True, "records": records, "nextRecordsUrl": None})

    def due(self) -> list[Job]:
        """Move jobs on in time and return those whose work is to be done now."""
        ready = []
        now, wait = self._org.clock.now(), timedelta(seconds=self._org.settings.job_seconds)
        for job in self._jobs.values():
            if job.queued_at is None or job.state in FINISHED:
                continue
            if job.state == "UploadComplete" and now >= job.queued_at + wait:
                job.state, job.changed_at = "InProgress", now
            if job.state == "InProgress" and now >= job.queued_at + 2 * wait:
                job.changed_at = now
                ready.append(job)
        return ready
