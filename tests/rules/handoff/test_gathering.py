"""Who stands for a handoff, and when its owner is told again."""

from __future__ import annotations

import pytest

from bridge.stages.handoff.gathering import Gathered, Member, Now, gather

BOTH = ("decision_maker", "hot_act")
NEW, TOLD = Now("", False, 0), Now("A", True, 1000)


def member(
    lead_id: str,
    placed: int = 10,
    role: str = "influencer",
    qualified: bool = True,
    there: bool = False,
    **more: object,
) -> Member:
    return Member(lead_id, placed, role, qualified, there, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "members", "primary"),
    [
        (NEW, [member("A"), member("B", 20), member("C", 5)], "B"),
        (NEW, [member("A"), member("B")], "B"),
        (NEW, [member("A", there=True), member("B")], "A"),
        (NEW, [member("A"), member("B", 20, qualified=False)], "A"),
        (Now("A", False, 0), [member("A"), member("B", 20)], "B"),
        (Now("A", False, 0), [member("A"), member("B", 10)], "A"),
        (Now("A", True, 0), [member("A"), member("B", 20)], "B"),
        (Now("A", True, 0), [member("A", there=True), member("B", 20)], "A"),
        (Now("A", True, 0), [member("A", qualified=False), member("B", 5)], "B"),
        (Now("A", True, 0), [member("A", qualified=False, there=True), member("B", 5)], "A"),
        (Now("A", True, 0), [member("A", qualified=False, unwanted=True, there=True), member("B", 5)], "B"),
        (
            Now("A", True, 0),
            [member("A", qualified=False, unwanted=True, there=True), member("B", 5), member("C", there=True)],
            "C",
        ),
        (
            Now("A", True, 0),
            [member("A", qualified=False, unwanted=True, there=True), member("B", 5, qualified=False)],
            "A",
        ),
        (Now("A", True, 0, open=False), [member("A", qualified=False, unwanted=True, there=True), member("B", 5)], "A"),
        (Now("A", True, 0), [member("A", refused=True), member("B", 5)], "B"),
        (Now("A", True, 0), [member("A", refused=True)], "A"),
        (Now("A", True, 0), [member("A", qualified=False)], "A"),
        (Now("gone", True, 0), [member("B", 5)], "B"),
    ],
)
def test_who_stands_for_it(now: Now, members: list[Member], primary: str) -> None:
    assert gather(now, members, ()).primary == primary


@pytest.mark.parametrize(
    ("now", "more", "alarms", "alarm", "of"),
    [
        (TOLD, member("B", role="decision_maker", joins=True), BOTH, "new_decision_maker", "B"),
        (TOLD, member("B", role="decision_maker", joins=True), ("hot_act",), "", ""),
        (TOLD, member("B", role="decision_maker"), BOTH, "", ""),
        (TOLD, member("B", role="decision_maker", joins=True, qualified=False), BOTH, "", ""),
        (TOLD, member("B", joins=True), BOTH, "", ""),
        (TOLD, member("B", hot_at=1001), BOTH, "hot_act", "B"),
        (TOLD, member("B", hot_at=1000), BOTH, "", ""),
        (TOLD, member("B", hot_at=1001), ("decision_maker",), "", ""),
        (TOLD, member("B", hot_at=1001, qualified=False), BOTH, "", ""),
        (Now("A", False, 0), member("B", role="decision_maker", joins=True, hot_at=99), BOTH, "", ""),
    ],
)
def test_when_the_owner_is_told_again(now: Now, more: Member, alarms: tuple[str, ...], alarm: str, of: str) -> None:
    assert gather(now, [member("A", there=True), more], alarms) == Gathered("A", alarm, of)


def test_a_second_decision_maker_is_no_alarm() -> None:
    members = [member("A", there=True, role="decision_maker"), member("B", role="decision_maker", joins=True)]
    assert gather(TOLD, members, BOTH).alarm == ""
