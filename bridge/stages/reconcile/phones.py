"""Phone numbers as evidence: the last digits, since country and trunk prefixes are written in many ways."""

from __future__ import annotations

import re

from bridge.stages.reconcile.keys import key_of

DIGITS = 8
_IN_ORDER = "12345678901234567890"
_NOT_DIGIT = re.compile(r"\D")
_EXTENSION = re.compile(r"(?:ext|x|#|;ext=).*$", re.IGNORECASE)


def phone_digits(text: str) -> str:
    """The last eight digits without an extension; empty when there are fewer, or they are all alike or one after the other (1234567890)."""
    digits = _NOT_DIGIT.sub("", _EXTENSION.sub("", text))
    return (
        digits[-DIGITS:] if len(digits) >= DIGITS and len(set(digits)) > 2 and digits[-DIGITS:] not in _IN_ORDER else ""
    )


def phone_key(text: str) -> int:
    """The key of an account's phone number; 0 for none."""
    digits = phone_digits(text) if text else ""
    return key_of("phone", digits) if digits else 0
