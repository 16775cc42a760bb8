"""One Salesforce org served over HTTP."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.control import Act
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.ledger import Ledger
from connectors.sandbox.salesforce import seed
from connectors.sandbox.salesforce.acts import acts_of
from connectors.sandbox.salesforce.admin import Admin
from connectors.sandbox.salesforce.api.http import Endpoint, Reply, Request, refuse
from connectors.sandbox.salesforce.api.router import Router
from connectors.sandbox.salesforce.auth import Auth
from connectors.sandbox.salesforce.errors import Refusal
from connectors.sandbox.salesforce.loading import Loader
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.settings import Settings
from connectors.sandbox.salesforce.soql.run import run
from connectors.sandbox.salesforce.troubles import FAULTS
from connectors.sandbox.world import Thing

_log = logging.getLogger(__name__)
_BASE = "/services/data/v68.0"


class SalesforceServer:
    """`app` is the ASGI app, `acts` what people can do in the org, `credentials` what to log in with.

    `opened` must be told the server's address before anybody logs in. `org` is the org itself, for tests.
    """

    def __init__(self, clock: Clock, ledger: Ledger, faults: Faults) -> None:
        self.org = Org(clock)
        self.faults = faults
        self._admin = seed.plant(self.org)
        self._loader = Loader(self.org, self._admin)
        self.auth = Auth(self.org)
        self._router = Router(self.org, self.auth, ledger)
        self._one_at_a_time = threading.RLock()
        self.app = Endpoint(self._answer)
        self.own_faults: Mapping[str, str] = FAULTS
        self.acts: Mapping[str, Act] = acts_of(
            self.org, Admin(self.org, self.auth, self._router), ledger, self._one_at_a_time
        )

    def load(self, things: Iterable[Thing], rules: Mapping[str, Any] | None = None) -> None:
        """Fill the org and say how it behaves; `rules` are those of `Settings`. Raises `ValueError` for what makes no sense."""
        with self._one_at_a_time:
            if rules:
                self.org.settings = Settings.from_rules(rules)
            self._loader.load(things)

    def opened(self, url: str) -> None:
        """The server can be reached at `url` now."""
        self._router.opened(url)

    @property
    def credentials(self) -> Mapping[str, str]:
        """What to log in with: JWT (any RS256 key, unless the client has a public key), client credentials, refresh token."""
        client = self.auth.clients[0]
        return {
            "client_id": client.id,
            "client_secret": client.secret,
            "username": client.username,
            "refresh_token": client.refresh_token,
            "org_id": self.auth.org_id,
            "permission_set": seed.PERMISSION_SET,
        }

    def id_of(self, kind: str, key: str) -> str:
        """The id a thing of the world became; raises `LookupError`."""
        return self._loader.id_of(kind, key)

    def query(self, text: str, deleted_too: bool = False) -> list[dict[str, Any]]:
        """All records of a query, seen by the org itself and not counted as a call. Raises `Refusal`."""
        with self._one_at_a_time:
            self._router.settle()
            answer = run(self.org, "", text, _BASE, deleted_too)
            return [{"expr0": answer.total}] if answer.count_only else answer.page(0, answer.total)

    def _answer(self, request: Request) -> Reply:
        with self._one_at_a_time:
            try:
                return self._router.answer(request)
            except Exception:  # a request nobody thought of must not end without an answer of Salesforce's kind
                _log.exception("the Salesforce stand-in failed at %s %s", request.method, request.path)
                return refuse(Refusal("UNKNOWN_EXCEPTION", "An unexpected error occurred.", status=500))
