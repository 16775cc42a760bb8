"""Who gets one lead: every rule asked in order, and why each earlier one did not apply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from bridge.decisions import Assignment
from bridge.frozen import frozen
from bridge.public_endings import and_above
from bridge.settings.compiled import Facts, is_blank
from bridge.stages.route.compiled import CompiledRouting, CompiledRoutingRule, CompiledTeam
from bridge.stages.route.roster import Roster, Turns, User

ACCOUNT_OWNER, ORGANISATION_OWNER, NAMED_ACCOUNT, FALLBACK = (
    "account owner",
    "organisation owner",
    "named account",
    "fallback queue",
)
OVERFLOW, SERVICE = "no room elsewhere", "a customer's request"
Skipped = list[tuple[str, str]]


@frozen
class Desk:
    """What does not change while one lead is assigned."""

    roster: Roster
    turns: Turns
    routing: CompiledRouting
    today: date
    now: datetime


def assign(
    facts: Facts, account_owner_id: str | None, roster: Roster, turns: Turns, routing: CompiledRouting, now: datetime
) -> Assignment:
    """Who gets the lead. `facts` may hold `current_owner_id` (keeps its place in a team) and `organisation_owner_id`.

    `turns` is counted on when a team's turn is taken. `owner_id` is empty only when Salesforce lacks even the fallback queue.
    """
    desk = Desk(roster, turns, routing, now.astimezone(routing.zone).date(), now)
    skipped: Skipped = []
    found = _overflow(facts, desk, skipped)
    if found is not None:
        return found
    for rule, key, reason, sentence in _owners(facts, account_owner_id, routing, skipped):
        user, why = _free(key, desk)
        if user is not None:
            said = f"{sentence}{_standing_in(user, key, roster)}."
            return Assignment(user.id, user.name, rule, reason, said, tuple(skipped), _team_of(user, routing, roster))
        skipped.append((rule, why))
    for each in routing.rules:
        if each.holds is not None and not each.holds(facts, now):
            skipped.append((each.name, _why_not(each, facts)))
            continue
        if not each.covers(facts.get("country"), facts.get("postal_code")):
            skipped.append((each.name, _why_not_there(facts)))
            continue
        found = _by_rule(each, facts, desk, skipped)
        if found is not None:
            return found
    return _fallback(desk, skipped)


def _owners(
    facts: Facts, account_owner_id: str | None, routing: CompiledRouting, skipped: Skipped
) -> Iterator[tuple[str, str, str, str]]:
    """(rule, person, reason, sentence) of everybody who comes before the rules."""
    account = facts.get("account_name")
    if not routing.account_owner_first:
        skipped.append((ACCOUNT_OWNER, "switched off"))
    elif not account_owner_id:
        skipped.append((ACCOUNT_OWNER, "the lead has no account with an owner"))
    else:
        yield ACCOUNT_OWNER, account_owner_id, "account_owner", f"Owns the account{f' {account}' if account else ''}"
    colleague = facts.get("organisation_owner_id")
    if routing.organisation_owner_first and isinstance(colleague, str) and colleague:
        sentence = "Has the other leads of this organisation already"
        yield ORGANISATION_OWNER, colleague, "organisation_owner", sentence
    named = _named(facts, routing)
    if named is not None:
        key, person = named
        yield NAMED_ACCOUNT, person, "named_account", f"Named for {key}"


def _named(facts: Facts, routing: CompiledRouting) -> tuple[str, str] | None:
    if not routing.named:
        return None
    email = facts.get("email")
    host = email.rpartition("@")[2] if isinstance(email, str) else ""
    account, domain = (value if isinstance(value := facts.get(name), str) else "" for name in ("account_id", "domain"))
    for key in (account, *and_above(domain), *and_above(host)):
        if key.casefold() in routing.named:
            return key, routing.named[key.casefold()]
    return None


def _overflow(facts: Facts, desk: Desk, skipped: Skipped) -> Assignment | None:
    """The team that takes what waited too long for room elsewhere."""
    name = facts.get("overflow_team")
    team = next((one for one in desk.routing.teams if one.name == name), None)
    if team is None:
        return None
    service = facts.get("for_service") is True
    rule = CompiledRoutingRule(SERVICE if service else OVERFLOW, None, (), team, "", "")
    found = _by_team(rule, team, facts, desk, skipped)
    return None if found is None else replace(found, reason="service_team" if service else "overflow_team")


def _why_not_there(facts: Facts) -> str:
    return "postal code unknown" if is_blank(facts.get("postal_code")) else "the postal code is not in its ranges"


def _by_rule(rule: CompiledRoutingRule, facts: Facts, desk: Desk, skipped: Skipped) -> Assignment | None:
    if rule.team is not None:
        return _by_team(rule, rule.team, facts, desk, skipped)
    if rule.queue:
        return _to_queue(rule.name, "rule", rule.queue, f"Rule '{rule.name}'", "", desk, skipped)
    user, why = _free(rule.user, desk)
    if user is None:
        skipped.append((rule.name, why))
        return None
    said = f"Rule '{rule.name}'{_standing_in(user, rule.user, desk.roster)}."
    team = _team_of(user, desk.routing, desk.roster)
    return Assignment(user.id, user.name, rule.name, "rule", said, tuple(skipped), team)


def _by_team(
    rule: CompiledRoutingRule, team: CompiledTeam, facts: Facts, desk: Desk, skipped: Skipped
) -> Assignment | None:
    people = _members(team, desk)
    for user, _ in people:
        if user.id == facts.get("current_owner_id"):
            said = f"Rule '{rule.name}': has this lead already and is in team {team.name}."
            return Assignment(user.id, user.name, rule.name, "keeps_owner", said, tuple(skipped), team.name)
    at_work = [(user, weight) for user, weight in people if _at_work(user, desk)]
    people = at_work or people
    people, spoken = _speakers(people, rule, team, facts, desk, skipped)
    if people:
        index = desk.turns.take(team.name, [(user.id, weight) for user, weight in people])
        user = people[index][0]
        said = f"Rule '{rule.name}': {user.name}'s turn in team {team.name}{spoken}."
        return Assignment(user.id, user.name, rule.name, "team_turn", said, tuple(skipped), team.name)
    if team.queue:
        sentence = f"Rule '{rule.name}': nobody of team {team.name} is free"
        return _to_queue(rule.name, "team_queue", team.queue, sentence, team.name, desk, skipped)
    skipped.append((rule.name, f"nobody of team {team.name} is free"))
    return None


def _speakers(
    people: list[tuple[User, int]],
    rule: CompiledRoutingRule,
    team: CompiledTeam,
    facts: Facts,
    desk: Desk,
    skipped: Skipped,
) -> tuple[list[tuple[User, int]], str]:
    """Those who speak the lead's language, and words that say so; everybody when that is not known or nobody does."""
    if not desk.routing.languages or not people:
        return people, ""
    language = facts.get("language")
    if not isinstance(language, str) or not language:
        skipped.append((f"language, for {rule.name}", "the lead's language is unknown"))
        return people, ""
    speakers = [(user, weight) for user, weight in people if language in _languages_of(user, desk)]
    if not speakers:
        skipped.append(
            (f"language, for {rule.name}", f"nobody of team {team.name} who is there is known to speak {language}")
        )
        return people, ""
    return speakers, f", of those who speak {language} ({facts.get('language_source') or 'their language'})"


