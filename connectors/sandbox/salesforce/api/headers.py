"""The request headers that change how a write is done."""

from __future__ import annotations

from connectors.sandbox.salesforce.api.http import Request
from connectors.sandbox.salesforce.incoming import Caller

# The first version that reads the header on duplicate rules.
_DUPLICATE_RULES = 52


def caller_of(request: Request) -> Caller:
    """Who writes, from the session and `Sforce-Auto-Assign` (default TRUE) and `Sforce-Duplicate-Rule-Header` (all false)."""
    given = request.headers.get("sforce-duplicate-rule-header", "") if request.number >= _DUPLICATE_RULES else ""
    rule = _options(given)
    return Caller(
        user=request.user,
        auto_assign=request.headers.get("sforce-auto-assign", "TRUE").strip().upper() != "FALSE",
        allow_save=rule.get("allowsave") == "true",
        include_details=rule.get("includerecorddetails") == "true",
        base=request.base,
        call=request.call,
    )


def _options(text: str) -> dict[str, str]:
    """`a=b; c=d`, in lower case."""
    pairs = (part.partition("=") for part in text.lower().split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs if key.strip()}
