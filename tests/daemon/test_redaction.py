"""What is cut out of every line of the log, and what stays readable."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import structlog
from pydantic import SecretStr

from bridge.daemon.logs import log_level, logger, set_up_logs
from bridge.daemon.redaction import Redaction, known_secrets
from bridge.errors import UsageError
from bridge.settings.secrets import Secrets


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("for anna.o'neil@example.com!", "for anna.o'[e-mail]!"),
        ("Ärger@müller.de and 用户@例子.中国", "[e-mail] and [e-mail]"),
        ("/contacts/anna%40example.com?idProperty=email", "/contacts/[e-mail]?idProperty=email"),
        ("Authorization: Bearer abcDEF123.456-_~", "Authorization: Bearer [token]"),
        ("basic dXNlcjpwYXNz", "basic [token]"),
        ("token pat-na1-11111111-2222-3333-4444-555555555555 given", "token [token] given"),
        ("sid 00D5g000004abcd!AQEAQF.xyz_123456789", "sid [token]"),
        ("jwt eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "jwt [token]"),
        ("grant_type=x&client_secret=abc123&y=1", "grant_type=x&client_secret=[secret]&y=1"),
        ('{\\"refresh_token\\": \\"5Aep861\\"}', '{\\"refresh_token\\": \\"[secret]\\"}'),
        ("postgresql://leadbridge:pw@db.example/leadbridge", "postgresql://[secret]@db.example/leadbridge"),
        ("-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----", "[key]"),
        ("run 12 took 3.5 s at 2026-11-22T12:00:00.123Z", "run 12 took 3.5 s at 2026-11-22T12:00:00.123Z"),
        ("connectors/http/remote.py:42 in send", "connectors/http/remote.py:42 in send"),
        ("00Q5g00000abcdeEAA is held", "00Q5g00000abcdeEAA is held"),
    ],
)
def test_a_line(line: str, expected: str) -> None:
    assert Redaction()(line) == expected


@pytest.mark.parametrize("secret", ["plain-secret-1", 'with "quotes" and \\', "slash/plus+equals=", "ümläut-geheim"])
def test_a_known_secret_in_every_form_it_may_take(secret: str) -> None:
    from urllib.parse import quote

    line = orjson.dumps({"as it is": secret, "in an address": quote(secret, safe="")}).decode()
    cut = Redaction([secret])(line)
    assert orjson.loads(cut) == {"as it is": "[secret]", "in an address": "[secret]"}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged, each line read as JSON."""
    root, written = logging.getLogger(), io.StringIO()
    before, level, died = list(root.handlers), root.level, threading.excepthook
    set_up_logs(logging.INFO, ["the-known-secret"], written)
    yield lambda: [orjson.loads(line) for line in written.getvalue().splitlines()]
    root.handlers = before
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    threading.excepthook = died
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("no reply\nfrom anna@example.com", "no reply\nfrom [e-mail]"),
        ("no reply:\nanna@example.com", "no reply:\n[e-mail]"),
        ("tab\tanna@example.com", "tab\t[e-mail]"),
        ("sent:\nBearer abcDEF123456", "sent:\nBearer [token]"),
        ("password=\nabcdef", "password=\n[secret]"),
        ('he said "anna@example.com" and \\anna@example.com', 'he said "[e-mail]" and \\[e-mail]'),
        ("a\nthe-known-secret", "a\n[secret]"),
        ("half a sign \ud800 of anna@example.com", "half a sign ? of [e-mail]"),
    ],
    ids=range(8),
)
def test_every_line_is_json_and_tells_nothing(
    lines: Callable[[], list[dict[str, Any]]], said: str, expected: str
) -> None:
    root = logging.getLogger()
    root.handlers = root.handlers[
        :1
    ]  # pytest's would hand half a sign from one of its processes to another, which cannot be
    logging.getLogger("some.library").warning("%s", said)
    logger().warning("ours", says=said, places=[said], told={said: (said, 5)}, other=_Thing(said))
    theirs, ours = lines()
    assert theirs["event"] == expected
    assert (ours["says"], ours["places"], ours["told"], ours["other"]) == (
        expected, [expected], {expected: [expected, 5]}, expected,
    )  # fmt: skip


class _Thing:
    """Something only `str` makes a text of."""

    def __init__(self, said: str) -> None:
        self._said = said

    def __str__(self) -> str:
        return self._said


def test_a_long_word_is_no_long_work() -> None:
    """An address of a call may have 12,000 letters; a word of 200,000 took minutes when it was begun anew at each of them."""
    word = "SELECT%20Id%2C" * 15_000
    assert Redaction()(f"{word} anna@example.com") == f"{word} [e-mail]"


def test_the_secrets_of_an_installation_are_known() -> None:
    secrets = Secrets(
        hubspot_token=SecretStr("hub-token"),
        salesforce_client_secret=SecretStr("sales-secret"),
        database_url=SecretStr("postgresql://u:data%2Fbase@host/x"),
    )
    assert {"hub-token", "sales-secret", "data/base"} <= set(known_secrets(secrets))


def test_a_wrong_level_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADBRIDGE_LOG_LEVEL", "loud")
    with pytest.raises(UsageError, match="LEADBRIDGE_LOG_LEVEL is 'loud'"):
        log_level()
