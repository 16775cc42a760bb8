"""Logging in, and what the library's own session gets wrong."""

from __future__ import annotations

import base64
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import jwt
import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from stub_org import Asked, NoWait, StubOrg, Told

from connectors.errors import NotAllowed, Refused, Unavailable
from connectors.http import Hosts
from connectors.salesforce import ClientCredentials, Credentials, JwtBearer, Salesforce, choose_credentials
from connectors.salesforce.client import HOSTS
from connectors.salesforce.connection import Connection

GOOD = {"access_token": "00Dx!abc", "instance_url": "https://acme.my.salesforce.com"}
LOGIN = "https://login.salesforce.com/services/oauth2/token"
MY_LOGIN = "https://acme.my.salesforce.com/services/oauth2/token"
LIMITS = "https://acme.my.salesforce.com/services/data/v66.0/limits"
EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
CLIENT = ClientCredentials("key", "s3cret", "acme.my")


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def connect(credentials: Credentials, **options: object) -> Connection:
    hosts = Hosts("https://login.salesforce.com", HOSTS, system="salesforce")
    return Connection(requests.Session(), credentials, hosts, version="66.0", **options)  # type: ignore[arg-type]


@responses.activate
@pytest.mark.parametrize("domain", ["login", "test"])
def test_a_jwt_login_signs_what_salesforce_checks(private_key: rsa.RSAPrivateKey, domain: str) -> None:
    responses.post(f"https://{domain}.salesforce.com/services/oauth2/token", json=GOOD)
    responses.get(LIMITS, json={})
    connect(JwtBearer("key", "bridge@acme.com", pem(private_key), domain)).call("GET", "limits")
    form = parse_qs(str(responses.calls[0].request.body))
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    audience = f"https://{domain}.salesforce.com"
    claims = jwt.decode(form["assertion"][0], private_key.public_key(), ["RS256"], audience=audience)
    assert (claims["iss"], claims["sub"]) == ("key", "bridge@acme.com")
    assert responses.calls[1].request.headers["Authorization"] == "Bearer 00Dx!abc"


@responses.activate
def test_client_credentials_go_by_http_basic_to_the_orgs_own_domain() -> None:
    responses.post(MY_LOGIN, json=GOOD)
    responses.get(LIMITS, json={})
    connect(CLIENT).call("GET", "limits")
    login = responses.calls[0].request
    assert login.headers["Authorization"] == "Basic " + base64.b64encode(b"key:s3cret").decode()
    assert parse_qs(str(login.body)) == {"grant_type": ["client_credentials"]}


@responses.activate
def test_nothing_is_sent_before_the_first_call() -> None:
    connect(CLIENT)
    assert len(responses.calls) == 0


@responses.activate
def test_no_pretty_printing_is_asked_for() -> None:
    responses.post(MY_LOGIN, json=GOOD)
    responses.get(LIMITS, json={})
    connect(CLIENT).call("GET", "limits")
    assert "X-PrettyPrint" not in responses.calls[1].request.headers


@responses.activate
def test_the_host_named_at_a_later_login_is_followed() -> None:
    moved = {"access_token": "second", "instance_url": "https://moved.my.salesforce.com"}
    responses.post(MY_LOGIN, json=GOOD)
    responses.post(MY_LOGIN, json=moved)
    responses.get(LIMITS, json=EXPIRED, status=401)
    responses.get("https://moved.my.salesforce.com/services/data/v66.0/limits", json={"new": 1})
    connection = connect(CLIENT)
    assert connection.call("GET", "limits").json() == {"new": 1}, "the very call that was turned away goes there"
    assert connection.call("GET", "limits").json() == {"new": 1}


