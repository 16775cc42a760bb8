"""The model of `config/routing.yaml`: who gets a qualified lead.

Asked in order: the account's owner, the owner of the organisation's other leads, named accounts, the rules, the fallback queue.
People are named by Salesforce user name, e-mail address, full name or id; teams are lists of people or Salesforce departments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from bridge.settings.base import Settings, Texts, did_you_mean, problem
from bridge.settings.calendar import ClockTime, Day, Zone
from bridge.settings.condition_leaves import Finding, check_condition, twins
from bridge.settings.conditions import Condition
from bridge.settings.countries import HOW_WRITTEN, is_country
from bridge.settings.known import Known

ACCOUNT = re.compile(r"[\w.-]+")
"""A web domain or an id: what has another sign in it, a link or an address for example, would never be found."""
POSTAL_WRITTEN = "Write e.g. DE 80000-86999, GB SW or US 94*; a hyphen inside a code (PL 30-001) is left out."
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LANGUAGE = re.compile(r"[a-z]{2}")
_POSTAL = re.compile(r"([A-Z]{2}) ([A-Z0-9]+(?: ?[A-Z0-9]+)?)(?:\s*-\s*([A-Z0-9]+)|\*)?$")


def postal_range(text: str) -> tuple[str, str, str] | None:
    """(country, first, last) of `DE 80000-86999`; of a beginning (`GB SW`) both are that beginning. None: it is no range.

    >>> postal_range("DE 80000-86999"), postal_range("GB SW")
    (('DE', '80000', '86999'), ('GB', 'SW', 'SW'))
    """
    match = _POSTAL.match(text.strip().upper())
    if match is None or (match[3] is not None and (len(match[2]) != len(match[3]) or match[2] > match[3])):
        return None
    first = match[2].replace(" ", "")
    return match[1], first, match[3] or first


class Member(Settings):
    """One member of a team and the share of its leads."""

    user: str = Field(
        min_length=1, description="User name, e-mail address, full name or id.", examples=["jane@acme.example"]
    )
    weight: int = Field(default=1, ge=1, le=100, description="2 gets twice as many leads as 1.")


class Team(Settings):
    """People who take turns."""

    members: tuple[Member, ...] = Field(default=(), description="The people, with weights.")
    department: str | None = Field(
        default=None, description="Or everybody whose Salesforce `Department` is this.", examples=["emea"]
    )
    queue: str | None = Field(default=None, description="Queue for the team's leads when nobody is there.")

    @model_validator(mode="after")
    def _has_people(self) -> Self:
        if bool(self.members) == (self.department is not None):
            raise problem("needs `members` or `department`, and not both")
        return self


class RoutingRule(Settings):
    """One rule; the first that holds and has somebody free assigns."""

    name: str = Field(min_length=1, description="Named in every assignment.", examples=["DACH enterprise"])
    when: Condition | None = Field(default=None, description="When it applies; without it always.")
    postal: Texts = Field(
        default=(),
        min_length=1,
        description="Or only these postal codes of a country: ranges or beginnings.",
        examples=[["DE 80000-86999", "GB SW", "US 94*"]],
    )
    team: str | None = Field(default=None, description="A team of this file; its members take turns.")
    user: str | None = Field(default=None, description="One person.")
    queue: str | None = Field(default=None, description="A Salesforce queue, by name or id.")

    @model_validator(mode="after")
    def _names_one_taker(self) -> Self:
        if sum(taker is not None for taker in (self.team, self.user, self.queue)) != 1:
            raise problem("needs one of `team`, `user` and `queue`")
        return self


class Hours(Settings):
    """When somebody works. Who is at work comes first when a team takes turns; nobody at work: everybody's turn."""

    days: Texts = Field(default=("mon", "tue", "wed", "thu", "fri"), description="Days of the week.")
    from_: ClockTime = Field(default="09:00", alias="from", description="Begin of work, local time.")
    until: ClockTime = Field(default="17:00", description="End of work.")
    time_zone: Zone = Field(default="UTC", description="Whose local time.", examples=["Europe/Berlin"])

    @model_validator(mode="after")
    def _is_ever_at_work(self) -> Self:
        if not self.days:
            raise problem("has no day, so nobody would ever be at work", "Leave the person out: they are always there.")
        if self.from_ == self.until:
            raise problem(
                "ends when it begins, so nobody would ever be at work", 'The whole day is "00:00" to "24:00".'
            )
        return self


