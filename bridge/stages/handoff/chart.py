"""The account chart: everyone known at an organisation from both systems, who has which part in the decision, and who is missing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from bridge.frozen import frozen
from bridge.stages.handoff.roles import BLOCKER, DECISION_MAKER, IN_WORDS, INFLUENCER, ROLES, UNKNOWN, USER, placed
from bridge.values import left_out

IN_THE_DECISION = frozenset({DECISION_MAKER, INFLUENCER, BLOCKER})
LEVEL_WORDS: Mapping[str, str] = {"c_level": "C level", "vp": "VP"}
DEPARTMENT_WORDS: Mapping[str, str] = {"it": "IT", "hr": "HR"}
MOST_SHOWN = 8
"""People named in the chart's short form; the others are counted."""


@frozen
class Person:
    """One person of the chart; empty texts where nothing is known.

    `key` is a lead id of ours or a Salesforce id. `uses_product` None: not known. `last_activity` is a day. `systems`: where they are known.
    """

    key: str
    name: str
    title: str = ""
    level: str = "unknown"
    department: str = "unknown"
    role: str = UNKNOWN
    role_source: str = ""
    uses_product: bool | None = None
    status: str = ""
    last_activity: str = ""
    email: str = ""
    systems: tuple[str, ...] = ()
    primary: bool = False
    qualified: bool = False

    @property
    def rank(self) -> tuple[bool, int, bool, str]:
        """The primary first, then by place in the decision."""
        return (not self.primary, -placed(self.role, self.level, 0), not self.qualified, self.name)


@frozen
class Deal:
    """An open opportunity of the account."""

    name: str
    stage: str = ""
    owner: str = ""
    closes: str = ""


