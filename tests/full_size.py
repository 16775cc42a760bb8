"""How large a test is: small in `make test`, as large as the list of failures asks in `make torture` (`FULL_SIZE=1`)."""

from __future__ import annotations

import os

FULL = bool(os.environ.get("FULL_SIZE"))


def full(small: int, whole: int) -> int:
    """`small`, or `whole` where the full size was asked for."""
    return whole if FULL else small
