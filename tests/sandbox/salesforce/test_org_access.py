"""Log-in, tokens and their end, versions, limits, and what every call has in common."""

from __future__ import annotations

import base64
import gzip
import zlib
from datetime import timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from org_clients import NOW, PRIVATE, PUBLIC, Rest, errors_of

from connectors.sandbox.salesforce.settings import Client

OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(rest: Rest, **form: Any) -> requests.Response:
    return requests.post(f"{rest.root}/services/oauth2/token", data=form)


def assertion(rest: Rest, key: Any = PRIVATE, algorithm: str = "RS256", **changes: Any) -> str:
    keys = rest.org.credentials
    claims = {"iss": keys["client_id"], "sub": keys["username"], "aud": "https://login.salesforce.com",
              "exp": int((NOW + timedelta(minutes=3)).timestamp())}  # fmt: skip
    return jwt.encode({key: value for key, value in (claims | changes).items() if value is not None}, key, algorithm)


def test_jwt_bearer(rest: Rest) -> None:
    answer = ask(rest, grant_type=BEARER, assertion=assertion(rest))
    told = answer.json()
    assert answer.status_code == 200
    assert told["token_type"] == "Bearer"
    assert told["instance_url"] == rest.root
    assert told["access_token"].startswith("00D")
    assert told["access_token"][15] == "!"
    who = requests.get(
        f"{rest.root}/services/oauth2/userinfo", headers={"Authorization": f"Bearer {told['access_token']}"}
    ).json()
    assert who["preferred_username"] == rest.org.credentials["username"]
    assert told["id"] == f"{rest.root}/id/{who['organization_id']}/{who['user_id']}" == who["sub"]
    identity = requests.get(told["id"], headers={"Authorization": f"Bearer {told['access_token']}"}).json()
    assert (identity["username"], identity["timezone"]) == (who["preferred_username"], who["zoneinfo"])
    assert identity["id"] == told["id"]
    assert "sub" not in identity


@pytest.mark.parametrize(
    "audience", ["https://test.salesforce.com", "https://login.salesforce.com/", "{own}/", "{own}"]
)
def test_audiences_a_jwt_may_name(rest: Rest, audience: str) -> None:
    given = audience.format(own=rest.root)
    assert ask(rest, grant_type=BEARER, assertion=assertion(rest, aud=given)).status_code == 200


def test_a_jwt_may_count_milliseconds(rest: Rest) -> None:
    for seconds, status in ((0.3, 200), (3600, 400), (-60, 400)):
        exp = int((NOW.timestamp() + seconds) * 1000)
        assert ask(rest, grant_type=BEARER, assertion=assertion(rest, exp=exp)).status_code == status


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"iss": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@x.com"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"aud": "https://elsewhere.example"}, "invalid_grant", "audience is invalid"),
        ({"exp": int(NOW.timestamp()) - 60}, "invalid_grant", "assertion has expired"),
        ({"exp": int(NOW.timestamp()) + 3600}, "invalid_grant", "too far"),
        ({"exp": None}, "invalid_grant", "invalid assertion"),
    ],
)
def test_jwt_bearer_refused(rest: Rest, changes: dict[str, Any], error: str, words: str) -> None:
    answer = ask(rest, grant_type=BEARER, assertion=assertion(rest, **changes))
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert words in answer.json()["error_description"]


def test_a_client_with_a_public_key_wants_its_signature(rest: Rest) -> None:
    keys = rest.org.credentials
    client = Client(keys["client_id"], keys["client_secret"], keys["username"], PUBLIC)
    rest.rules(clients=[client])
    assert ask(rest, grant_type=BEARER, assertion=assertion(rest)).status_code == 200
    assert ask(rest, grant_type=BEARER, assertion=assertion(rest, OTHER)).json()["error"] == "invalid_grant"
    assert ask(rest, grant_type=BEARER, assertion=assertion(rest, "s" * 32, "HS256")).json()["error"] == "invalid_grant"
    assert ask(rest, grant_type=BEARER, assertion="nonsense").json()["error"] == "invalid_grant"


