"""Routing compiled: conditions are closures, names are looked up by their small letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.frozen import frozen
from bridge.settings.compiled import Test, compile_condition
from bridge.settings.condition_leaves import facts_compared
from bridge.settings.known import Known
from bridge.settings.routing import DAYS, Hours, Routing, RoutingRule, postal_range
from connectors.record_ids import long_id


@frozen
class CompiledTeam:
    """A team: members with weights, or a department."""

    name: str
    members: tuple[tuple[str, int], ...]
    department: str
    queue: str


@frozen
class CompiledRoutingRule:
    """One rule; exactly one of `team`, `user`, `queue` is set."""

    name: str
    holds: Test | None
    fields: tuple[str, ...]
    team: CompiledTeam | None
    user: str
    queue: str
    postal: tuple[tuple[str, str, str], ...] = ()

    def covers(self, country: object, postal_code: object) -> bool:
        """Whether the postal code of that country is in one of the ranges; True for a rule without any."""
        if not self.postal:
            return True
        if not isinstance(country, str) or not isinstance(postal_code, str):
            return False
        code = postal_code.replace(" ", "").replace("-", "").upper()
        return any(
            country.upper() == of and bool(code) and first <= code[: len(first)] <= last
            for of, first, last in self.postal
        )


@frozen
class Shift:
    """When somebody works: days of the week (0 Monday), minutes of the day, local time."""

    days: frozenset[int]
    begins: int
    ends: int
    zone: ZoneInfo

    def works(self, now: datetime) -> bool:
        """At work at that moment; a shift may go over midnight."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        if self.begins <= self.ends:
            return local.weekday() in self.days and self.begins <= minute < self.ends
        yesterday = (local.weekday() - 1) % 7
        return (local.weekday() in self.days and minute >= self.begins) or (
            yesterday in self.days and minute < self.ends
        )


@frozen
class Away:
    """One absence; both days count."""

    first: date
    last: date
    stand_in: str


@frozen
class CompiledRouting:
    """Routing ready to assign by."""

    zone: ZoneInfo
    account_owner_first: bool
    organisation_owner_first: bool
    named: Mapping[str, str]
    teams: tuple[CompiledTeam, ...]
    rules: tuple[CompiledRoutingRule, ...]
    away: Mapping[str, tuple[Away, ...]]
    fallback_queue: str
    shifts: Mapping[str, Shift] = field(default_factory=dict)
    languages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Person, by any of their names in small letters → the languages they speak."""
    compared: tuple[str, ...] = ()
    """Facts a rule asks `changed` of."""


def compile_routing(routing: Routing, known: Known) -> CompiledRouting:
    """Compile a routing that loading has checked against `known`."""
    teams = {
        name: CompiledTeam(
            name,
            tuple((member.user, member.weight) for member in team.members),
            team.department or "",
            team.queue or "",
        )
        for name, team in routing.teams.items()
    }
    away: dict[str, list[Away]] = {}
    for absence in routing.absent:
        entry = Away(absence.from_, absence.until, absence.stand_in or "")
        away.setdefault(absence.user.casefold(), []).append(entry)
    return CompiledRouting(
        zone=ZoneInfo(routing.time_zone),
        account_owner_first=routing.account_owner_first,
        organisation_owner_first=routing.organisation_owner_first,
        named={_account_key(key): user for key, user in routing.named_accounts.items()},
        teams=tuple(teams.values()),
        rules=tuple(_rule(rule, teams, known) for rule in routing.rules),
        away={user: tuple(entries) for user, entries in away.items()},
        fallback_queue=routing.fallback_queue,
        languages={user.casefold(): frozenset(spoken) for user, spoken in routing.languages.items()},
        shifts={user.casefold(): _shift(hours) for user, hours in routing.hours.items()},
        compared=tuple(name for rule in routing.rules if rule.when is not None for name in facts_compared(rule.when)),
    )


def _rule(rule: RoutingRule, teams: Mapping[str, CompiledTeam], known: Known) -> CompiledRoutingRule:
    when = None if rule.when is None else compile_condition(rule.when, known)
    return CompiledRoutingRule(
        rule.name,
        None if when is None else when.holds,
        () if when is None else when.fields,
        None if rule.team is None else teams[rule.team],
        rule.user or "",
        rule.queue or "",
        tuple(found for text in rule.postal if (found := postal_range(text)) is not None),
    )


def _account_key(written: str) -> str:
    """A web domain or account id as it is looked up. An id of 15 characters, as reports show it, is given its last three.

    >>> _account_key("001Lb000000004X"), _account_key("WWW.Acme.example")
    ('001lb000000004xiaq', 'acme.example')
    """
    return (long_id(written) if written.startswith("001") else written).casefold().removeprefix("www.")


def _shift(hours: Hours) -> Shift:
    days = frozenset(DAYS.index(day.casefold()) for day in hours.days)
    return Shift(days, _minutes(hours.from_), _minutes(hours.until), ZoneInfo(hours.time_zone))


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
