"""Who may log in and which tokens are good: JWT bearer, client credentials, refresh tokens; nothing with a password."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.settings import Client

_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
# How far an assertion may reach into the future, and by how much clocks may differ.
_LONGEST = timedelta(minutes=5)
_SKEW = timedelta(seconds=10)
# Times above this are counted in milliseconds: as seconds they would lie in the year 5138.
_MILLISECONDS = 1e11
DEFAULT_CLIENT = Client("3MVG9leadbridge.sandbox.consumer", "5A7C0FFEE0SANDBOX0SECRET", "integration@leadbridge.example", "",
                        "5Aep861sandbox.refresh.token")  # fmt: skip


class LoginRefused(Exception):
    """An OAuth error: `error` and `description` as the token endpoint tells them."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Session:
    """A token somebody holds."""

    token: str
    user: str
    client: Client
    expires_at: datetime


class Auth:
    """Gives tokens and knows them again."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._sessions: dict[str, Session] = {}
        self._revoked: set[str] = set()
        self._count = 0
        self.audiences: tuple[str, ...] = _AUDIENCES

    @property
    def clients(self) -> tuple[Client, ...]:
        """The apps of the org."""
        return tuple(self._org.settings.clients) or (DEFAULT_CLIENT,)

    @property
    def org_id(self) -> str:
        """The org's id of 18 characters."""
        return str(self._org.table("Organization").columns["Id"][0])

    def session(self, token: str) -> Session | None:
        """The session of a token that is still good and whose user may still work."""
        session = self._sessions.get(token)
        if session is None or session.expires_at <= self._org.clock.now():
            return None
        return session if self._org.value(session.user, "IsActive") else None

    def revoke(self, token: str) -> bool:
        """End a token, or a refresh token with every token of its client; False for an unknown one."""
        if self._sessions.pop(token, None) is not None:
            return True
        mine = [one for one in self.clients if token and one.refresh_token == token and token not in self._revoked]
        self._revoked.update(client.refresh_token for client in mine)
        for known in [known for known, session in self._sessions.items() if session.client in mine]:
            del self._sessions[known]
        return bool(mine)

    def expire_all(self) -> int:
        """End every token at once; returns how many there were."""
        count = len(self._sessions)
        self._sessions.clear()
        return count

    def login(self, form: Mapping[str, str], authorization: str) -> Session:
        """What a POST to the token endpoint gives; raises `LoginRefused`."""
        grant = form.get("grant_type", "")
        if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._by_assertion(form.get("assertion", ""))
        if grant == "password":
            raise LoginRefused("unsupported_grant_type", "grant type not supported")
        if grant not in ("client_credentials", "refresh_token"):
            raise LoginRefused("unsupported_grant_type", "grant type not supported")
        client = self._client(form, authorization, secret_needed=grant == "client_credentials")
        known = client.refresh_token if client.refresh_token not in self._revoked else ""
        if grant == "refresh_token" and (not known or form.get("refresh_token") != known):
            raise LoginRefused("invalid_grant", "expired access/refresh token")
        return self._open(client, client.username)

    def _client(self, form: Mapping[str, str], authorization: str, secret_needed: bool) -> Client:
        """The app that asks, from HTTP Basic or the form."""
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, packed = authorization.partition(" ")
        if kind.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
            except ValueError:
                raise LoginRefused("invalid_client", "invalid client credentials") from None
        for client in self.clients:
            if client.id == name:
                if client.secret != secret and (secret_needed or secret):
                    raise LoginRefused("invalid_client", "invalid client credentials")
                return client
        raise LoginRefused("invalid_client_id", "client identifier invalid")

    def _by_assertion(self, assertion: str) -> Session:
        """JWT bearer: RS256, from a known app, for an active user, for this audience, and not valid for long."""
        try:
            claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
            algorithm = jwt.get_unverified_header(assertion).get("alg")
        except jwt.InvalidTokenError:
            raise LoginRefused("invalid_grant", "invalid assertion") from None
        client = next((one for one in self.clients if one.id == claims.get("iss")), None)
        if client is None:
            raise LoginRefused("invalid_client_id", "client identifier invalid")
        if algorithm != "RS256" or (client.public_key and not _signed(assertion, client.public_key)):
            raise LoginRefused("invalid_grant", "invalid assertion")
        audience = claims.get("aud")
        # The vendor's command line puts a slash behind the address.
        given = {str(one).rstrip("/") for one in (audience if isinstance(audience, list) else [audience])}
        if not given & set(self.audiences):
            raise LoginRefused("invalid_grant", "audience is invalid")
        self._check_expiry(claims.get("exp"))
        return self._open(client, str(claims.get("sub") or claims.get("prn") or ""))

    def _check_expiry(self, given: Any) -> None:
        try:
            seconds = float(given)
            # The vendor's command line sends milliseconds, and real orgs let it in.
            expires = datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
        except (TypeError, ValueError, OverflowError):
            raise LoginRefused("invalid_grant", "invalid assertion") from None
        now = self._org.clock.now()
        if expires <= now - _SKEW:
            raise LoginRefused("invalid_grant", "assertion has expired")
        if expires > now + _LONGEST + _SKEW:
            raise LoginRefused("invalid_grant", "expiration time is too far in the future")

    def _open(self, client: Client, username: str) -> Session:
        users = self._org.table("User")
        rows = users.with_value("Username", username) if username else ()
        if not rows:
            raise LoginRefused("invalid_grant", "user hasn't approved this consumer")
        if not users.value(rows[0], "IsActive"):
            raise LoginRefused("inactive_user", "user is inactive")
        self._count += 1
        digest = hashlib.sha512(f"{client.id}/{username}/{self._count}/{self._org.clock.now()}".encode()).digest()
        token = f"{self.org_id[:15]}!AQ{base64.urlsafe_b64encode(digest).decode().rstrip('=').replace('-', '.')}"
        expires_at = self._org.clock.now() + timedelta(seconds=self._org.settings.token_seconds)
        session = Session(token, str(users.columns["Id"][rows[0]]), client, expires_at)
        self._sessions[token] = session
        return session


def _signed(assertion: str, public_key: str) -> bool:
    unchecked = {"verify_exp": False, "verify_aud": False, "verify_iss": False}
    try:
        jwt.decode(assertion, public_key, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return False
    return True
