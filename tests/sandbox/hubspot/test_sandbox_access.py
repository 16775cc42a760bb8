"""Tokens, scopes, limits and the people who change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

LIST = "/crm/v3/objects/contacts?limit=1"


def form(hub: Any, path: str, **values: str) -> tuple[int, Any]:
    status, answer = hub(
        "POST", path, urlencode(values).encode(), **{"content-type": "application/x-www-form-urlencoded"}
    )
    return status, answer


def secrets(hub: Any) -> dict[str, str]:
    known = hub.sandbox.hubspot.credentials
    return {key: known[key] for key in ("client_id", "client_secret", "refresh_token")}


@pytest.mark.parametrize("path", ["/oauth/v3/token", "/oauth/2026-09/token", "/oauth/v1/token"])
def test_a_refresh_token_gives_access_for_half_an_hour(hub: Any, path: str) -> None:
    status, answer = form(hub, path, grant_type="refresh_token", **secrets(hub))
    assert (status, answer["expires_in"], answer["token_type"]) == (200, 1800, "bearer")
    hub.token = answer["access_token"]
    assert hub("GET", LIST)[0] == 200
    hub.sandbox.clock.advance(1801)
    status, refused = hub("GET", LIST)
    assert (status, refused["category"]) == (401, "EXPIRED_AUTHENTICATION")
    known = form(hub, "/oauth/v3/token/introspect", token=answer["access_token"], **secrets(hub))[1]
    assert known["active"] is False


@pytest.mark.parametrize(
    ("wrong", "status_word"),
    [
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
        ({"client_id": "x"}, "BAD_CLIENT_ID"),
        ({"client_secret": "x"}, "BAD_CLIENT_SECRET"),
        ({"refresh_token": "x"}, "BAD_REFRESH_TOKEN"),
    ],
)
def test_wrong_secrets_give_nothing(hub: Any, wrong: dict[str, str], status_word: str) -> None:
    status, answer = form(hub, "/oauth/v3/token", **({"grant_type": "refresh_token", **secrets(hub)} | wrong))
    assert (status, answer["status"], answer["category"]) == (400, status_word, "VALIDATION_ERROR")
    # Version 1 stands in no document; its refusals carry no category.
    status, answer = form(hub, "/oauth/v1/token", **({"grant_type": "refresh_token", **secrets(hub)} | wrong))
    assert (status, answer["status"], "category" in answer) == (400, status_word, False)


def test_client_credentials_and_codes_and_revoking(hub: Any) -> None:
    assert "refresh_token" not in form(hub, "/oauth/v3/token", grant_type="client_credentials", **secrets(hub))[1]
    token = form(
        hub, "/oauth/v3/token", grant_type="authorization_code", code="c", redirect_uri="https://x", **secrets(hub)
    )[1]["access_token"]
    assert hub("GET", f"/oauth/v1/access-tokens/{token}")[1]["hub_id"] == 4820117
    form(hub, "/oauth/v3/token/revoke", token=token, **secrets(hub))
    hub.token = token
    assert hub("GET", LIST)[0] == 401
    assert hub("GET", f"/oauth/v1/access-tokens/{token}")[0] == 404
    hub.raw("DELETE", f"/oauth/v1/refresh-tokens/{secrets(hub)['refresh_token']}")
    assert (
        form(
            hub,
            "/oauth/v3/token",
            grant_type="refresh_token",
            **{**secrets(hub), "refresh_token": "na1-sandbox-refresh-token"},
        )[0]
        == 400
    )


def test_without_a_token_nothing_is_given(hub: Any) -> None:
    hub.token = "somebody-elses"
    status, answer = hub("GET", LIST)
    assert (status, answer["category"]) == (401, "INVALID_AUTHENTICATION")


@pytest.mark.parametrize("path", ["/account-info/v3/details", "/account-info/2026-09/details"])
def test_the_account_tells_its_id(hub: Any, path: str) -> None:
    assert str(hub("GET", path)[1]["portalId"]) == hub.sandbox.hubspot.credentials["portal_id"]


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("crm.objects.contacts.read", "GET", "/crm/v3/objects/contacts"),
        ("crm.objects.contacts.read", "GET", "/crm/v3/objects/notes"),
        ("crm.objects.contacts.write", "POST", "/crm/v3/objects/contacts"),
        ("crm.objects.companies.read", "POST", "/crm/objects/2026-09/companies/search"),
        ("crm.objects.companies.read", "POST", "/crm/v4/associations/companies/contacts/batch/read"),
        ("crm.objects.owners.read", "GET", "/crm/v3/owners"),
        ("crm.lists.read", "POST", "/crm/v3/lists/search"),
        ("forms", "GET", "/marketing/v3/forms"),
        ("conversations.read", "GET", "/conversations/v3/conversations/threads"),
        ("crm.schemas.contacts.write", "POST", "/crm/v3/properties/contacts"),
        ("crm.export", "POST", "/crm/v3/exports/export/async"),
    ],
)
def test_a_missing_scope_is_named(hub: Any, scope: str, method: str, path: str) -> None:
    hub.act("revoke_scope", scope=scope)
    status, answer = hub(method, path, {} if method == "POST" else None)
    assert (status, answer["category"]) == (403, "MISSING_SCOPES")
    assert scope in answer["errors"][0]["context"]["requiredGranularScopes"]
    hub.act("grant_scope", scope=scope)
    assert hub(method, path, {} if method == "POST" else None)[0] != 403


def test_a_revoked_token_is_restored(hub: Any) -> None:
    assert hub.act("revoke_token") is True
    assert hub("GET", LIST)[0] == 401
    hub.act("restore_token")
    assert hub("GET", LIST)[0] == 200


def test_ten_seconds_hold_a_hundred_calls_in_the_starter_tier(start: Callable[..., Any]) -> None:
    hub = start(limits=True)
    hub.act("limits", tier="starter")
    answers = [hub.raw("GET", LIST) for _ in range(101)]
    assert [answer.status for answer in answers] == [200] * 100 + [429]
    shown = answers[0].headers
    assert shown["x-hubspot-ratelimit-max"] == "100"
    assert shown["x-hubspot-ratelimit-remaining"] == "99"
    assert shown["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    assert (shown["x-hubspot-ratelimit-daily"], shown["x-hubspot-ratelimit-daily-remaining"]) == ("250000", "249999")
    refused = answers[-1].json()
    assert (refused["errorType"], refused["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert "category" not in refused
    assert "retry-after" not in answers[-1].headers


def test_five_searches_a_second_without_headers(start: Callable[..., Any]) -> None:
    hub = start(limits=True)
    answers = [hub.raw("POST", "/crm/v3/objects/contacts/search", {}) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["policyName"] == "SECONDLY"
    assert not [name for name in answers[0].headers if name.startswith("x-hubspot-ratelimit")]
    assert hub.raw("GET", LIST).status == 200


def test_the_day_ends_at_midnight(start: Callable[..., Any]) -> None:
    hub = start(limits=True)
    hub.act("limits", tier="professional", daily_used=624_999)
    assert hub("GET", LIST)[0] == 200
    status, answer = hub("GET", LIST)
    assert (status, answer["policyName"]) == (429, "DAILY")
    assert answer["requestId"]
    hub.sandbox.clock.advance(15 * 3600)
    assert hub("GET", LIST)[0] == 200
    usage = hub("GET", "/account-info/v3/api-usage/daily/private-apps")[1]["results"][0]
    assert (usage["usageLimit"], usage["currentUsage"]) == (625_000, 2)


def test_oauth_apps_are_not_told_the_days_count(start: Callable[..., Any]) -> None:
    hub = start(limits=True)
    hub.token = form(hub, "/oauth/v3/token", grant_type="refresh_token", **secrets(hub))[1]["access_token"]
    shown = hub.raw("GET", LIST).headers
    assert (shown["x-hubspot-ratelimit-max"], shown["x-hubspot-ratelimit-secondly"]) == ("110", "11")
    assert "x-hubspot-ratelimit-daily" not in shown


@pytest.mark.parametrize("body", [b"{", b"[]", b"", b'{"properties": []}', b'{"inputs": 3}', b'{"filterGroups": 1}'])
@pytest.mark.parametrize("path", ["", "/search", "/batch/read", "/batch/create", "/merge"])
def test_bodies_that_are_no_request_are_400(hub: Any, objects: str, path: str, body: bytes) -> None:
    status, answer = hub("POST", f"{objects}/contacts{path}", body)
    if path in ("", "/search") and body.startswith(b"{") and status in (200, 201):
        return
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