@pytest.mark.parametrize(
    ("settings", "meant"),
    [
        ({"consumer_key": "k", "consumer_secret": "s", "domain": "acme.my"}, ClientCredentials("k", "s", "acme.my")),
        (
            {"consumer_key": "k", "consumer_secret": "s", "domain": "https://Acme.my.salesforce.com/"},
            ClientCredentials("k", "s", "acme.my"),
        ),
        ({"consumer_key": "k", "username": "u", "private_key": "p"}, JwtBearer("k", "u", "p", "login")),
        (
            {"consumer_key": "k", "username": "u", "private_key": "p", "domain": "test"},
            JwtBearer("k", "u", "p", "test"),
        ),
    ],
)
def test_settings_mean_one_way_to_log_in(settings: dict[str, str], meant: Credentials) -> None:
    assert choose_credentials(**settings) == meant


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"username": "u", "password": "p", "security_token": "t", "consumer_key": "k"}, "not offered"),
        ({"username": "u", "password": "p", "consumer_key": "k", "consumer_secret": "s"}, "not offered"),
        ({}, "consumer key"),
        ({"consumer_key": "k"}, "private key"),
        ({"consumer_key": "k", "private_key": "p"}, "username"),
        ({"consumer_key": "k", "consumer_secret": "s"}, "own domain"),
        ({"consumer_key": "k", "consumer_secret": "s", "domain": "login"}, "own domain"),
        ({"consumer_key": "k", "consumer_secret": "s", "domain": "evil.com/x"}, "without a path"),
        ({"consumer_key": "k", "username": "u", "private_key_file": "/nowhere/key.pem"}, "cannot be read"),
    ],
)
def test_other_settings_are_refused_in_words(settings: dict[str, str], says: str) -> None:
    with pytest.raises(NotAllowed, match=says):
        choose_credentials(**settings)


def test_credentials_do_not_show_themselves() -> None:
    shown = repr(ClientCredentials("key-canary", "secret-canary", "acme.my")) + repr(JwtBearer("key-canary", "u", "p"))
    assert "canary" not in shown


@responses.activate
@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (
            {"json": {"error": "invalid_grant", "error_description": "audience is invalid"}, "status": 400},
            NotAllowed,
            "audience",
        ),
        ({"json": {"error": "invalid_client"}, "status": 401}, NotAllowed, "invalid_client"),
        ({"body": "<html>down</html>", "status": 200}, Unavailable, "without data"),
        ({"body": "<html>down</html>", "status": 503}, Unavailable, "without data"),
        ({"json": {"instance_url": "https://acme.my.salesforce.com"}}, Unavailable, "without a token"),
        ({"json": {"access_token": "t"}}, Unavailable, "without a token"),
        ({"json": []}, Unavailable, "without a token"),
        ({"json": {**GOOD, "instance_url": "https://evil.example.com"}}, Refused, "not an address"),
        ({"json": {**GOOD, "instance_url": "https://acme.my.salesforce.com.evil.com"}}, Refused, "not an address"),
        ({"json": {**GOOD, "instance_url": "https://acme.my.salesforce.com@evil.com"}}, Refused, "not an address"),
        ({"json": {**GOOD, "instance_url": "https://127.0.0.1:1"}}, Refused, "not an address"),
        ({"json": {**GOOD, "instance_url": "https://169.254.169.254"}}, Refused, "not an address"),
    ],
)
def test_a_login_that_brings_nothing_says_why(answer: dict[str, object], error: type[Exception], says: str) -> None:
    responses.post(MY_LOGIN, **answer)
    with pytest.raises(error, match=says):
        connect(CLIENT).call("GET", "limits")
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize("told", ["https://acme.my.salesforce.com/", "https://acme.my.salesforce.com/site/x?y=1"])
def test_only_the_host_of_the_instance_counts(told: str) -> None:
    responses.post(MY_LOGIN, json={**GOOD, "instance_url": told})
    called = responses.get("https://acme.my.salesforce.com/services/data/v66.0/limits", json={})
    connect(CLIENT).call("GET", "limits")
    assert called.call_count == 1


def test_a_key_that_is_none_says_so() -> None:
    with pytest.raises(NotAllowed, match="private key") as raised:
        connect(JwtBearer("key", "u", "canary-no-key")).call("GET", "limits")
    assert "canary" not in str(raised.value)


@responses.activate
def test_refused_logins_stop_after_two_until_a_pause_is_over() -> None:
    responses.post(MY_LOGIN, json={"error": "invalid_client"}, status=400)
    clock = NoWait()
    connection = connect(CLIENT, clock=clock)
    for _ in range(10):
        with pytest.raises(NotAllowed):
            connection.call("GET", "limits")
    assert len(responses.calls) == 2
    clock.sleep(301)
    with pytest.raises(NotAllowed):
        connection.call("GET", "limits")
    assert len(responses.calls) == 3


@responses.activate
def test_a_wrong_clock_of_ours_is_named() -> None:
    responses.post(MY_LOGIN, json={"error": "invalid_grant", "error_description": "expired"}, status=400)
    behind = datetime.now(UTC) - timedelta(hours=2)
    with pytest.raises(NotAllowed, match="ahead of Salesforce's"):
        connect(CLIENT, server_now=lambda: behind).call("GET", "limits")


