"""Retries go by what a call means, waits are bounded, a lost write is never repeated, and the errors are ours."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from throwaway import PlainDialect, hang_up, in_turn, reply

from connectors.errors import BudgetSpent, NotAllowed, OutcomeUnknown, RateLimited, Refused, RemoteError, Unavailable
from connectors.http import Answer, Lost, RemoteAdapter, Request, Wire
from connectors.http.breaker import PROBE

HTML = reply(200, b"<html>back soon</html>", kind="text/html")


def get(server, path="/read"):
    return Request("GET", server.url + path)


def post(server, path="/write"):
    return Request("POST", server.url + path, body=b"{}")


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(hang_up, id="hang up"),
        pytest.param(HTML, id="html 200"),
        pytest.param(reply(200, b""), id="empty"),
        pytest.param(reply(200, b'{"results": [1, 2'), id="cut short"),
        pytest.param(reply(503, b"{}"), id="503"),
        pytest.param(reply(429, b"{}"), id="429"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_read_survives_what_passes_whatever_its_verb(serve, remote, bad, method):
    server = serve(in_turn(bad, bad, reply(200, b'{"a": 1}')))
    client = remote(server.url)
    assert client.call(Request(method, server.url + "/read", body=b"{}" if method == "POST" else None)).data == {"a": 1}
    assert client.usage.calls == 3
    assert client.usage.retries == 2


@pytest.mark.parametrize(
    "bad", [pytest.param(hang_up, id="hang up"), pytest.param(HTML, id="html"), pytest.param(reply(502, b""), id="502")]
)
def test_a_write_whose_answer_was_lost_is_not_repeated(serve, remote, bad):
    server = serve(bad)
    with pytest.raises(OutcomeUnknown, match="read back before"):
        remote(server.url).call(post(server))
    assert len(server.heads) == 1


def test_a_write_that_was_turned_away_is_repeated(serve, remote):
    server = serve(in_turn(reply(429, b"{}"), reply(200)))
    assert remote(server.url).call(post(server)).ok
    assert len(server.heads) == 2


def test_a_write_that_never_left_is_repeated(remote, clock):
    sent = []

    class Flaky:
        def send(self, request: Request, seconds: float, max_bytes: int) -> Answer:
            sent.append(request)
            if len(sent) == 1:
                raise Lost("no connection", sent=False)
            return Answer(200, {}, b"{}")  # type: ignore[arg-type]

    assert remote("http://127.0.0.1:1", Flaky()).call(Request("POST", "http://127.0.0.1:1/write")).ok
    assert len(sent) == 2


def test_retry_after_is_waited_for(serve, remote, clock):
    server = serve(in_turn(reply(429, b"{}", "retry-after: 7"), reply(200)))
    remote(server.url).call(get(server))
    assert 7 <= clock.passed - 1000 < 15


@pytest.mark.parametrize("seconds", [40, 21600])
def test_a_long_retry_after_goes_to_the_caller_at_once(serve, remote, clock, seconds):
    server = serve(reply(429, b"{}", f"retry-after: {seconds}"))
    with pytest.raises(RateLimited) as caught:
        remote(server.url).call(get(server))
    assert caught.value.retry_after == seconds
    assert clock.slept == []
    assert len(server.heads) == 1


def test_tries_and_waits_together_stay_within_the_deadline(serve, remote, clock):
    server = serve(reply(429, b"{}", "retry-after: 9"))
    with pytest.raises(RateLimited):
        remote(server.url, deadline=20).call(get(server))
    assert clock.passed - 1000 <= 20
    assert 2 <= len(server.heads) <= 3


def test_an_error_that_needs_a_person_is_not_retried(serve, remote):
    server = serve(reply(401, b"{}"))
    with pytest.raises(NotAllowed):
        remote(server.url).call(get(server))
    assert len(server.heads) == 1


def test_a_redirect_is_an_error(serve, remote):
    target = serve(reply(200))
    server = serve(reply(307, b"", f"location: {target.url}/x"))
    with pytest.raises(Unavailable, match="redirects"):
        remote(server.url).call(Request("GET", server.url + "/read", {"authorization": "Bearer t"}))
    assert (len(server.heads), target.heads) == (1, [])


def test_the_breaker_stops_calling_and_tries_again_later(serve, remote, clock):
    server = serve(reply(500, b"{}"))
    client = remote(server.url, attempts=1)
    for _ in range(5):
        with pytest.raises(Unavailable, match="down"):
            client.call(get(server))
    with pytest.raises(Unavailable, match="in a row"):
        client.call(get(server))
    assert len(server.heads) == 5
    clock.sleep(31)
    server.act = reply(200)
    assert client.call(get(server)).ok
    assert client.call(get(server)).ok


class SpentDialect(PlainDialect):
    def fault(self, answer: Answer, operation: object) -> RemoteError | None:
        return BudgetSpent("spent", resets_at=RESET) if answer.status == 403 else None


RESET = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=1000 + 2.5 * PROBE)


def test_a_spent_day_is_probed_once_an_hour_until_it_is_given_back(serve, remote, clock):
    server = serve(reply(403, b"{}"))
    client = remote(server.url)
    client.dialect = SpentDialect()
    for _hour in range(3):
        for _ in range(50):
            with pytest.raises(BudgetSpent) as caught:
                client.call(get(server))
            assert caught.value.resets_at == RESET
        clock.sleep(PROBE)
    assert len(server.heads) == 3
    server.act = reply(200)
    assert client.call(get(server)).ok
    assert client.call(get(server)).ok


def test_a_reserve_of_the_day_is_left_for_others(serve, remote):
    server = serve(reply(200, b"{}", "x-left: 10"))
    client = remote(server.url, reserve=10)
    assert client.call(get(server)).ok
    with pytest.raises(BudgetSpent, match="kept for others"):
        client.call(get(server))
    assert (client.usage.limit_per_day, client.usage.remaining, client.usage.calls) == (100, 10, 1)


def test_a_probe_whose_answer_tells_of_no_budget_lets_the_next_call_ask(serve, remote, clock):
    """A search tells nothing of the day's calls: what an answer said yesterday is no news of today."""
    server = serve(in_turn(reply(200, b"{}", "x-left: 10"), reply(200), reply(200, b"{}", "x-left: 100")))
    client = remote(server.url, reserve=10)
    client.call(get(server))
    clock.passed += PROBE
    assert client.call(get(server)).ok, "the probe"
    assert client.call(get(server)).ok, "the next one hears that the day is new"
    assert client.call(get(server)).ok
    assert client.usage.remaining == 100


