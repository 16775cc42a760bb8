"""Bulk API 2.0 query jobs: a query's rows as CSV, in pieces."""

from __future__ import annotations

import base64
from typing import Any

import orjson

from connectors.sandbox.salesforce.api import tables
from connectors.sandbox.salesforce.api.bulk_jobs import FINISHED, Job, Jobs
from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.errors import Refusal, not_found
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.soql.columns import has_address
from connectors.sandbox.salesforce.soql.run import Answer, run

_MOST = 50_000


class BulkQueries:
    """Everything below `jobs/query`."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._jobs = Jobs(org, "V2Query")
        self._texts: dict[str, str] = {}
        self._answers: dict[str, Answer] = {}

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
        if len(rest) == 2 and rest[1] == "results" and request.method == "GET":
            return self._results(request, job)
        if len(rest) != 1:
            raise not_found()
        if request.method == "DELETE":
            self._jobs.remove(job)
            return Reply(204)
        if request.method == "PATCH":
            return self._abort(request, job)
        if request.method != "GET":
            raise wrong_method(request, "GET", "PATCH", "DELETE")
        return Reply(200, job.shown("V2Query", whole=True))

    def settle(self) -> None:
        """Run the queries whose time has come."""
        for job in self._jobs.due():
            try:
                answer = self._run(job)
            except Refusal as wrong:
                job.state, job.error = "Failed", f"{wrong.code}: {wrong.message}"
                continue
            self._answers[job.id] = answer
            job.state, job.processed = "JobComplete", answer.total

    def _create(self, request: Request) -> Reply:
        body = request.record()
        operation, text = str(body.get("operation", "")), str(body.get("query", ""))
        if operation not in ("query", "queryAll"):
            raise Refusal("INVALIDJOB", f"InvalidJob : Unknown operation: {operation}")
        try:
            answer = run(self._org, request.user, text, request.base, operation == "queryAll")
        except Refusal as wrong:
            raise Refusal("API_ERROR", f"{wrong.code}: {wrong.message}") from None
        if answer.grouped or answer.count_only or answer.has_children:
            raise Refusal("API_ERROR", "FUNCTIONALITY_NOT_ENABLED: Aggregate Relationships not supported in Bulk Query")
        if has_address(answer.columns):
            raise Refusal("API_ERROR", "FUNCTIONALITY_NOT_ENABLED: Selecting compound data not supported in Bulk Query")
        job = self._jobs.add(request, body, operation, answer.sobject, "UploadComplete")
        job.queued_at = self._org.clock.now()
        self._texts[job.id] = text
        return Reply(200, job.shown("V2Query", whole=False))

    def _run(self, job: Job) -> Answer:
        base = f"/services/data/{job.version}"
        return run(self._org, job.user, self._texts[job.id], base, job.operation == "queryAll")

    def _abort(self, request: Request, job: Job) -> Reply:
        if request.record().get("state") != "Aborted" or job.state in FINISHED:
            raise Refusal("INVALIDJOBSTATE", f"Job state change from {job.state} is not allowed")
        job.state, job.changed_at = "Aborted", self._org.clock.now()
        return Reply(200, job.shown("V2Query", whole=False))

    def _results(self, request: Request, job: Job) -> Reply:
        """A piece of the rows; `Sforce-Locator` says where the next begins, `null` that there is none."""
        answer = self._answers.get(job.id)
        if answer is None or job.state != "JobComplete":
            raise Refusal("INVALIDJOBSTATE", f"The results of a job in state {job.state} are not available")
        start = _place(request.query.get("locator", ""))
        given = request.query.get("maxRecords", "")
        end = start + min(_MOST, int(given) if given.isdigit() and int(given) > 0 else _MOST)
        columns = answer.flat()
        rows = [[_cell(get(row)) for _, get in columns] for row in answer.rows[start:end]]
        locator = base64.urlsafe_b64encode(str(end).encode()).decode().rstrip("=") if end < answer.total else "null"
        data = tables.write([name for name, _ in columns], rows, job.delimiter, job.ending)
        headers = {"Sforce-Locator": locator, "Sforce-NumberOfRecords": str(len(rows))}
        return Reply(200, data, headers, "text/csv")


def _place(locator: str) -> int:
    if not locator or locator == "null":
        return 0
    try:
        return int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except ValueError:
        raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator") from None


def _cell(value: Any) -> str:
    """A value as CSV shows it; times end in Z here."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"{value[:23]}Z" if len(value) == 28 and value.endswith("+0000") and value[10] == "T" else value
    return orjson.dumps(value).decode()
