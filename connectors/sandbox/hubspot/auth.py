"""Who calls, and what they may do: tokens with scopes, and the OAuth exchange that gives new ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.sandbox.hubspot.portal import APP_ID, PORTAL_ID
from connectors.sandbox.hubspot.problems import Problem, expired, missing_scopes, no_credentials
from connectors.sandbox.kernel.clock import Clock

SCOPES = frozenset(
    {
        "oauth", "tickets", "forms", "forms-uploaded-files", "crm.objects.contacts.read", "crm.objects.contacts.write",
        "crm.objects.companies.read", "crm.objects.companies.write", "crm.objects.deals.read", "crm.objects.deals.write",
        "crm.objects.leads.read", "crm.objects.leads.write", "crm.objects.owners.read", "crm.objects.custom.read",
        "crm.objects.custom.write", "crm.objects.feedback_submissions.read", "crm.lists.read", "crm.lists.write",
        "crm.schemas.contacts.read", "crm.schemas.contacts.write", "crm.schemas.companies.read", "crm.schemas.companies.write",
        "crm.schemas.deals.read", "crm.schemas.deals.write", "crm.schemas.custom.read", "crm.export",
        "conversations.read", "conversations.write", "crm.import",
    }
)  # fmt: skip
TOKEN_SECONDS = 1_800


@dataclass(slots=True)
class Token:
    """An access token. `expires_at` is None for a private app's, which does not end by itself."""

    text: str
    scopes: frozenset[str]
    expires_at: datetime | None = None


@dataclass(slots=True)
class Auth:
    """The tokens in force. The private app's token and the OAuth app's secrets are the same in every run."""

    clock: Clock
    private_token: str = "pat-eu1-5a0d-sandbox-b0c1-hubspot"
    client_id: str = "6f5e-sandbox-client"
    client_secret: str = "b21d-sandbox-secret"
    refresh_token: str = "na1-sandbox-refresh-token"
    developer_key: str = "developer-sandbox-key"
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    tokens: dict[str, Token] = field(default_factory=dict)
    _issued: int = 0

    def __post_init__(self) -> None:
        self.restore()

    def check(self, headers: dict[bytes, bytes]) -> Token:
        """The caller's token; raises 401."""
        scheme, _, text = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        token = self.tokens.get(text.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise no_credentials()
        if token.expires_at is not None and token.expires_at <= self.clock.now():
            raise expired(int((self.clock.now() - token.expires_at).total_seconds()) + 1)
        return token

    def require(self, scopes: tuple[str, ...]) -> None:
        """Raise 403 unless one of the scopes is granted; no scopes: nothing to require."""
        if scopes and not self.scopes.intersection(scopes):
            raise missing_scopes(scopes)

    def is_oauth(self, token: Token) -> bool:
        """Whether the token came from an OAuth exchange."""
        return token.expires_at is not None

    def revoke(self, text: str) -> bool:
        """End a token; False if there was none."""
        if text == self.refresh_token:
            self.refresh_token = ""
            return True
        return self.tokens.pop(text, None) is not None

    def restore(self) -> str:
        """Put the private app's token in force again."""
        self.tokens[self.private_token] = Token(self.private_token, frozenset())
        return self.private_token

    def exchange(self, form: dict[str, str]) -> dict[str, object]:
        """A new access token for a refresh token, an authorisation code or the client's credentials; raises 400."""
        grant = form.get("grant_type")
        if grant not in ("refresh_token", "authorization_code", "client_credentials"):
            raise _bad_auth("BAD_GRANT_TYPE", "missing or unknown grant type")
        if form.get("client_id") != self.client_id:
            raise _bad_auth("BAD_CLIENT_ID", "missing or unknown client id")
        if form.get("client_secret") != self.client_secret:
            raise _bad_auth("BAD_CLIENT_SECRET", "missing or invalid client secret")
        if grant == "refresh_token" and (not self.refresh_token or form.get("refresh_token") != self.refresh_token):
            raise _bad_auth("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        if grant == "authorization_code" and not form.get("code"):
            raise _bad_auth("BAD_AUTH_CODE", "missing or unknown auth code")
        token = self._issue()
        answer: dict[str, object] = {
            "access_token": token.text,
            "expires_in": TOKEN_SECONDS,
            "token_type": "bearer",
            "token_use": "client_credentials" if grant == "client_credentials" else "access_token",
            "hub_id": PORTAL_ID,
            "user_id": 1,
            "scopes": sorted(self.scopes),
        }
        if grant != "client_credentials":
            answer["refresh_token"] = self.refresh_token
        return answer

    def describe(self, text: str) -> dict[str, object] | None:
        """What a token is, for the introspection endpoints; None for one that is not in force."""
        known = self.tokens.get(text)
        if text and text == self.refresh_token:
            return self._about(text) | {"token_use": "refresh_token"}
        if known is None:
            return None
        left = TOKEN_SECONDS if known.expires_at is None else int((known.expires_at - self.clock.now()).total_seconds())
        more = {"token_use": "access_token", "expires_in": left, "active": left > 0}
        return self._about(text) | more | {"signed_access_token": self._signed(known)}

    def _signed(self, token: Token) -> dict[str, object]:
        """The part of a token that HubSpot signs, with a signature of no meaning."""
        ends = 0 if token.expires_at is None else int(token.expires_at.timestamp() * 1000)
        return {
            "expiresAt": ends, "scopes": "", "hubId": PORTAL_ID, "userId": 1, "appId": APP_ID, "signature": "sandbox",
            "scopeToScopeGroupPks": "", "newSignature": "sandbox", "hublet": "eu1", "trialScopes": "",
            "trialScopeToScopeGroupPks": "", "isUserLevel": False, "isServiceAccount": False, "isPrivateDistribution": False,
            "installingUserId": 1, "appInstallId": "1", "audience": "",
        }  # fmt: skip

    def _about(self, text: str) -> dict[str, object]:
        return {
            "active": True,
            "token": text,
            "token_type": "bearer",
            "app_id": APP_ID,
            "client_id": self.client_id,
            "hub_id": PORTAL_ID,
            "hub_domain": "leadbridge-sandbox.example.com",
            "user": "admin@leadbridge-sandbox.example.com",
            "user_id": 1,
            "scopes": sorted(self.scopes),
        }

    def _issue(self) -> Token:
        self._issued += 1
        text = "CN" + hashlib.sha256(f"{self.client_secret}/{self._issued}".encode()).hexdigest()
        token = Token(text, frozenset(self.scopes), self.clock.now() + timedelta(seconds=TOKEN_SECONDS))
        self.tokens[text] = token
        return token


def _bad_auth(status: str, message: str) -> Problem:
    return Problem(400, message, None, more={"status": status, "error": "invalid_grant", "error_description": message})
