"""The HubSpot stand-in: an ASGI app, the loading of a world, and the acts of the people who work in HubSpot."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping

from connectors.sandbox.hubspot import (
    account_api,
    associations_api,
    associations_v3_api,
    batch_api,
    catalogue_api,
    conversations_api,
    exports_api,
    forms_api,
    lists_api,
    object_links_v3_api,
    objects_api,
    owners_api,
    properties_api,
    webhooks_api,
)
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.auth import Auth
from connectors.sandbox.hubspot.forms import Forms
from connectors.sandbox.hubspot.http import Answer, Request, refusal
from connectors.sandbox.hubspot.limits import Limits
from connectors.sandbox.hubspot.lists import Lists
from connectors.sandbox.hubspot.loading import Loader
from connectors.sandbox.hubspot.people import acts_of
from connectors.sandbox.hubspot.portal import APP_ID, PORTAL_ID, Portal
from connectors.sandbox.hubspot.problems import Problem
from connectors.sandbox.hubspot.router import Router
from connectors.sandbox.hubspot.webhooks import Webhooks
from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.control import Act
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.gate import Receive, Scope, Send, call_of
from connectors.sandbox.kernel.ledger import Ledger
from connectors.sandbox.world import Thing

_log = logging.getLogger(__name__)
ROUTES = (
    *objects_api.ROUTES,
    *batch_api.ROUTES,
    *associations_api.ROUTES,
    *associations_v3_api.ROUTES,
    *object_links_v3_api.ROUTES,
    *properties_api.ROUTES,
    *owners_api.ROUTES,
    *lists_api.ROUTES,
    *forms_api.ROUTES,
    *conversations_api.ROUTES,
    *exports_api.ROUTES,
    *webhooks_api.ROUTES,
    *account_api.ROUTES,
    *catalogue_api.ROUTES,
)


class HubSpotServer:
    """One HubSpot account served over HTTP. `acts` are what people can do in it, `credentials` what to log in with."""

    def __init__(self, clock: Clock, ledger: Ledger, faults: Faults) -> None:
        portal, auth = Portal(clock), Auth(clock)
        hooks = Webhooks(clock, auth, ledger, portal)
        self.account = Account(clock, portal, auth, Limits(clock), Forms(portal), Lists(portal), hooks)
        self.faults = faults
        self._router = Router(ROUTES)
        self._loader = Loader(self.account)
        self.acts: Mapping[str, Act] = acts_of(self.account, ledger)

    @property
    def credentials(self) -> Mapping[str, str]:
        """A private app's token, and an OAuth app's secrets."""
        auth = self.account.auth
        return {
            "access_token": auth.private_token,
            "client_id": auth.client_id,
            "client_secret": auth.client_secret,
            "refresh_token": auth.refresh_token,
            "portal_id": str(PORTAL_ID),
            "app_id": str(APP_ID),
            "developer_key": auth.developer_key,
        }

    def load(self, things: Iterable[Thing]) -> None:
        """Fill the account. Raises `ValueError` or `LookupError` for a thing that does not fit."""
        with self.account.portal.lock:
            self._loader.load(things)

    @property
    def loadable(self) -> Iterable[str]:
        """The kinds of things a world may hold beside CRM objects."""
        return self._loader.kinds

    def id_of(self, kind: str, key: str) -> str:
        """The id a world's thing was given."""
        return self._loader.id_of(kind, key)

    def close(self) -> None:
        """Stop sending webhooks."""
        self.account.webhooks.close()

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        headers = dict(scope["headers"])
        request = Request(
            scope["method"], scope["raw_path"].decode("latin-1"), scope["query_string"], headers, body, call_of(scope)
        )
        answer = self.answer(request)
        traced = (*answer.headers, (b"x-hubspot-correlation-id", str(uuid.uuid4()).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": traced})
        await send({"type": "http.response.body", "body": answer.body})

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        with self.account.portal.lock:
            try:
                return self._answer(request)
            except Problem as problem:
                return refusal(problem)
            except Exception:  # a request nobody thought of must not end without an answer of HubSpot's kind
                _log.exception("the HubSpot stand-in failed at %s %s", request.method, request.path)
                return refusal(Problem(500, "internal error", "SERVER_ERROR"))

    def _answer(self, request: Request) -> Answer:
        route = self._router.find(request)
        limits: tuple[tuple[bytes, bytes], ...] = ()
        if not route.open:
            token = self.account.auth.check(request.headers)
            request.oauth = self.account.auth.is_oauth(token)
            request.call.by = "OAuth app" if request.oauth else "private app"
            is_search = route.handler is objects_api.search_objects
            limits = self.account.limits.count(request.oauth, is_search)
            self.account.auth.require(route.scopes)
        answer = route.handler(self.account, request)
        answer.headers += limits
        return answer