def expired_for(org: StubOrg, *tokens: str) -> None:
    """The org takes any token but these."""

    def answers(asked: Asked) -> Told:
        bad = asked.headers["authorization"] in {f"Bearer {token}" for token in tokens}
        return Told(401, EXPIRED) if bad else Told(200, [{"id": "00Q000000000001AAA", "success": True, "errors": []}])

    org.answers = answers


def test_an_expired_token_is_renewed_and_the_same_request_sent_again(org: StubOrg) -> None:
    expired_for(org, "token-1")
    receipts = org.client().create("Lead", [{"LastName": "Ng"}], allow_duplicates=True)
    first, second = org.asked
    assert [one.outcome for one in receipts] == ["created"]
    assert first.body == second.body
    kept = {"sforce-auto-assign": "FALSE"}
    for asked in (first, second):
        assert kept.items() <= asked.headers.items()
        assert asked.headers["sforce-duplicate-rule-header"].startswith("allowSave=true")
    assert (first.headers["authorization"], second.headers["authorization"]) == ("Bearer token-1", "Bearer token-2")


def test_a_token_refused_for_good_means_two_logins_however_many_calls(org: StubOrg) -> None:
    org.answers = lambda asked: Told(401, EXPIRED)
    client = org.client()
    for _ in range(10):
        with pytest.raises(NotAllowed):
            client.limits()
    assert org.logins == 2


def test_after_a_good_call_two_more_logins_are_allowed_and_no_third(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, {})
    client = org.client()
    client.limits()
    org.answers = lambda asked: Told(401, EXPIRED)
    for _ in range(10):
        with pytest.raises(NotAllowed):
            client.limits()
    assert org.logins == 3


def test_sixteen_threads_with_one_expired_token_log_in_once(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, {})
    client = org.client()
    client.limits()
    together = threading.Barrier(16)
    expired_for(org, "token-1")
    wrong: list[BaseException] = []

    def one() -> None:
        together.wait()
        try:
            client.create("Lead", [{"LastName": "Ng"}])
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, org.logins) == ([], 2)


def test_a_page_instead_of_a_401_is_no_reason_to_log_in(org: StubOrg) -> None:
    org.answers = lambda asked: Told(401, "<html>who are you?</html>")
    with pytest.raises(Unavailable):
        org.client().limits()
    assert org.logins == 1


@pytest.mark.parametrize("version", ["65.0", "v66.0", "67", " V68.0 "])
def test_the_version_is_a_setting(org: StubOrg, version: str) -> None:
    org.answers = lambda asked: Told(200, {})
    org.client(version=version).limits()
    assert org.asked[0].path == f"/services/data/v{version.strip().lower().strip('v').removesuffix('.0')}.0/limits"


@pytest.mark.parametrize("version", ["", "latest", "30.0", "66.0/../x"])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(Refused, match="no API version"):
        Salesforce(CLIENT, version=version)


def test_a_base_url_off_this_machine_is_refused() -> None:
    with pytest.raises(Refused, match="on this machine"):
        Salesforce(CLIENT, base_url="https://evil.example.com")


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, "API_DISABLED_FOR_ORG", "API_DISABLED_FOR_ORG"),
        (403, "SOMETHING_NEW", "SOMETHING_NEW"),
        (401, "INVALID_SESSION_ID", "INVALID_SESSION_ID"),
    ],
)
def test_a_login_refused_in_the_words_of_the_api_is_told_in_them(
    org: StubOrg, status: int, code: str, says: str
) -> None:
    org.login = lambda _: Told(status, [{"errorCode": code, "message": "The REST API is not enabled"}])
    with pytest.raises(NotAllowed, match=says):
        org.client().create("Lead", [{"LastName": "Ng"}])


@pytest.mark.parametrize("body", [None, {}, {"error": "invalid_token"}, b"Session expired or invalid"])
def test_a_401_means_a_new_login_whatever_its_body_says(org: StubOrg, body: object) -> None:
    org.answers = lambda asked: Told(200, {}) if asked.headers["authorization"] == "Bearer token-2" else Told(401, body)
    assert org.client().limits() == {}
    assert (org.logins, len(org.asked)) == (2, 2)
