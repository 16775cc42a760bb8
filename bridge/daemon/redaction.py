"""The last line of defence of the logs: e-mail addresses, tokens and known secrets are taken out of every text of a line, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

import orjson
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bridge.settings.secrets import Secrets

SHORTEST = 6
_NAME = r"[^\s\"'\\<>@,;:()\[\]{}=&/?]"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.S), "[key]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=!-]{8,}"), r"\1 [token]"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"\bpat-[a-z0-9]+-[0-9A-Fa-f-]{16,}"), "[token]"),
    (re.compile(r"\b00D[A-Za-z0-9]{9,15}![A-Za-z0-9._]{8,}"), "[token]"),
    (
        re.compile(
            r"(?i)\b(client_secret|refresh_token|access_token|assertion|password|private_key)"
            r"(\\?[\"']?\s*[=:]\s*\\?[\"']?)([^\"'&\s\\,}]+)"
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"(?<=://)[^/@\s\"\\]+@"), "[secret]@"),
    # From the beginning of a word on only: begun anew at each of its letters, a long word would take minutes.
    (re.compile(rf"(?<!{_NAME}){_NAME}+(?:@|%40){_NAME}+\.[^\W\d_]{{2,}}"), "[e-mail]"),
)


class Redaction:
    """Takes out what must not be there. `secrets` are values known to be secret; very short ones are left out, they would hit ordinary words."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        written = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._known = sorted(written, key=len, reverse=True)

    def __call__(self, line: str) -> str:
        """The text without them. What is to be JSON is made JSON afterwards: the signs of its escapes would be taken for letters."""
        for secret in self._known:
            line = line.replace(secret, "[secret]")
        for pattern, instead in PATTERNS:
            line = pattern.sub(instead, line)
        return line


def _forms(secret: str) -> tuple[str, ...]:
    """As it is, as JSON writes it, and as an address writes it."""
    return secret, orjson.dumps(secret).decode()[1:-1], quote(secret, safe="")


def known_secrets(secrets: Secrets) -> list[str]:
    """Every secret value of this installation, the database's password among them."""
    given = (secrets.hubspot_token, secrets.hubspot_webhook_secret, secrets.salesforce_client_secret)
    values = [one.get_secret_value() for one in given if one is not None]
    values += [secrets.salesforce_client_id] if secrets.salesforce_client_id else []
    if secrets.database_url is not None:
        url = secrets.database_url.get_secret_value()
        values.append(url)
        try:
            password = make_url(url).password
        except ArgumentError:
            password = None
        values += [str(password)] if password else []
    return values
