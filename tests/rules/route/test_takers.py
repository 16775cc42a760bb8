"""Names in the files that Salesforce does not have are told where they stand, with the name that was probably meant."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.deciding.takers import unknown_takers
from bridge.settings.capacity import Capacity
from bridge.settings.routing import Routing
from bridge.stages.route import Roster, User

ROSTER = Roster.of(
    (
        User("005A", "Ann Ames", team="emea", username="ann@acme.example"),
        User("005G", "Gus Gone", active=False, team="ghosts", username="gus@acme.example"),
    ),
    {"00G1": "Inbound Leads"},
)
AWAY = {"user": "ann@acme.example", "from": "2026-12-21", "until": "2027-01-04"}
FINE: dict[str, Any] = {"fallback_queue": "inbound leads", "teams": {"emea": {"department": "EMEA"}}, "absent": (AWAY,)}


@pytest.mark.parametrize(
    ("changes", "path", "says", "suggests"),
    [
        ({"fallback_queue": "Inbound Lead"}, ("fallback_queue",), "no queue 'Inbound Lead'", "did you mean 'Inbound Leads'?"),
        ({"named_accounts": {"x.de": "an@acme.example"}}, ("named_accounts", "x.de"), "no user 'an@acme.example'", "'ann@acme.example'?"),
        ({"absent": (AWAY | {"user": "nobody"},)}, ("absent", 0, "user"), "no user 'nobody'", "Give a user name"),
        ({"absent": (AWAY | {"stand_in": "005G"},)}, ("absent", 0, "stand_in"), "no active user", "Take them out."),
        ({"teams": {"e": {"department": "emaea"}}}, ("teams", "e", "department"), "has the department 'emaea'", "did you mean 'emea'?"),
        ({"teams": {"p": {"members": ({"user": "Ann Ames"}, {"user": "Bo"})}}}, ("teams", "p", "members", 1, "user"), "no user 'Bo'", "Give"),
        ({"teams": {"p": {"queue": "Q", "members": ({"user": "Ann Ames"},)}}}, ("teams", "p", "queue"), "no queue 'Q'", "Make it"),
        ({"rules": ({"name": "r", "user": "Bo"},)}, ("rules", 0, "user"), "no user 'Bo'", "Give"),
        ({"rules": ({"name": "r", "queue": "Q"},)}, ("rules", 0, "queue"), "no queue 'Q'", "Make it"),
        ({"languages": {"Bo": ("de",)}}, ("languages", "Bo"), "no user 'Bo'", "Give"),
        ({"hours": {"Bo": {}}}, ("hours", "Bo"), "no user 'Bo'", "Give"),
    ],
)  # fmt: skip
def test_a_name_salesforce_does_not_have(
    changes: dict[str, Any], path: tuple[Any, ...], says: str, suggests: str
) -> None:
    found = list(unknown_takers(Routing.model_validate({**FINE, **changes}), Capacity(), ROSTER))
    assert [(name, one.path) for name, one in found] == [("routing.yaml", path)]
    assert says in found[0][1].text
    assert suggests in found[0][1].suggestion


def test_a_department_that_nobody_has_yet_is_no_mistake() -> None:
    waiting = {**FINE, "teams": {"amer": {"department": "amer"}, "gone": {"department": "ghosts"}}}
    assert list(unknown_takers(Routing.model_validate(waiting), Capacity(), ROSTER)) == []


def test_a_cap_for_nobody() -> None:
    capacity = Capacity.model_validate({"reps": {"ann@acme.example": {"open_leads": 3}, "ben": {"open_leads": 3}}})
    assert [(name, one.path) for name, one in unknown_takers(Routing.model_validate(FINE), capacity, ROSTER)] == [
        ("capacity.yaml", ("reps", "ben"))
    ]


def test_an_id_of_fifteen_characters_as_reports_write_it_names_user_and_queue() -> None:
    user, queue = User("0055g0000003UJQAA2", "Emil Emea"), "00G5g0000004hDBEAY"
    roster = Roster.of((user,), {queue: "Inbound Leads"})
    assert roster.find(user.id[:15]) == user
    assert roster.queue(queue[:15]) == (queue, "Inbound Leads")
