"""Who gets a lead: owners first, then named accounts, rules in order, turns by weight, absence, the queue at last."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge.decisions import Assignment
from bridge.settings.known import known_facts
from bridge.settings.mapping import FieldMapping
from bridge.settings.routing import Routing
from bridge.stages.route import CompiledRouting, Roster, Turns, User, assign, compile_routing
from bridge.stages.route.roster import team_key

NOW = datetime(2026, 12, 22, 12, 0, tzinfo=UTC)
ANN = User("005A", "Ann Ames", team="emea", username="ann@acme.example", email="ann.ames@acme.example")
BEN = User("005B", "Ben Bloom", team="emea", username="ben@acme.example")
CLEO = User("005C", "Cleo Cruz", team="amer", username="cleo@acme.example")
GONE = User("005G", "Gus Gone", active=False, team="amer", username="gus@acme.example")
ROSTER = Roster.of((BEN, ANN, CLEO, GONE), {"00G1": "Inbound Leads", "00G2": "Partners"})
KNOWN = known_facts([("country", FieldMapping.model_validate({"from": "country"}))], ["big", "small"])

WRITTEN: dict[str, Any] = {
    "time_zone": "Europe/Berlin",
    "named_accounts": {"acme.example": "cleo@acme.example", "001X": "Ben Bloom"},
    "teams": {
        "emea": {"department": "emea"},
        "amer": {"department": "amer"},
        "partners": {"members": ({"user": "ann@acme.example", "weight": 3}, {"user": "005B"})},
        "ghosts": {"members": ({"user": "gus@acme.example"},), "queue": "Partners"},
    },
    "rules": (
        {"name": "Big ones", "when": {"segment": "big"}, "user": "cleo@acme.example"},
        {"name": "Germany", "when": {"field": "country", "equals": "DE"}, "team": "emea"},
        {"name": "America", "when": {"field": "country", "equals": "US"}, "team": "amer"},
        {"name": "Partners", "when": {"field": "country", "equals": "CH"}, "team": "partners"},
        {"name": "Ghosts", "when": {"field": "country", "equals": "XX"}, "team": "ghosts"},
        {"name": "Nobody", "when": {"field": "country", "equals": "YY"}, "user": "gus@acme.example"},
        {"name": "Queue", "when": {"field": "country", "equals": "ZZ"}, "queue": "partners"},
    ),
    "fallback_queue": "Inbound Leads",
}


def routing(**changes: Any) -> CompiledRouting:
    return compile_routing(Routing.model_validate({**WRITTEN, **changes}), KNOWN)


def who(facts: dict[str, Any], owner: str | None = None, turns: Turns | None = None, **changes: Any) -> Assignment:
    return assign(facts, owner, ROSTER, turns or Turns(), routing(**changes), NOW)


TAKERS = [
    ("account owner", {"segment": "big"}, "005A", "005A", "account owner", "account_owner", "emea"),
    ("inactive owner", {"segment": "big"}, "005G", "005C", "Big ones", "rule", "amer"),
    ("unknown owner", {"segment": "big"}, "005Z", "005C", "Big ones", "rule", "amer"),
    ("colleague's owner", {"organisation_owner_id": "005B"}, None, "005B", "organisation owner", "organisation_owner", "emea"),
    ("account before colleague", {"organisation_owner_id": "005B"}, "005A", "005A", "account owner", "account_owner", "emea"),
    ("named by domain", {"domain": "ACME.example"}, None, "005C", "named account", "named_account", "amer"),
    ("named by address", {"email": "x@acme.example"}, None, "005C", "named account", "named_account", "amer"),
    ("named by an address below it", {"email": "x@mail.acme.example"}, None, "005C", "named account", "named_account", "amer"),
    ("named by account", {"account_id": "001X"}, None, "005B", "named account", "named_account", "emea"),
    ("first rule that holds", {"segment": "big", "country": "DE"}, None, "005C", "Big ones", "rule", "amer"),
    ("second rule", {"segment": "small", "country": "DE"}, None, "005A", "Germany", "team_turn", "emea"),
    ("inactive are left out", {"country": "US"}, None, "005C", "America", "team_turn", "amer"),
    ("team's own queue", {"country": "XX"}, None, "00G2", "Ghosts", "team_queue", "ghosts"),
    ("inactive person", {"country": "YY"}, None, "00G1", "fallback queue", "fallback_queue", ""),
    ("queue by a rule", {"country": "ZZ"}, None, "00G2", "Queue", "rule", ""),
    ("nothing holds", {}, None, "00G1", "fallback queue", "fallback_queue", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "owner", "taker", "rule", "reason", "team"), [row[1:] for row in TAKERS], ids=[row[0] for row in TAKERS]
)
def test_who_gets_it(facts: dict[str, Any], owner: str | None, taker: str, rule: str, reason: str, team: str) -> None:
    found = who(facts, owner)
    assert (found.owner_id, found.rule, found.reason, found.team) == (taker, rule, reason, team)
    assert found.sentence.endswith(".")


def test_every_rule_that_did_not_apply_says_why() -> None:
    found = who({"country": "YY", "segment": "small"}, "005G")
    skipped = dict(found.skipped)
    assert skipped["account owner"] == "Gus Gone is no longer active"
    assert skipped["Germany"] == "does not apply"
    assert skipped["Nobody"] == "Gus Gone is no longer active"
    assert list(skipped) == ["account owner", "Big ones", "Germany", "America", "Partners", "Ghosts", "Nobody", "Queue"]
    assert dict(who({}).skipped)["Germany"] == "does not apply: country unknown"


def test_owners_first_can_be_switched_off() -> None:
    found = who(
        {"country": "DE", "organisation_owner_id": "005C"},
        "005C",
        account_owner_first=False,
        organisation_owner_first=False,
    )
    assert (found.rule, dict(found.skipped)["account owner"]) == ("Germany", "switched off")


@pytest.mark.parametrize("written", ["001Lb000000004X", "001Lb000000004XIAQ", "001lb000000004xiaq"])
def test_a_named_account_is_found_by_its_short_id_too(written: str) -> None:
    given = who({"account_id": "001Lb000000004XIAQ"}, named_accounts={written: "cleo@acme.example"})
    assert (given.owner_id, given.reason) == ("005C", "named_account")


def test_turns_go_round_and_are_counted() -> None:
    turns = Turns()
    given = [who({"country": "DE"}, turns=turns).owner_name for _ in range(4)]
    assert given == ["Ann Ames", "Ben Bloom", "Ann Ames", "Ben Bloom"]
    assert who({"country": "DE"}, turns=Turns({team_key("emea", "005B"): 10})).owner_name == "Ben Bloom"


def test_turns_follow_the_weights() -> None:
    turns = Turns()
    given = Counter(who({"country": "CH"}, turns=turns).owner_name for _ in range(400))
    assert given == {"Ann Ames": 300, "Ben Bloom": 100}


@pytest.mark.parametrize("weights", [(1,), (1, 1), (3, 1), (5, 1, 1), (2, 2, 3), (100, 1)])
def test_one_round_gives_each_their_weight_and_is_spread_out(weights: tuple[int, ...]) -> None:
    turns, members = Turns(), [(str(index), weight) for index, weight in enumerate(weights)]
    order = [turns.take("team", members) for _ in range(sum(weights))]
    assert Counter(order) == dict(enumerate(weights))
    for end in range(1, len(order) + 1):
        for member, weight in enumerate(weights):
            fair = end * weight / sum(weights)
            assert abs(order[:end].count(member) - fair) < len(weights)


def test_leads_only_some_are_there_for_go_round_among_those_and_nobody_is_left_out() -> None:
    """Every second lead asks for two of three: a counter that goes on by one a lead would give them all to the first of the two."""
    turns, of_few = Turns(), Counter[str]()
    given = Counter[str]()
    for number in range(600):
        there = ("Ann", "Ben") if number % 2 == 0 else ("Ann", "Ben", "Cleo")
        taker = there[turns.take("team", [(name, 1) for name in there])]
        given[taker] += 1
        if len(there) == 2:
            of_few[taker] += 1
    fair = {"Ann": 250, "Ben": 250, "Cleo": 100}
    assert all(abs(given[name] - share) <= 2 for name, share in fair.items()), given
    assert min(of_few.values()) >= 100


def test_who_comes_back_is_not_flooded() -> None:
    turns, both = Turns(), [("Ann", 1), ("Ben", 1)]
    for _ in range(50):
        turns.take("team", both[:1])
    assert Counter(turns.take("team", both) for _ in range(10)) == {0: 5, 1: 5}


def test_a_lead_keeps_its_place_and_takes_no_turn() -> None:
    turns = Turns()
    found = who({"country": "DE", "current_owner_id": "005B"}, turns=turns)
    assert (found.owner_id, found.reason, turns.counts) == ("005B", "keeps_owner", {})
    elsewhere = who({"country": "DE", "current_owner_id": "005C"}, turns=turns)
    assert (elsewhere.owner_id, set(turns.counts)) == ("005A", {team_key("emea", "005A"), team_key("emea", "005B")})


AWAY = {"user": "ann@acme.example", "from": "2026-12-21", "until": "2027-01-04"}


def test_who_is_away_gets_nothing() -> None:
    found = who({"country": "DE"}, "005A", absent=(AWAY,))
    assert found.owner_id == "005B"
    assert dict(found.skipped)["account owner"] == "Ann Ames is away and nobody stands in"


def test_a_stand_in_gets_it_instead() -> None:
    found = who({"country": "DE"}, "005A", absent=({**AWAY, "stand_in": "cleo@acme.example"},))
    assert (found.owner_id, found.rule) == ("005C", "account owner")
    assert found.sentence == "Owns the account; Cleo Cruz stands in for Ann Ames."


def test_a_stand_in_who_is_away_too_does_not_help() -> None:
    absent = ({**AWAY, "stand_in": "005B"}, {**AWAY, "user": "Ben Bloom"})
    assert who({"country": "DE"}, "005A", absent=absent).rule == "fallback queue"


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (datetime(2026, 12, 20, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 20, 23, 0, tzinfo=UTC), False),  # midnight in Berlin
        (datetime(2027, 1, 4, 22, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 4, 23, 0, tzinfo=UTC), True),
    ],
)
def test_a_day_away_begins_and_ends_in_the_zone_of_the_file(moment: datetime, there: bool) -> None:
    found = assign({}, "005A", ROSTER, Turns(), routing(absent=(AWAY,)), moment)
    assert (found.owner_id == "005A") is there


def test_without_a_fallback_queue_in_salesforce_nobody_is_named() -> None:
    found = who({}, fallback_queue="Nowhere")
    assert (found.owner_id, found.reason) == ("", "no_owner")
    assert "Nowhere" in found.sentence


def test_a_name_two_people_have_names_nobody() -> None:
    roster = Roster.of((ANN, User("005X", "Ann Ames")))
    assert roster.find("Ann Ames") is None
    assert roster.find("005x") == User("005X", "Ann Ames")


def test_who_came_back_is_found_by_what_their_first_user_had_too() -> None:
    """Salesforce deletes no user: who left and came back has two, and the old one is often the first of them."""
    old = User("0050", "Ann Ames", active=False, username="ann@acme.example.old", email="ann.ames@acme.example")
    for users in ((old, ANN), (ANN, old)):
        roster = Roster.of(users)
        assert [roster.find(key) for key in ("ann.ames@acme.example", "Ann Ames", "ANN AMES")] == [ANN] * 3
        assert roster.find("ann@acme.example.old") == old
    assert Roster.of((old,)).find("Ann Ames") == old


def test_a_name_in_other_letters_is_the_same_name() -> None:
    roster = Roster.of((ANN, User("005X", "ANN AMES")))
    assert roster.find("Ann Ames") is None


def test_a_user_name_goes_before_somebody_elses_address() -> None:
    other = User("005X", "Aaron First", email="ben@acme.example")
    assert Roster.of((other, BEN)).find("ben@acme.example") == BEN


def test_the_same_turns_give_the_same_owners() -> None:
    again = [[who({"country": "CH"}, turns=turns).owner_id for _ in range(9)] for turns in (Turns(), Turns())]
    assert again[0] == again[1]


@pytest.mark.parametrize(
    ("country", "postal_code", "covered"),
    [
        ("DE", "80331", True), ("DE", "86999", True), ("DE", "87000", False), ("DE", "79999", False), ("AT", "80331", False),
        ("GB", "SW1A 1AA", True), ("GB", "sw1a1aa", True), ("GB", "SE1 7PB", False), ("US", "94105-1234", True), ("US", "95001", False),
        ("DE", None, False), (None, "80331", False), ("DE", "", False),
    ],
)  # fmt: skip
def test_territories_by_postal_code(country: str | None, postal_code: str | None, covered: bool) -> None:
    rule = {"name": "South", "postal": ("DE 80000-86999", "GB SW", "US 94*"), "user": "ben@acme.example"}
    given = who({"country": country, "postal_code": postal_code}, rules=(rule,))
    assert (given.owner_id == "005B") is covered
    if not covered:
        why = dict(given.skipped)["South"]
        assert why == ("the postal code is not in its ranges" if postal_code else "postal code unknown")


HOURS = {"ann@acme.example": {"from": "08:00", "until": "16:00", "time_zone": "Asia/Tokyo"}}


def test_who_is_at_work_comes_first_and_nobody_waits_when_nobody_is() -> None:
    turns = Turns()
    given = [who({"country": "DE"}, turns=turns, hours=HOURS).owner_id for _ in range(4)]
    assert set(given) == {"005B"}, "it is evening in Tokyo"
    both = {**HOURS, "ben@acme.example": {"days": ["sun"]}}
    given = [who({"country": "DE"}, turns=turns, hours=both).owner_id for _ in range(4)]
    assert Counter(given) == {"005A": 2, "005B": 2}


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "works"),
    [("09:00", "17:00", 9, True), ("09:00", "17:00", 17, False), ("22:00", "06:00", 23, True), ("22:00", "06:00", 5, True),
     ("22:00", "06:00", 12, False)],
)  # fmt: skip
def test_a_shift_may_go_over_midnight(begins: str, ends: str, hour: int, works: bool) -> None:
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    compiled = routing(hours={"x": {"days": week, "from": begins, "until": ends}})
    assert compiled.shifts["x"].works(NOW.replace(hour=hour)) is works


def test_what_waited_too_long_goes_to_the_other_team() -> None:
    given = who({"country": "DE", "overflow_team": "amer"}, owner="005A")
    assert (given.owner_id, given.reason, given.team) == ("005C", "overflow_team", "amer")
    assert who({"country": "DE", "overflow_team": "nobody"}, owner="005A").owner_id == "005A"


SPEAKERS = {"ann@acme.example": ["de"], "Ben Bloom": ["fr", "de"]}


@pytest.mark.parametrize(
    ("language", "taker", "said"),
    [
        ("fr", {"005B"}, "of those who speak fr (their country)"),
        ("de", {"005A", "005B"}, "of those who speak de (their country)"),
        ("pl", {"005A", "005B"}, ""),
        (None, {"005A", "005B"}, ""),
    ],
)
def test_who_speaks_the_language_comes_first_in_a_team(language: str | None, taker: set[str], said: str) -> None:
    turns = Turns()
    facts = {"country": "DE", **({"language": language, "language_source": "their country"} if language else {})}
    given = [who(facts, turns=turns, languages=SPEAKERS) for _ in range(4)]
    assert {one.owner_id for one in given} == taker
    assert all(said in one.sentence for one in given)
    names = [name for name, _ in given[0].skipped]
    assert ("language, for Germany" in names) == (not said)


def test_who_is_away_is_not_called_for_their_language() -> None:
    absent = ({"user": "Ben Bloom", "from": "2026-12-20", "until": "2026-12-24"},)
    facts = {"country": "DE", "language": "fr"}
    assert who(facts, languages=SPEAKERS, absent=absent).owner_id == "005A"


def test_without_languages_nobody_asks_for_one() -> None:
    given = who({"country": "DE", "language": "fr"})
    assert [name for name, _ in given.skipped if "language" in name] == []
    assert "speak" not in given.sentence
