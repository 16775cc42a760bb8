"""Where credentials may travel: a short list of hosts over https, or loopback when the configured address itself is
loopback.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from connectors.errors import Refused


class Hosts:
    """The hosts one system may be reached at. `patterns` are names or `*` patterns, e.g. `*.my.salesforce.com`."""

    def __init__(self, base_url: str, patterns: Sequence[str], *, system: str = "") -> None:
        self._patterns = tuple(pattern.lower() for pattern in patterns)
        self._system = system
        self._loopback = is_loopback(urlsplit(base_url).hostname or "")
        self.check(base_url)

    def allows(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        host = (parts.hostname or "").lower()
        if "@" in parts.netloc or not host:
            return False
        if self._loopback:
            return parts.scheme in ("http", "https") and is_loopback(host)
        named = any(fnmatchcase(host, pattern) for pattern in self._patterns)
        return parts.scheme == "https" and port in (None, 443) and named

    def check(self, url: str) -> None:
        """Raises `Refused` before anything is sent to a host that is not on the list."""
        if not self.allows(url):
            host = urlsplit(url).netloc.rpartition("@")[2]
            known = ", ".join(self._patterns)
            message = f"{host!r} is not an address of {self._system or 'this system'}; allowed over https: {known}"
            raise Refused(message, system=self._system, code="HOST_NOT_ALLOWED")


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