def _languages_of(user: User, desk: Desk) -> frozenset[str]:
    keys = (user.id, user.username, user.email, user.name)
    return next((found for key in keys if (found := desk.routing.languages.get(key.casefold()))), frozenset())


def _at_work(user: User, desk: Desk) -> bool:
    """Within their working hours; who has none given is always there."""
    if not desk.routing.shifts:
        return True
    keys = (user.id, user.username, user.email, user.name)
    shift = next((found for key in keys if (found := desk.routing.shifts.get(key.casefold())) is not None), None)
    return shift is None or shift.works(desk.now)


def _members(team: CompiledTeam, desk: Desk) -> list[tuple[User, int]]:
    """The team's people who are there today, in a fixed order."""
    if team.department:
        named = [(user.id, 1) for user in desk.roster.department(team.department)]
    else:
        named = list(team.members)
    found = [(desk.roster.find(key), weight) for key, weight in named]
    return [(user, weight) for user, weight in found if user and _there(user, desk)]


def _there(user: User, desk: Desk) -> bool:
    return user.active and user.id not in desk.roster.refused and _absence(user, desk) is None


def takes_leads(owner_id: str, roster: Roster, routing: CompiledRouting, now: datetime) -> bool:
    """Whether who was given leads before can have them still: there, not away, or a queue."""
    user = roster.find(owner_id)
    if user is None:
        return roster.queue(owner_id) is not None
    return _there(user, Desk(roster, Turns(), routing, now.astimezone(routing.zone).date(), now))


