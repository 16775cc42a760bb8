"""How we log in to Salesforce: JWT bearer or client credentials, of an External Client App. Nothing else.

Username with password is refused: it needs SOAP `login()`, which API versions from 65.0 do not have and which ends for
older ones with Summer '27; new orgs have it switched off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from connectors.errors import NotAllowed

_DOMAIN = re.compile(r"[a-z0-9][a-z0-9.-]*", re.IGNORECASE)
_SUFFIX = ".salesforce.com"


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """A certificate whose public half lies in the org's app. `domain` is `login`, `test` (sandboxes) or `acme.my`.

    Salesforce checks the token's audience, so a sandbox needs `test` (or its own domain) here.
    """

    consumer_key: str = field(repr=False)
    username: str = field(repr=False)
    private_key: str = field(repr=False)
    domain: str = "login"

    def arguments(self) -> dict[str, str]:
        """What simple-salesforce's login function takes."""
        return {
            "consumer_key": self.consumer_key,
            "username": self.username,
            "privatekey": self.private_key,
            "domain": self.domain,
        }


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A consumer key and secret; Salesforce runs as the user named in the app. `domain` is the org's own, e.g. `acme.my`."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    domain: str = ""

    def arguments(self) -> dict[str, str]:
        """What simple-salesforce's login function takes."""
        return {"consumer_key": self.consumer_key, "consumer_secret": self.consumer_secret, "domain": self.domain}


Credentials = JwtBearer | ClientCredentials


def choose_credentials(
    *,
    domain: str = "",
    consumer_key: str = "",
    consumer_secret: str = "",
    username: str = "",
    private_key: str = "",
    private_key_file: str | Path | None = None,
    password: str = "",
    security_token: str = "",
) -> Credentials:
    """The way to log in that these settings mean. Raises `NotAllowed` with what to set when they mean none.

    `domain` may be given short (`acme.my`) or whole (`https://acme.my.salesforce.com`).
    """
    if password or security_token:
        raise _refused(
            "Salesforce logins with username, password and security token are not offered: they need SOAP login, which "
            "API 65.0 and newer do not have. Use a JWT certificate or client credentials of an External Client App."
        )
    if not consumer_key:
        raise _refused("The consumer key of the org's External Client App is missing.")
    short = short_domain(domain)
    if private_key_file is not None and not private_key:
        private_key = _read_key(Path(private_key_file))
    if private_key:
        if not username:
            raise _refused("A JWT login needs the username of the integration user.")
        return JwtBearer(consumer_key, username, private_key, short or "login")
    if consumer_secret:
        if short in ("", "login", "test"):
            raise _refused("Client credentials need the org's own domain, e.g. `acme.my.salesforce.com`.")
        return ClientCredentials(consumer_key, consumer_secret, short)
    raise _refused("Either a private key (JWT) or a consumer secret (client credentials) is needed.")


def short_domain(text: str) -> str:
    """`https://acme.my.salesforce.com/` → `acme.my`; raises `NotAllowed` for what can be no domain of Salesforce's."""
    short = text.strip().removeprefix("https://").rstrip("/").removesuffix(_SUFFIX)
    if short and not _DOMAIN.fullmatch(short):
        raise _refused("The Salesforce domain looks like `acme.my.salesforce.com`, without a path.")
    return short.lower()


def _read_key(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as wrong:
        raise _refused(f"The private key file cannot be read ({type(wrong).__name__}).") from None


def _refused(message: str) -> NotAllowed:
    return NotAllowed(message, system="salesforce", code="LOGIN_SETTINGS")