def test_an_answer_without_a_word_of_the_budget_takes_nothing_back(serve, remote, clock):
    """Two calls under way at once: the second answer knows nothing of what the first one told."""
    server = serve(in_turn(reply(200, b"{}", "x-left: 10"), reply(200)))
    client = remote(server.url, reserve=10)
    client.call(get(server))
    client.breaker.answered()  # as the answer of a call that had left before
    client.call(get(server))
    with pytest.raises(BudgetSpent):
        client.call(get(server))


def test_hosts_are_checked_before_anything_is_sent(serve, remote):
    server = serve(reply(200))
    with pytest.raises(Refused, match="not an address"):
        remote(server.url).call(Request("GET", "https://evil.example.com/read", {"authorization": "Bearer t"}))
    assert server.heads == []


def test_bytes_that_are_no_utf8_spoil_one_value_not_the_page(serve, remote):
    server = serve(reply(200, b'{"a": "x\xff", "b": "\\ud800", "c": "fine"}'))
    assert remote(server.url).call(get(server)).data == {"a": "x\N{REPLACEMENT CHARACTER}", "b": "?", "c": "fine"}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb"Ac\u0000me", "Acme"),
        (rb"\u0000\u0000", ""),
        (rb"\\\u0000", "\\"),
        (rb"\\u0000 as typed", "\\u0000 as typed"),
        (rb"\\\\\u0000 \u00001", "\\\\ 1"),
    ],
)
def test_nul_is_left_out_and_what_looks_like_it_stays(sent: bytes, read: str, serve, remote):
    server = serve(reply(200, b'{"Name": "' + sent + b'", "' + sent + b'": 1}'))
    assert remote(server.url).call(Request("GET", server.url + "/page")).data == {"Name": read, read: 1}


def test_usage_is_counted_by_purpose_across_threads(serve, remote):
    server = serve(reply(200))
    client = remote(server.url)
    threads = [threading.Thread(target=lambda: [client.call(get(server)) for _ in range(25)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.usage.by_purpose == {"read": 100}


def test_the_server_clock_is_known(serve, remote, clock):
    server = serve(reply(200, b"{}", "date: Sun, 22 Nov 2026 10:00:00 GMT"))
    client = remote(server.url)
    assert client.server_now() is None
    client.call(get(server))
    clock.sleep(5)
    assert client.server_now() == datetime(2026, 11, 22, 10, 0, 5, tzinfo=UTC)


def test_messages_hold_no_secrets(serve, remote):
    server = serve(reply(502, b"<html>canary</html>", kind="text/html"))
    request = Request("GET", server.url + "/read?email=canary", {"authorization": "Bearer canary"}, b"canary")
    with pytest.raises(RemoteError) as caught:
        remote(server.url).call(request)
    assert "canary" not in str(caught.value) + repr(caught.value)


def test_a_library_on_requests_goes_through_the_same_door(serve, remote):
    server = serve(in_turn(reply(503, b"{}"), reply(200, b'{"a": 1}')))
    session = requests.Session()
    session.mount("http://", RemoteAdapter(remote(server.url, Wire())))
    answer = session.post(server.url + "/read", json={"q": 1}, headers={"x-mine": "1"})
    assert (answer.status_code, answer.json(), answer.ok) == (200, {"a": 1}, True)
    assert all("x-mine: 1" in head for head in server.heads)
    assert server.bodies == [b'{"q": 1}'] * 2
