"""simple-salesforce with what it gets wrong put right, in this one place.

The library builds the URLs, logs in (JWT, client credentials), formats SOQL. Mended here, each pinned by a test:
a token refused for good made it log in without end (its #804); the retry after a login lost the caller's headers;
sixteen threads with one expired token logged in six times; a 401 without JSON broke it; a host that moved at login
was not followed; https was fixed, which no sandbox on loopback speaks; `X-PrettyPrint` made every answer larger;
a login reply without a token or from a strange host was taken. Nothing is sent before the first call.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import jwt
import orjson
import requests
from simple_salesforce.api import Salesforce as Library
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from connectors.errors import NotAllowed, Refused, RemoteError, SchemaChanged, Unavailable
from connectors.http import Clock, Hosts, is_loopback
from connectors.http.shapes import an_object
from connectors.salesforce.credentials import Credentials

_NAME = "Salesforce"
# Logins in a row that brought no usable token before we stop, and the seconds until one more is tried. Salesforce counts
# failed logins and locks users out.
MOST_LOGINS, LOGIN_PAUSE = 2, 300.0
# A JWT lives 3 minutes; a clock that is off by more than this makes Salesforce refuse it.
_CLOCK_SECONDS = 120


class Connection(Library):
    """One org, one token for all threads.

    `session` must raise `connectors.errors` for every answer but a good one, a 300 and a 401 (`connectors.http` does).
    `server_now` is the org's clock when known, to name a wrong clock of ours.
    """

    def __init__(
        self,
        session: requests.Session,
        credentials: Credentials,
        hosts: Hosts,
        *,
        version: str,
        clock: Clock | None = None,
        server_now: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._hosts = hosts
        self._clock = clock or Clock()
        self._server_now = server_now
        self._renewing = threading.Lock()
        self._fruitless, self._last_login = 0, 0.0
        self._versions: tuple[str, ...] | None = None
        super().__init__(session_id="", instance="login.salesforce.com", version=version, session=session)
        self._salesforce_login_partial = partial(
            SalesforceLogin, session=session, proxies=session.proxies, **credentials.arguments()
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> requests.Response:
        """One call below `/services/data/vNN.0/`; `body` goes as JSON, `data` as it is."""
        sent = data if body is None else orjson.dumps(body)
        self._have_token()
        return self._call_salesforce(method, self.base_url + path, path, params=params, data=sent, headers=headers)

    def ask(self, soql: str, *, gone: bool = False) -> dict[str, Any]:
        """The first page of a question; `gone` asks for deleted rows too (queryAll)."""
        self._have_token()
        return dict(an_object(self.query(soql, include_deleted=gone), _NAME, "a query"))

    def more(self, next_records_url: str) -> dict[str, Any]:
        """The next page, by the address the page before named: its path only, asked of our own org."""
        self._have_token()
        parts = urlsplit(next_records_url)
        path = urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
        return dict(an_object(self.query_more(path, identifier_is_url=True), _NAME, "a query"))

    def who(self) -> dict[str, Any]:
        """OpenID's userinfo of the user behind our token."""
        self._have_token()
        told = self._call_salesforce("GET", f"{self.oauth2_url}userinfo", "userinfo").json()
        return dict(an_object(told, _NAME, "userinfo"))

    def _call_salesforce(
        self, method: str, url: str, name: str = "", retries: int = 0, max_retries: int = 1, **kwargs: Any
    ) -> requests.Response:
        """Send. What the org says not to have at all may be our API version: that is told as what it is."""
        try:
            return self._send(method, url, **kwargs)
        except SchemaChanged as gone:
            if gone.code == "NOT_FOUND":
                self._check_version()
            raise

    def _check_version(self) -> None:
        """Raises `Refused` when the org does not speak our version of the API. The org is asked once; no answer says nothing."""
        if self._versions is None:
            try:
                told = self._send("GET", f"https://{self.sf_instance}/services/data").json()
            except RemoteError:
                return
            listed = told if isinstance(told, list) else []
            self._versions = tuple(str(one.get("version")) for one in listed if isinstance(one, Mapping))
        known = self._versions
        if known and self.sf_version not in known:
            words = f"the org speaks the API versions {known[0]} to {known[-1]}, not {self.sf_version}; set one of them"
            raise Refused(words, system="salesforce", status=404, code="BAD_VERSION")

    def _send(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """Send; after a 401 log in once (or use the token another thread brought meanwhile) and send the same again."""
        self._have_token()
        given = dict(kwargs.pop("headers", None) or {})
        token = self.session_id
        response = self.session.request(method, url, headers=self._with_token(given, token), **kwargs)
        if response.status_code == 401:
            self._renew(token)
            url = urlunsplit(urlsplit(url)._replace(netloc=self.sf_instance))  # the org may have moved
            token = self.session_id
            response = self.session.request(method, url, headers=self._with_token(given, token), **kwargs)
        if response.status_code == 401:
            raise _not_allowed(
                "Salesforce refuses a token it has just given out; check the app's policies and the user"
            )
        self._fruitless = 0
        return response

    @staticmethod
    def _with_token(given: Mapping[str, str], token: str) -> dict[str, str]:
        return {"Content-Type": "application/json", **given, "Authorization": f"Bearer {token}"}

    def _have_token(self) -> None:
        if not self.session_id:
            self._renew("")

    def _renew(self, refused: str) -> None:
        """Bring a token other than `refused`; only the first of the threads that hold that one logs in."""
        with self._renewing:
            if self.session_id != refused:
                return
            waited = self._clock.monotonic() - self._last_login
            if self._fruitless >= MOST_LOGINS and waited < LOGIN_PAUSE:
                raise _not_allowed(
                    f"Salesforce turned down the last {self._fruitless} logins; the next try is in "
                    f"{LOGIN_PAUSE - waited:.0f} s. Check the app, the user and the key."
                )
            self._refresh_session()

    def _refresh_session(self) -> None:
        """Log in. Raises `NotAllowed` when Salesforce says no, `Unavailable` when it says nothing usable."""
        token, instance = self._log_in()
        host = f"{'http' if is_loopback(urlsplit(f'//{instance}').hostname or '') else 'https'}://{instance}"
        routed = isinstance(self.session, LoopbackSession) and LoopbackSession.takes(urlsplit(host).hostname or "")
        if not routed:
            self._hosts.check(host)
        instance = urlsplit(host).netloc  # a path behind the host is a site's own; the API stands at its root
        self.base_url = f"https://{instance}/services/data/v{self.sf_version}/"
        self.tooling_url = f"{self.base_url}tooling/"
        self.oauth2_url = f"https://{instance}/services/oauth2/"
        self.sf_instance, self.session_id = instance, token

    def _log_in(self) -> tuple[str, str]:
        if self._salesforce_login_partial is None:
            raise RuntimeError("a connection always has a way to log in")
        self._last_login = self._clock.monotonic()
        self._fruitless += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the library warns with an address that holds the consumer key
                token, instance = self._salesforce_login_partial()
        except SalesforceAuthenticationFailed as failed:
            raise self._turned_down(failed) from None
        except (AttributeError, TypeError):  # its reply was no object, or named no instance
            token = instance = ""
        except (ValueError, jwt.PyJWTError) as wrong:  # PyJWT: the private key is none
            raise _not_allowed(f"The private key for Salesforce cannot be used ({type(wrong).__name__})") from None
        if not (isinstance(token, str) and token and isinstance(instance, str) and instance):
            self._fruitless -= 1
            raise Unavailable("Salesforce's login answered without a token", system="salesforce", code="NO_TOKEN")
        return token, instance

    def _turned_down(self, failed: SalesforceAuthenticationFailed) -> Exception:
        """Why a login failed. Salesforce's description is a fixed phrase; a body that is no JSON is not repeated."""
        if not isinstance(failed.code, str):
            self._fruitless -= 1
            return Unavailable("Salesforce's login answered without data", system="salesforce", code="NOT_JSON")
        words = f"Salesforce turned down the login ({failed.code}: {failed.auth_message[:120]})"
        there = self._server_now()
        if there is not None:
            off = (self._clock.now() - there).total_seconds()
            if abs(off) > _CLOCK_SECONDS:
                words += (
                    f". This machine's clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} Salesforce's"
                )
        return _not_allowed(words, failed.code)


class LoopbackSession(requests.Session):
    """Sends what the library addresses to Salesforce to a sandbox on this machine instead; other hosts stay as they are."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._scheme, self._netloc = urlsplit(base_url)[:2]

    @staticmethod
    def takes(host: str) -> bool:
        """Whether what is addressed to a host goes to the sandbox instead."""
        return host.lower().endswith(".salesforce.com")

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(url if isinstance(url, str) else url.decode())
        host = parts.hostname or ""
        if self.takes(host):
            parts = parts._replace(scheme=self._scheme, netloc=self._netloc)
        elif is_loopback(host):
            parts = parts._replace(scheme=self._scheme)
        return super().request(method, urlunsplit(parts), *args, **kwargs)


def _not_allowed(message: str, code: str = "INVALID_SESSION_ID") -> NotAllowed:
    return NotAllowed(message, system="salesforce", status=401, code=code)
