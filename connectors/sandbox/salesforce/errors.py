"""What the org answers when it will not: one refusal, shown as REST, collections and Bulk each show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """`code` and `message` are Salesforce's own; `status` is the HTTP status where the refusal ends a whole request.

    `fields` are the fields at fault; `extra` are further keys of the single-record answer (`duplicateResult`), `headers` its headers.
    """

    def __init__(
        self,
        code: str,
        message: str,
        fields: tuple[str, ...] = (),
        status: int = 400,
        extra: Mapping[str, Any] | None = None,
        listed: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = fields
        self.status = status
        self.extra = extra or {}
        self.headers = headers or {}
        # A record's refusal carries the key `fields` even when it names none; one about the request does not.
        self.listed = listed

    def single(self) -> dict[str, Any]:
        """One entry of the list a single-record call answers with."""
        entry: dict[str, Any] = {**self.extra, "message": self.message, "errorCode": self.code}
        if self.fields or self.listed:
            entry["fields"] = list(self.fields)
        return entry

    def collected(self) -> dict[str, Any]:
        """One entry of `errors` in a collection's result."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}

    def bulk(self) -> str:
        """The text of `sf__Error` in a Bulk result file."""
        return f"{self.code}:{self.message}:{' '.join(self.fields)}--"


class Refusals(Exception):
    """Several refusals of one record; `first` decides the HTTP status."""

    def __init__(self, each: list[Refusal]) -> None:
        super().__init__("; ".join(str(one) for one in each))
        self.each = each

    @property
    def first(self) -> Refusal:
        """The refusal that is told where there is room for one."""
        return self.each[0]


def not_found(message: str = "The requested resource does not exist") -> Refusal:
    """404 NOT_FOUND."""
    return Refusal("NOT_FOUND", message, status=404)


def refused(code: str, message: str, *fields: str) -> Refusal:
    """A refusal of one record."""
    return Refusal(code, message, fields, listed=True)
