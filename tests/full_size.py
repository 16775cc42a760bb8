"""How large a test is: small in `make test`, as large as the list of failures asks in `make torture` (`LEADBRIDGE_FULL=1`)."""

from __future__ import annotations

import os

FULL = bool(os.environ.get("LEADBRIDGE_FULL"))


def full(small: int, whole: int) -> int:
    """`small`, or `whole` where the full size was asked for."""
    return whole if FULL else small