class Absence(Settings):
    """Somebody is away; both days count."""

    user: str = Field(min_length=1, description="Who.")
    from_: Day = Field(alias="from", description="First day away.", examples=["2026-12-21"])
    until: Day = Field(description="Last day away.", examples=["2027-01-04"])
    stand_in: str | None = Field(default=None, description="Who gets this person's leads meanwhile.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.from_:
            raise problem("ends before it begins")
        if self.stand_in is not None and self.stand_in.casefold() == self.user.casefold():
            raise problem("lets the person stand in for themself", "Name somebody else, or leave stand_in out.")
        return self


class Routing(Settings):
    """Who gets a qualified lead."""

    time_zone: Zone = Field(
        default="UTC",
        description="Where a day begins: of absences, and of `new_per_day` in capacity.yaml; briefs tell days and times of it.",
        examples=["Europe/Berlin"],
    )
    account_owner_first: bool = Field(default=True, description="The owner of the matched account gets its leads.")
    organisation_owner_first: bool = Field(default=True, description="People of one organisation go to one owner.")
    named_accounts: dict[str, str] = Field(
        default_factory=dict,
        description="Web domain (and those below it) or Salesforce account id → person.",
        examples=[{"acme.example": "jane@acme.example"}],
    )
    teams: dict[str, Team] = Field(default_factory=dict, description="Teams by name.")
    rules: tuple[RoutingRule, ...] = Field(
        default=(), description="Ordered; the first that holds and has somebody free."
    )
    absent: tuple[Absence, ...] = Field(default=(), description="Who is away when.")
    languages: dict[str, Texts] = Field(
        default_factory=dict,
        description="Person → languages they speak, as two letters. Who speaks the lead's comes first when a team takes turns.",
        examples=[{"jane@acme.example": ["de", "fr"]}],
    )
    hours: dict[str, Hours] = Field(
        default_factory=dict,
        description="Person → working hours; who is not named is always there.",
        examples=[{"jane@acme.example": {"from": "08:00", "until": "16:00", "time_zone": "Europe/Berlin"}}],
    )
    fallback_queue: str = Field(
        min_length=1, description="Queue for what no rule could place.", examples=["Inbound Leads"]
    )


def check_routing(routing: Routing, known: Known) -> Iterator[Finding]:
    """Unknown facts in conditions, unknown teams, rules that are never reached."""
    names: set[str] = set()
    for block in ("named_accounts", "hours", "languages"):
        yield from twins(getattr(routing, block), (block,))
    for user, hours in routing.hours.items():
        for place, day in enumerate(hours.days):
            if day.casefold() not in DAYS:
                near = did_you_mean(day, DAYS) or f"Known: {', '.join(DAYS)}."
                yield Finding(("hours", user, "days", place), f"'{day}' is no day of the week.", near)
    for user, spoken in routing.languages.items():
        for place, code in enumerate(spoken):
            if not LANGUAGE.fullmatch(code):
                yield Finding(
                    ("languages", user, place), f"'{code}' is no language.", "Write two letters, e.g. de, en, fr."
                )
    for account in routing.named_accounts:
        if not ACCOUNT.fullmatch(account):
            near = "Write a web domain such as acme.example, or the account's id in Salesforce."
            yield Finding(("named_accounts", account), f"'{account}' is neither.", near, True)
    for index, rule in enumerate(routing.rules):
        for place, text in enumerate(rule.postal):
            at, found = ("rules", index, "postal", place), postal_range(text)
            if found is None:
                yield Finding(at, f"'{text}' is no range of postal codes.", POSTAL_WRITTEN)
            elif not is_country(found[0]):
                yield Finding(at, f"'{found[0]}' is no country.", HOW_WRITTEN)
        path = ("rules", index)
        if rule.name in names:
            yield Finding((*path, "name"), f"'{rule.name}' is here twice.")
        names.add(rule.name)
        if rule.when is not None:
            yield from check_condition(rule.when, known, "score", (*path, "when"))
        elif rule.queue is not None and not rule.postal and index < len(routing.rules) - 1:
            yield Finding(
                path, "takes everybody into a queue, so the rules after it are never reached.", "Put it last."
            )
        if rule.team is not None and rule.team not in routing.teams:
            near = did_you_mean(rule.team, routing.teams)
            yield Finding((*path, "team"), f"there is no team '{rule.team}'.", near or "Add it under teams.")