def test_an_app_without_the_scope_is_not_told_who_it_is(rest: Rest) -> None:
    keys = rest.org.credentials
    rest.rules(clients=[Client(keys["client_id"], keys["client_secret"], keys["username"], scopes="api")])
    told = ask(rest, grant_type=BEARER, assertion=assertion(rest)).json()
    assert told["scope"] == "api"
    for address in (f"{rest.root}/services/oauth2/userinfo", told["id"]):
        answer = requests.get(address, headers={"Authorization": f"Bearer {told['access_token']}"})
        assert (answer.status_code, answer.text) == (403, "Bad_OAuth_Token")
    base = requests.get(f"{rest.base}/", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert base.json()["identity"] == told["id"]


def test_client_credentials_by_form_and_by_basic(rest: Rest) -> None:
    keys = rest.org.credentials
    by_form = ask(
        rest, grant_type="client_credentials", client_id=keys["client_id"], client_secret=keys["client_secret"]
    )
    packed = base64.b64encode(f"{keys['client_id']}:{keys['client_secret']}".encode()).decode()
    url = f"{rest.root}/services/oauth2/token"
    by_basic = requests.post(
        url, data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {packed}"}
    )
    assert {by_form.status_code, by_basic.status_code} == {200}
    assert by_form.json()["access_token"] != by_basic.json()["access_token"]
    wrong = ask(rest, grant_type="client_credentials", client_id=keys["client_id"], client_secret="no")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")


def test_refresh_token(rest: Rest) -> None:
    keys = rest.org.credentials
    good = ask(rest, grant_type="refresh_token", client_id=keys["client_id"], refresh_token=keys["refresh_token"])
    assert good.status_code == 200
    bad = ask(rest, grant_type="refresh_token", client_id=keys["client_id"], refresh_token="other")
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_grant")


def test_no_passwords_by_oauth_or_soap(rest: Rest) -> None:
    assert ask(rest, grant_type="password", username="a", password="b").json()["error"] == "unsupported_grant_type"
    for version, code in (("59.0", "INVALID_OPERATION"), ("65.0", "UNSUPPORTED_API_VERSION")):
        answer = requests.post(f"{rest.root}/services/Soap/u/{version}", data="<x/>", headers={"SOAPAction": "login"})
        assert answer.status_code == 500
        assert f"<sf:exceptionCode>{code}</sf:exceptionCode>" in answer.text


def test_no_token_a_wrong_one_an_old_one(rest: Rest) -> None:
    expected = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    url = f"{rest.base}/limits"
    for headers in ({}, {"Authorization": "Bearer 00Dnonsense!x"}, {"Authorization": "Basic x"}):
        answer = requests.get(url, headers=headers)
        assert (answer.status_code, answer.json()) == (401, expected)
    assert rest("GET", "limits").status_code == 200
    rest.sandbox.clock.advance(7_201)
    answer = rest("GET", "limits")
    assert (answer.status_code, answer.json()) == (401, expected)
    rest.login()
    assert rest("GET", "limits").status_code == 200
    rest.org.acts["expire_tokens"]()
    assert rest("GET", "limits").status_code == 401


def test_a_refresh_token_that_was_revoked_is_over_and_its_sessions_too(rest: Rest) -> None:
    keys = rest.org.credentials
    form = {"grant_type": "refresh_token", "client_id": keys["client_id"], "refresh_token": keys["refresh_token"]}
    assert ask(rest, **form).status_code == 200
    revoke = f"{rest.root}/services/oauth2/revoke"
    assert requests.post(revoke, data={"token": keys["refresh_token"]}).status_code == 200
    assert rest("GET", "limits").status_code == 401
    refused = ask(rest, **form)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert requests.post(revoke, data={"token": keys["refresh_token"]}).status_code == 400
    rest.login()
    assert rest("GET", "limits").status_code == 200


def test_revoke_and_a_user_who_leaves(rest: Rest) -> None:
    token = str(rest.session.headers["Authorization"]).split()[1]
    assert requests.post(f"{rest.root}/services/oauth2/revoke", data={"token": token}).status_code == 200
    assert requests.post(f"{rest.root}/services/oauth2/revoke", data={"token": token}).status_code == 400
    assert rest("GET", "limits").status_code == 401
    rest.login()
    rest.org.acts["deactivate_user"](user=rest.org.credentials["username"])
    assert rest("GET", "limits").status_code == 401
    keys = rest.org.credentials
    answer = ask(
        rest, grant_type="client_credentials", client_id=keys["client_id"], client_secret=keys["client_secret"]
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "inactive_user")


@pytest.mark.parametrize("version", [f"v{number}.0" for number in (31, 51, 59, *range(60, 69))])
def test_versions_that_are_served(rest: Rest, version: str) -> None:
    for slash in ("", "/"):
        resources = rest("GET", f"/services/data/{version}{slash}").json()
        assert resources["sobjects"] == f"/services/data/{version}/sobjects"
    record = rest("GET", f"/services/data/{version}/query/", params={"q": "SELECT Id FROM Organization"}).json()[
        "records"
    ][0]
    assert record["attributes"]["url"].startswith(f"/services/data/{version}/sobjects/Organization/00D")


@pytest.mark.parametrize(
    ("version", "status"),
    [("v69.0", 404), ("v30.0", 410), ("v21.0", 410), ("v65.1", 404), ("65.0", 404)],
)
def test_versions_that_are_not(rest: Rest, version: str, status: int) -> None:
    assert rest("GET", f"/services/data/{version}/limits").status_code == status


def test_the_list_of_versions_needs_no_token(rest: Rest) -> None:
    for path in ("/services/data", "/services/data/"):
        listed = requests.get(f"{rest.root}{path}").json()
        assert (listed[0]["version"], listed[-1]["version"]) == ("31.0", "68.0")
        for label, number in (("Summer '14", 31), ("Winter '26", 65), ("Spring '26", 66), ("Summer '26", 67)):
            assert {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"} in listed


def test_the_daily_limit_is_told_and_kept(rest: Rest) -> None:
    rest.org.acts["limits"](enabled=True, daily=5)
    used = [rest("GET", "limits").headers["Sforce-Limit-Info"] for _ in range(5)]
    assert used == [f"api-usage={number}/5" for number in range(1, 6)]
    answer = rest("GET", "limits")
    assert answer.status_code == 403
    assert answer.json() == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    rest.sandbox.clock.advance(25 * 3600)
    rest.login()
    assert rest("GET", "limits").json()["DailyApiRequests"] == {"Max": 5, "Remaining": 4}
    rest.org.acts["spend_calls"](count=4)
    assert rest("GET", "limits").status_code == 403
    rest.org.acts["limits"](enabled=False)
    assert rest("GET", "limits").status_code == 200


def test_addresses_that_are_too_long(rest: Rest) -> None:
    assert rest("GET", "query", params={"q": "x" * 16_400}).status_code == 414
    assert rest("GET", "limits", headers={"X-Long": "x" * 16_300}).status_code == 431
    assert rest("GET", "limits", headers={"X-Long": "x" * 15_000}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nonsense", 404, "NOT_FOUND"),
        ("GET", "/services/nonsense", 404, "NOT_FOUND"),
        ("DELETE", "limits", 405, "METHOD_NOT_ALLOWED"),
        ("PUT", "sobjects/Lead", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "query", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "query", 400, "MALFORMED_QUERY"),
    ],
)
def test_paths_and_methods_that_are_not_there(rest: Rest, method: str, path: str, status: int, code: str) -> None:
    answer = rest(method, path)
    assert (answer.status_code, errors_of(answer)) == (status, [code])


def test_bodies_that_cannot_be_read(rest: Rest) -> None:
    json_type = {"Content-Type": "application/json"}
    for body in ("{", "", "[]", "nonsense"):
        answer = rest("POST", "sobjects/Lead", data=body, headers=json_type)
        assert (answer.status_code, errors_of(answer)) == (400, ["JSON_PARSER_ERROR"])
    answer = rest("POST", "sobjects/Lead", data="<x/>", headers={"Content-Type": "application/xml"})
    assert (answer.status_code, errors_of(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def test_record_counts(rest: Rest) -> None:
    rest.create("Account", Name="A")
    rest.lead()
    assert rest("GET", "limits/recordCount?sObjects=Lead,Nope,Case").json() == {
        "sObjects": [{"count": 0, "name": "Case"}, {"count": 1, "name": "Lead"}]
    }
    assert {"count": 1, "name": "Account"} in rest("GET", "limits/recordCount").json()["sObjects"]


def test_requests_may_come_packed(rest: Rest) -> None:
    lead = b'{"LastName": "Packed", "Company": "Acme"}'
    for name, pack in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        headers = {"Content-Encoding": name, "Content-Type": "application/json"}
        assert rest("POST", "sobjects/Lead", data=pack(lead), headers=headers).status_code == 201
        broken = rest("POST", "sobjects/Lead", data=lead, headers=headers)
        assert (broken.status_code, errors_of(broken)) == (400, ["JSON_PARSER_ERROR"])
    assert len(rest.query("SELECT Id FROM Lead WHERE LastName = 'Packed'")) == 2
