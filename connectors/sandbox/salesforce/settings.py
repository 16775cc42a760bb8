"""How the org behaves beyond its schema: rules, automations, clients and limits, as a world or a test gives them.

Conditions are written as SOQL writes them after WHERE, e.g. `Email = null AND Status = 'Working - Contacted'`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self, TypeVar

Action = Literal["allow", "alert", "block"]
_Rule = TypeVar("_Rule")


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """Refuses a row for which `when` is true, with `message` shown at `field` or, where that is empty, at the record."""

    object: str
    when: str
    message: str
    name: str = ""
    field: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """Looks for records like the new one. `match`: `email` (the same address) or `name_company` (alike, not the same)."""

    object: str
    name: str = "Standard_Lead_Duplicate_Rule"
    match: tuple[str, ...] = ("email", "name_company")
    against: tuple[str, ...] = ()
    on_create: Action = "alert"
    on_update: Action = "allow"
    message: str = "Use one of these records?"

    def __post_init__(self) -> None:
        wrong = set(self.match) - {"email", "name_company"}
        if wrong:
            raise ValueError(f"a duplicate rule matches by email or name_company, not by {', '.join(sorted(wrong))}")
        for action in (self.on_create, self.on_update):
            if action not in ("allow", "alert", "block"):
                raise ValueError(f"a duplicate rule can allow, alert or block, not {action}")


@dataclass(frozen=True, slots=True)
class Automation:
    """Changes fields of a row after it was saved, without a word to the client. `on` holds `create` and `update`."""

    object: str
    set: Mapping[str, Any]
    when: str = ""
    on: tuple[str, ...] = ("create", "update")
    emails: int = 0


@dataclass(frozen=True, slots=True)
class Assignment:
    """Gives a new row to `owner` (an id, a username or a queue's name); `email` tells the owner, which is only counted."""

    object: str
    owner: str
    when: str = ""
    email: bool = True


@dataclass(frozen=True, slots=True)
class Client:
    """An app that may log in: by JWT for any user of the org, by client credentials or refresh token as `username`.

    `scopes`, parted by spaces, are what its tokens are good for; who has neither `id` nor `openid` is not told who it is.
    """

    id: str
    secret: str
    username: str
    public_key: str = ""
    refresh_token: str = ""
    scopes: str = "refresh_token api web id"

    @property
    def tells_identity(self) -> bool:
        """Whether its tokens open userinfo and the identity address."""
        return not {"id", "openid", "full", "profile", "email"}.isdisjoint(self.scopes.split())


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the list; `states` by code, none for a country whose addresses have none."""

    code: str
    name: str
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordType:
    """One record type; a picklist that is not in `choices` has them all. `available`: our users may give it to records."""

    id: str
    available: bool
    choices: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Settings:
    """Everything adjustable; `from_rules` reads what a world gives."""

    org_name: str = "Leadbridge Sandbox"
    validation_rules: list[ValidationRule] = field(default_factory=list)
    duplicate_rules: list[DuplicateRule] = field(default_factory=list)
    automations: list[Automation] = field(default_factory=list)
    assignment_rules: list[Assignment] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    #: `required`: a new custom field stays hidden until a permission set grants it; `granted`: it is there for everybody.
    field_permissions: Literal["required", "granted"] = "required"
    #: Rows one transaction may have (a call's, or 200 of a job) before the org's triggers run into Apex's limits; 0: any number.
    rows_at_once: int = 0
    #: Share of writes (0 to 1) that answer success and change nothing.
    ignored_writes: float = 0.0
    #: New and changed rows are hidden from queries for up to this many seconds.
    late_seconds: float = 0.0
    #: Seconds a token lives, and how many calls the org allows in 24 hours.
    token_seconds: int = 7_200
    daily_limit: int = 100_000
    limits: bool = True
    #: Seconds a Bulk job waits, and then works.
    job_seconds: float = 0.2
    #: Lets AND and OR stand side by side without parentheses, AND binding tighter. The real org refuses that.
    mixed_operators: bool = False

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any]) -> Self:
        """Settings from plain values; raises `ValueError` that names what is not known."""
        known = {one.name for one in fields(cls)}
        unknown = set(rules) - known
        if unknown:
            raise ValueError(
                f"Salesforce rules do not know {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}"
            )
        kinds: dict[str, Any] = {
            "validation_rules": ValidationRule,
            "duplicate_rules": DuplicateRule,
            "automations": Automation,
            "assignment_rules": Assignment,
            "clients": Client,
        }
        given: dict[str, Any] = {
            name: [_made(kinds[name], one) for one in _listed(name, value)] if name in kinds else _plain(name, value)
            for name, value in rules.items()
        }
        return cls(**given)


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} has to be a list of rules")
    return list(value)


def _plain(name: str, value: Any) -> Any:
    """A setting as what its field holds; numbers and truths may come as text, as from a command line."""
    default: Any = getattr(Settings(), name)
    if name == "field_permissions" and value not in ("required", "granted"):
        raise ValueError("field_permissions has to be required or granted")
    if isinstance(default, bool):
        if str(value).lower() not in ("true", "false"):
            raise ValueError(f"{name} has to be true or false")
        return str(value).lower() == "true"
    if isinstance(default, str):
        return str(value)
    try:
        number: float = type(default)(value)
    except (TypeError, ValueError):
        number = -1
    if isinstance(value, bool) or not 0 <= number < float("inf"):
        raise ValueError(f"{name} has to be a number that is not negative, not {value!r}")
    return number


def _made(kind: type[_Rule], given: Any) -> _Rule:
    """A rule from its mapping; lists become tuples."""
    if isinstance(given, kind):
        return given
    try:
        return kind(**{name: _several(name, value) for name, value in given.items()})
    except TypeError as wrong:
        raise ValueError(f"{kind.__name__}: {wrong}") from None


def _several(name: str, value: Any) -> Any:
    """A list as a tuple; one word where several may stand is one of them."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if name in ("match", "against", "on") and isinstance(value, str) else value
