"""OAuth tokens, and what the account is."""

from __future__ import annotations

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.http import Answer, Request, nothing, ok
from connectors.sandbox.hubspot.limits import TIERS
from connectors.sandbox.hubspot.portal import PORTAL_ID
from connectors.sandbox.hubspot.problems import Problem, not_found
from connectors.sandbox.hubspot.router import Route, versions
from connectors.sandbox.kernel.clock import iso_ms


def token(account: Account, request: Request) -> Answer:
    """POST …/token. The date-based versions want the parameters in the body; so does this for all.

    The documents give every refusal a category; version 1, which they leave out, answers without one.
    """
    try:
        return ok(account.auth.exchange(request.form()))
    except Problem as refused:
        refused.category = None if request.api == "v1" else "VALIDATION_ERROR"
        raise


def introspect(account: Account, request: Request) -> Answer:
    """POST …/token/introspect."""
    found = account.auth.describe(request.form().get("token", ""))
    if found is None:
        raise not_found("The token is not known")
    return ok(found | {"is_private_distribution": False})


def revoke(account: Account, request: Request) -> Answer:
    """POST …/token/revoke: 200 whether there was such a token or not."""
    account.auth.revoke(request.form().get("token", ""))
    return ok({})


def token_info(account: Account, request: Request) -> Answer:
    """GET /oauth/v1/access-tokens/{token} and /refresh-tokens/{token}."""
    found = account.auth.describe(request.names["token"])
    if found is None:
        raise not_found("The token is not known")
    return ok(found | {"token_type": "access" if found["token_use"] == "access_token" else "refresh"})


def delete_refresh_token(account: Account, request: Request) -> Answer:
    """DELETE /oauth/v1/refresh-tokens/{token}."""
    account.auth.revoke(request.names["token"])
    return nothing()


def details(account: Account, request: Request) -> Answer:
    """GET …/details."""
    return ok(
        {
            "portalId": PORTAL_ID,
            "accountType": "STANDARD",
            "timeZone": "Etc/UTC",
            "companyCurrency": "USD",
            "additionalCurrencies": ["EUR"],
            "utcOffset": "+00:00",
            "utcOffsetMilliseconds": 0,
            "uiDomain": "app-eu1.hubspot.com",
            "dataHostingLocation": "eu1",
        }
    )


def usage(account: Account, request: Request) -> Answer:
    """GET …/api-usage/daily/private-apps."""
    limits = account.limits
    return ok(
        {
            "results": [
                {
                    "name": "private-apps-api-calls-daily",
                    "usageLimit": TIERS[limits.tier].day,
                    "currentUsage": limits.used,
                    "collectedAt": account.portal.now(),
                    "fetchStatus": "SUCCESS",
                    "resetsAt": iso_ms(limits.resets_at()),
                }
            ]
        }
    )


_TOKEN = versions("oauth", "/token")
ROUTES = (
    Route("POST", (*_TOKEN, "/oauth/v1/token"), token, open=True),
    Route("POST", versions("oauth", "/token/introspect"), introspect, open=True),
    Route("POST", versions("oauth", "/token/revoke"), revoke, open=True),
    Route("GET", ("/oauth/v1/access-tokens/{token}", "/oauth/v1/refresh-tokens/{token}"), token_info, open=True),
    Route("DELETE", ("/oauth/v1/refresh-tokens/{token}",), delete_refresh_token, open=True),
    Route("GET", versions("account-info", "/details"), details),
    Route("GET", versions("account-info", "/api-usage/daily/private-apps"), usage),
)
