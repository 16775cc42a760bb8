"""Reaching a host within the call's time: its name is looked up in a thread that can be left behind, its addresses share the time that is left.

The system's resolver and a list of addresses that do not answer can each take longer than any call may.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any


class TooSlow(TimeoutError):
    """No connection in the time there was."""


Address = tuple[Any, ...]
"""A row of `socket.getaddrinfo`."""


def connected(host: str, port: int, until: float, options: Sequence[Any] | None, source: Any) -> socket.socket:
    """A connected socket whose own timeout is what is left until `until` (monotonic seconds).

    Raises TooSlow, `socket.gaierror` for a name nobody knows, or the OSError of the last address tried.
    """
    addresses = look_up(host.strip("[]"), port, until)
    problem: OSError = OSError("the host has no address")
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        left = _left(until)
        made = socket.socket(family, kind, protocol)
        try:
            for option in options or ():
                made.setsockopt(*option)
            made.settimeout(left / (len(addresses) - number))
            if source:
                made.bind(source)
            made.connect(address)
            made.settimeout(_left(until))
            return made
        except OSError as error:
            made.close()
            problem = TooSlow("no address answered in time") if isinstance(error, TimeoutError) else error
    raise problem


def look_up(host: str, port: int, until: float) -> list[Address]:
    """The addresses of a host. A resolver that takes longer is left to itself: TooSlow."""
    if _is_address(host):
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    found: list[Address] = []
    failed: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as problem:
            failed.append(problem)

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(_left(until))
    if failed:
        problem = failed[0]
        raise problem if isinstance(problem, OSError) else socket.gaierror(socket.EAI_NONAME, "not a host name")
    if not found:
        raise TooSlow("the name was not looked up in time")
    return found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TooSlow("deadline reached")
    return left
