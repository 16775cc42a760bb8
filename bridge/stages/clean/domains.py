"""Host names: which part is the registered domain, and whether the ending exists.

Works from the list of public endings; never asks the network.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import idna
import regex

from bridge.public_endings import parts_of
from bridge.shared_hosts import LENDERS

_HOST = regex.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Host(NamedTuple):
    """A host in ASCII lower case, and its registered domain (`shop.acme.co.uk` → `acme.co.uk`)."""

    name: str
    domain: str


@lru_cache(maxsize=16384)
def host_of(text: str) -> Host | None:
    """The host that `text` spells, or None when it is no public host name (an IP address, `localhost`, an ending that does not exist)."""
    name = text.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    if len(name) > 253 or not _HOST.fullmatch(name):
        return None
    parts = parts_of(name)
    if not parts.suffix or not parts.domain:
        return None
    return Host(name, f"{parts.domain}.{parts.suffix}")


@lru_cache(maxsize=4096)
def own_domain(host: str) -> str:
    """The domain that belongs to whoever is behind `host`: below `github.io` and its like the name that was lent; empty for those themselves."""
    parts = parts_of(host, lent=True)
    domain = f"{parts.domain}.{parts.suffix}" if parts.domain else ""
    lent = parts.subdomain.rpartition(".")[2]
    return f"{lent}.{domain}" if domain in LENDERS and lent not in ("", "www") else domain
