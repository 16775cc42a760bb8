"""Webhook settings and subscriptions of the app, with a developer key or a token."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.batch_api import batch_answer, inputs_of
from connectors.sandbox.hubspot.http import Answer, Request, first, nothing, ok
from connectors.sandbox.hubspot.portal import APP_ID
from connectors.sandbox.hubspot.problems import Problem, invalid, not_found
from connectors.sandbox.hubspot.router import DATES, Route
from connectors.sandbox.hubspot.webhooks import settings_from


def _app(account: Account, request: Request) -> None:
    """Raise 401 without the developer's key or a token, 404 for another app."""
    if first(request.parameters(), "hapikey") != account.auth.developer_key:
        account.auth.check(request.headers)
    request.call.by = "developer"
    if request.names["app"] != str(APP_ID):
        raise not_found(f"App {request.names['app']} does not exist")


def get_settings(account: Account, request: Request) -> Answer:
    """GET …/settings."""
    _app(account, request)
    return ok(account.webhooks.target())


def put_settings(account: Account, request: Request) -> Answer:
    """PUT …/settings."""
    _app(account, request)
    hooks = account.webhooks
    hooks.settings = settings_from(request.json(), account.portal.now(), hooks.settings)
    return ok(hooks.settings)


def delete_settings(account: Account, request: Request) -> Answer:
    """DELETE …/settings."""
    _app(account, request)
    account.webhooks.settings = None
    return nothing()


def list_subscriptions(account: Account, request: Request) -> Answer:
    """GET …/subscriptions."""
    _app(account, request)
    return ok({"results": list(account.webhooks.subscriptions.values())})


def create_subscription(account: Account, request: Request) -> Answer:
    """POST …/subscriptions."""
    _app(account, request)
    return ok(account.webhooks.subscribe(request.json()), 201)


def get_subscription(account: Account, request: Request) -> Answer:
    """GET …/subscriptions/{id}."""
    _app(account, request)
    return ok(account.webhooks.find(request.names["id"]))


def _switch(account: Account, one: dict[str, Any], active: Any) -> dict[str, Any]:
    if not isinstance(active, bool):
        raise invalid("active must be true or false")
    one |= {"active": active, "updatedAt": account.portal.now()}
    return one


def update_subscription(account: Account, request: Request) -> Answer:
    """PATCH …/subscriptions/{id}."""
    _app(account, request)
    return ok(_switch(account, account.webhooks.find(request.names["id"]), request.json().get("active")))


def update_subscriptions(account: Account, request: Request) -> Answer:
    """POST …/subscriptions/batch/update."""
    _app(account, request)
    results: list[Any] = []
    errors: list[Any] = []
    for one in inputs_of(request.json()):
        try:
            results.append(_switch(account, account.webhooks.find(str(one.get("id", ""))), one.get("active")))
        except Problem as problem:
            errors.append(problem.in_batch([str(one.get("id", ""))]))
    return batch_answer(account, request, results, errors)


def delete_subscription(account: Account, request: Request) -> Answer:
    """DELETE …/subscriptions/{id}."""
    _app(account, request)
    account.webhooks.find(request.names["id"])
    del account.webhooks.subscriptions[int(request.names["id"])]
    return nothing()


def _at(rest: str) -> tuple[str, ...]:
    return ("/webhooks/v3/{app}" + rest, *(f"/app-webhooks/{date}/{{app}}{rest}" for date in DATES))


_ONE = _at("/subscriptions/{id}")
ROUTES = (
    Route("GET", _at("/settings"), get_settings, open=True),
    Route("PUT", _at("/settings"), put_settings, open=True),
    Route("DELETE", _at("/settings"), delete_settings, open=True),
    Route("GET", _at("/subscriptions"), list_subscriptions, open=True),
    Route("POST", _at("/subscriptions"), create_subscription, open=True),
    Route("POST", _at("/subscriptions/batch/update"), update_subscriptions, open=True),
    Route("GET", _ONE, get_subscription, open=True),
    Route("PATCH", _ONE, update_subscription, open=True),
    Route("DELETE", _ONE, delete_subscription, open=True),
)