@frozen
class Chart:
    """One organisation. `account` is the name of its Salesforce account, empty when it has none; `kind` that account's type."""

    organisation: str
    people: tuple[Person, ...]
    account: str = ""
    account_id: str = ""
    kind: str = ""
    owner: str = ""
    deals: tuple[Deal, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many people, how many in the decision, how many of each role."""
        by_role = Counter(one.role for one in self.people)
        decide = sum(by_role[role] for role in IN_THE_DECISION)
        users = sum(one.role == USER or one.uses_product is True for one in self.people)
        return {
            "people": len(self.people),
            "in the decision": decide,
            "users": users,
            **{role: by_role[role] for role in ROLES},
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """Parts of a decision nobody is known for."""
        roles = {one.role for one in self.people}
        departments = {one.department for one in self.people}
        lacks = [] if DECISION_MAKER in roles else ["somebody who decides"]
        if not any(one.role == USER or one.uses_product for one in self.people):
            lacks.append("somebody who uses it or would")
        if not departments & {"finance", "purchasing"}:
            lacks.append("finance or purchasing")
        return tuple(lacks)

    def as_kept(self) -> dict[str, Any]:
        """Plain values, counts and what is missing among them: what is stored and what `--json` shows."""
        own = {name: getattr(self, name) for name in _OF_CHART}
        people = [{name: getattr(one, name) for name in _OF_PERSON} for one in self.people]
        deals = [asdict(one) for one in self.deals]
        return {**own, "people": people, "deals": deals, "counts": self.counts, "missing": list(self.missing)}

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Chart:
        """The chart that `as_kept` was made of."""
        people = tuple(Person(**{**one, "systems": tuple(one["systems"])}) for one in kept["people"])
        names = ("organisation", "account", "account_id", "kind", "owner")
        return cls(
            people=people, deals=tuple(Deal(**one) for one in kept["deals"]), **{name: kept[name] for name in names}
        )


_OF_PERSON, _OF_CHART = (tuple(one.name for one in fields(kind)) for kind in (Person, Chart))


def chart_of(chart: Chart) -> Chart:
    """The same chart, everyone once and in order: who is known by our lead and by their Salesforce record is one entry made of both."""
    people: dict[str, Person] = {}
    for one in chart.people:
        people.setdefault(one.key, one)
    ordered = tuple(sorted(people.values(), key=lambda one: one.rank))
    return Chart(chart.organisation, ordered, chart.account, chart.account_id, chart.kind, chart.owner, chart.deals)


def head(chart: Chart) -> str:
    """The counts in a sentence.

    >>> head(Chart("Acme", (Person("1", "Ann", role="decision_maker"),)))
    '1 person known, 1 in the decision (1 decision maker).'
    """
    counts = chart.counts
    people = f"{counts['people']} {'person' if counts['people'] == 1 else 'people'} known"
    parts = [
        f"{counts[role]} {IN_WORDS[role]}{'s' if counts[role] > 1 else ''}"
        for role in (DECISION_MAKER, INFLUENCER, BLOCKER)
        if counts[role]
    ]
    decide = (
        f", {counts['in the decision']} in the decision ({', '.join(parts)})"
        if parts
        else ", nobody of them known to decide"
    )
    users = f", {counts['users']} {'user' if counts['users'] == 1 else 'users'}" if counts["users"] else ""
    return f"{people}{decide}{users}."


def lines(chart: Chart, most: int = MOST_SHOWN, primary: bool = True) -> list[str]:
    """The chart in short: counts, who is missing, open opportunities, and the best placed people; `primary` False leaves that one out."""
    if len(chart.people) < 2 and not chart.deals:
        return []
    shown = [one for one in chart.people if primary or not one.primary]
    said = [*top(chart, 3), *(f"- {line_of(one, short=True)}" for one in shown[:most])]
    return [*said, *left_out(len(shown) - most)]


def top(chart: Chart, most_deals: int | None = None) -> list[str]:
    """What stands above the people: counts, who is missing, open opportunities."""
    lacks = [f"Missing: {', '.join(chart.missing)}."] if chart.missing else []
    return [head(chart), *lacks, *map(_deal, chart.deals[:most_deals])]


def line_of(one: Person, short: bool = False) -> str:
    """One person in a line; `short` without what Sales does with them, which would change the line every day."""
    status = "" if short and one.status.startswith("with Sales") else one.status
    part = f"{IN_WORDS[one.role]}{f' ({one.role_source})' if one.role_source else ''}" if one.role != UNKNOWN else ""
    uses = "uses the product" if one.uses_product and one.role_source != "product usage" else ""
    title = one.title if short else titled(one)
    return ", ".join(filter(None, (one.name or one.email or one.key, title, part, uses, status)))


def titled(one: Person) -> str:
    """The title with what was read from it.

    >>> titled(Person("1", "Ann", "CFO", "c_level", "finance")), titled(Person("1", "Ann", "Guru"))
    ('CFO (C level, finance)', 'Guru')
    """
    read = placed_in_words(one.level, one.department)
    return f"{one.title} ({read})" if one.title and read else one.title


def placed_in_words(level: str, department: str) -> str:
    """Level and department as people say them; what is not known is left out."""
    known = (LEVEL_WORDS.get(level, level), DEPARTMENT_WORDS.get(department, department))
    return ", ".join(word.replace("_", " ") for word in known if word not in ("", "unknown"))


def whole(chart: Chart, primary: bool = True) -> list[str]:
    """Everybody, with address and last activity: for the note and the account."""
    return [
        f"- {line_of(one)}{f', {one.email}' if one.email and one.name else ''}{_active(one)}"
        for one in chart.people
        if primary or not one.primary
    ]


def summary(chart: Chart, brief_head: str = "") -> str:
    """What stands on the account: counts, who is missing, deals, everybody."""
    return "\n".join(line for line in (brief_head, *top(chart), *whole(chart)) if line)


def _active(one: Person) -> str:
    return f", last active {one.last_activity}" if one.last_activity else ""


def _deal(one: Deal) -> str:
    told = ", ".join(
        filter(
            None, (one.stage, f"owner {one.owner}" if one.owner else "", f"closes {one.closes}" if one.closes else "")
        )
    )
    return f"Open opportunity: {one.name}{f' ({told})' if told else ''}."
