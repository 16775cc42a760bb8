"""Which resource answers which path, and what every call has in common: a session, a version, the count of calls, refusals as JSON."""

from __future__ import annotations

from connectors.sandbox.kernel.ledger import Ledger
from connectors.sandbox.salesforce.api import info
from connectors.sandbox.salesforce.api.bulk_ingest import Ingest
from connectors.sandbox.salesforce.api.bulk_query import BulkQueries
from connectors.sandbox.salesforce.api.collections import Collections
from connectors.sandbox.salesforce.api.composite import Composite
from connectors.sandbox.salesforce.api.describing import Describing
from connectors.sandbox.salesforce.api.http import Reply, Request, refuse, wrong_method
from connectors.sandbox.salesforce.api.oauth import OAuth, bearer, no_session
from connectors.sandbox.salesforce.api.queries import Queries
from connectors.sandbox.salesforce.api.rows import Rows
from connectors.sandbox.salesforce.api.tooling import Tooling
from connectors.sandbox.salesforce.auth import Auth
from connectors.sandbox.salesforce.errors import Refusal, Refusals, not_found
from connectors.sandbox.salesforce.org import Org


class Router:
    """The whole API."""

    def __init__(self, org: Org, auth: Auth, ledger: Ledger) -> None:
        self._org = org
        self._auth = auth
        self.limits = info.Limits(org)
        self.oauth = OAuth(org, auth)
        self.describing = Describing(org)
        self._rows = Rows(org, self.describing)
        self._queries = Queries(org)
        self._collections = Collections(org, self._rows)
        self._composite = Composite(org, self._rows, self._served)
        self.tooling = Tooling(org)
        self._ingest = Ingest(org, ledger)
        self._bulk_queries = BulkQueries(org)

    def opened(self, url: str) -> None:
        """Tell where the server can be reached."""
        self.oauth.url = self.describing.url = url
        self._auth.audiences = (*self._auth.audiences, url, f"{url}/services/oauth2/token")

    def settle(self) -> None:
        """Let happen what was due by now: late rows show up, Bulk jobs get on."""
        self._org.settle()
        self._ingest.settle()
        self._bulk_queries.settle()

    def answer(self, request: Request) -> Reply:
        """The answer to a request from outside."""
        self.settle()
        try:
            first = request.segments[:2]
            if first == ("services", "oauth2"):
                return self.oauth.handle(request)
            if first[:1] == ("id",):
                return self.oauth.identity(request)
            if first == ("services", "Soap"):
                return self.oauth.soap(request)
            if first != ("services", "data"):
                raise not_found()
            if len(request.segments) == 2:
                return info.versions(request)
            return self._with_session(request)
        except (Refusal, Refusals) as wrong:
            return refuse(wrong)

    def _with_session(self, request: Request) -> Reply:
        session = self._auth.session(bearer(request))
        if session is None:
            raise no_session()
        request.user = session.user
        if request.call is not None:
            request.call.by = str(self._org.value(session.user, "Username"))
        self.limits.count()
        reply = self._served(request)
        reply.headers["Sforce-Limit-Info"] = self.limits.header()
        return reply

    def _served(self, request: Request) -> Reply:
        """The answer to a request whose user is known; subrequests of a composite come in here."""
        try:
            if request.segments[:2] != ("services", "data") or len(request.segments) < 3:
                raise not_found()
            info.check_version(request.segments[2])
            request.version = request.segments[2]
            return self._resource(request)
        except (Refusal, Refusals) as wrong:
            return refuse(wrong)

    def _resource(self, request: Request) -> Reply:
        rest = request.segments[3:]
        if not rest:
            return info.resources(request, f"{self.oauth.url}/id/{self._auth.org_id}/{request.user}")
        name = rest[0]
        if name in ("query", "queryAll") and len(rest) <= 2:
            return self._queries.handle(request)
        if name == "sobjects":
            return self._rows.handle(request)
        if name == "composite":
            return self._composites(request, rest)
        if name == "jobs":
            return self._jobs(request, rest)
        if name == "tooling" and len(rest) > 1:
            return self.tooling.handle(request)
        if name == "limits" and rest[1:] in ((), ("recordCount",)):
            if request.method not in ("GET", "HEAD"):
                raise wrong_method(request, "GET", "HEAD")
            return self.limits.reply() if len(rest) == 1 else info.record_counts(self._org, request)
        raise not_found()

    def _composites(self, request: Request, rest: tuple[str, ...]) -> Reply:
        if len(rest) == 1:
            return self._composite.handle(request)
        if rest[1] == "sobjects":
            return self._collections.handle(request)
        if rest[1] == "batch" and len(rest) == 2:
            return self._composite.batch(request)
        if rest[1] == "tree" and len(rest) == 3:
            return self._composite.tree(request)
        raise not_found()

    def _jobs(self, request: Request, rest: tuple[str, ...]) -> Reply:
        if request.inner:
            raise Refusal("INVALID_REQUEST", "Bulk jobs cannot be part of a composite request")
        if rest[1:2] == ("ingest",):
            return self._ingest.handle(request)
        if rest[1:2] == ("query",):
            return self._bulk_queries.handle(request)
        raise not_found()