def _to_queue(
    rule: str, reason: str, key: str, sentence: str, team: str, desk: Desk, skipped: Skipped
) -> Assignment | None:
    queue = desk.roster.queue(key)
    if queue is None:
        skipped.append((rule, f"Salesforce has no queue '{key}'"))
        return None
    if queue[0] in desk.roster.refused and rule != FALLBACK:
        skipped.append((rule, f"Salesforce lately refused queue {queue[1]} as an owner"))
        return None
    return Assignment(queue[0], queue[1], rule, reason, f"{sentence}; queue {queue[1]}.", tuple(skipped), team)


def _fallback(desk: Desk, skipped: Skipped) -> Assignment:
    key = desk.routing.fallback_queue
    found = _to_queue(FALLBACK, "fallback_queue", key, "No rule could place it", "", desk, skipped)
    if found is not None:
        return found
    sentence = f"No rule could place it, and Salesforce has no queue '{key}'."
    return Assignment("", "", FALLBACK, "no_owner", sentence, tuple(skipped))


def _free(key: str, desk: Desk) -> tuple[User | None, str]:
    """The person, or the stand-in, when they can take a lead today; else None and why not."""
    user = desk.roster.find(key)
    if user is None:
        return None, f"Salesforce has no user '{key}'"
    if not user.active:
        return None, f"{user.name} is no longer active"
    if user.id in desk.roster.refused:
        return None, f"Salesforce lately refused {user.name} as an owner"
    stand_in = _absence(user, desk)
    if stand_in is None:
        return user, ""
    other = desk.roster.find(stand_in) if stand_in else None
    if other is None or not _there(other, desk):
        return None, f"{user.name} is away and nobody stands in"
    return other, ""


def _absence(user: User, desk: Desk) -> str | None:
    """None: there today. Else who stands in, empty for nobody."""
    if not desk.routing.away:
        return None
    for key in (user.id, user.username, user.email, user.name):
        for away in desk.routing.away.get(key.casefold(), ()):
            if away.first <= desk.today <= away.last:
                return away.stand_in
    return None


def _standing_in(user: User, key: str, roster: Roster) -> str:
    asked = roster.find(key)
    return "" if asked is None or asked.id == user.id else f"; {user.name} stands in for {asked.name}"


def _team_of(user: User, routing: CompiledRouting, roster: Roster) -> str:
    """The first team the person is in, for the team's cap; empty when in none."""
    for team in routing.teams:
        if team.department:
            if team.department.casefold() == user.team.casefold():
                return team.name
        elif any(roster.find(key) == user for key, _ in team.members):
            return team.name
    return ""


def _why_not(rule: CompiledRoutingRule, facts: Facts) -> str:
    blank = [name for name in rule.fields if is_blank(facts.get(name))]
    return f"does not apply: {', '.join(blank)} unknown" if blank else "does not apply"
