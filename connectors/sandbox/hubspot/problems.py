"""HubSpot's error answers: what goes wrong, in the words and with the category the real one uses."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import orjson


class Problem(Exception):
    """A request that is refused. Becomes the error body of the answer."""

    def __init__(
        self,
        status: int,
        message: str,
        category: str | None,
        *,
        sub_category: str | None = None,
        context: Mapping[str, Sequence[str]] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.sub_category = sub_category
        self.context = dict(context or {})
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        answer: dict[str, Any] = {"status": "error", "message": self.message, "correlationId": str(uuid.uuid4())}
        if self.context:
            answer["context"] = {key: list(values) for key, values in self.context.items()}
        if self.category is not None:
            answer["category"] = self.category
        if self.sub_category is not None:
            answer["subCategory"] = self.sub_category
        if self.errors:
            answer["errors"] = self.errors
        return answer | self.more

    def in_batch(self, ids: Sequence[str]) -> dict[str, Any]:
        """The same as one entry of a batch's `errors`, naming the inputs it is about."""
        return {
            "status": "error",
            "category": self.category or "VALIDATION_ERROR",
            "message": self.message,
            "context": {**self.context, "ids": list(ids)} if ids else self.context,
            "errors": self.errors,
            "links": {},
        }


def invalid(message: str, **more: Any) -> Problem:
    """400 VALIDATION_ERROR."""
    return Problem(400, message, "VALIDATION_ERROR", **more)


def unreadable(why: str) -> Problem:
    """400 for a body that is not JSON or not of the expected shape."""
    return invalid(f"Invalid input JSON on line 1, column 1: {why}")


def not_found(message: str = "resource not found") -> Problem:
    """404 OBJECT_NOT_FOUND."""
    return Problem(404, message, "OBJECT_NOT_FOUND")


def no_such_path() -> Problem:
    """404 for a path the API does not have."""
    return Problem(404, "Unable to find a resource at the given path", "OBJECT_NOT_FOUND")


def wrong_method(allowed: Sequence[str]) -> Problem:
    """405, with the methods that are there."""
    return Problem(405, "HTTP 405 Method Not Allowed", "VALIDATION_ERROR", headers={"Allow": ", ".join(allowed)})


def wrong_media_type() -> Problem:
    """415 for a body that is said to be something else than JSON."""
    return Problem(415, "HTTP 415 Unsupported Media Type", "VALIDATION_ERROR")


def conflict(message: str, **more: Any) -> Problem:
    """409 CONFLICT."""
    return Problem(409, message, "CONFLICT", **more)


def no_credentials() -> Problem:
    """401 without a usable token."""
    return Problem(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at "
        "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        "INVALID_AUTHENTICATION",
    )


def expired(seconds: int) -> Problem:
    """401 with a token past its time."""
    return Problem(
        401,
        f"The OAuth token used to make this call expired {seconds} second(s) ago.",
        "EXPIRED_AUTHENTICATION",
        context={"expire time": [f"-{seconds}"]},
    )


def missing_scopes(scopes: Sequence[str]) -> Problem:
    """403 MISSING_SCOPES; `scopes` are the ones of which one would do."""
    return Problem(
        403,
        f"This app hasn't been granted all required scopes to make this call. The required scopes are: [{', '.join(scopes)}].",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": list(scopes)},
            }
        ],
        more={"links": {"scopes": "https://developers.hubspot.com/scopes"}},
    )


def bad_values(errors: Sequence[Mapping[str, str]]) -> Problem:
    """400 for property values. `errors` are {name, error, message}; HubSpot repeats them as JSON inside the message."""
    inside = [{"isValid": False, **error, "localizedErrorMessage": error["message"]} for error in errors]
    return invalid(
        f"Property values were not valid: {orjson.dumps(inside).decode()}",
        errors=[
            {"message": error["message"], "code": error["error"], "context": {"propertyName": [error["name"]]}}
            for error in errors
        ],
    )
