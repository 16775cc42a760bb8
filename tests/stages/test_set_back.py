"""A clock that showed a later time and was set back: nothing waits for that time to come again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from staged import NOW, after, decided, deliveries, make_ready, plan, row_of, write

from bridge.staging import due, outbox, releasing, runs, set_back
from bridge.staging.database import reading, writing
from bridge.staging.outbox import Settlement
from bridge.staging.schema import delivery, handoff, lead, lease, run

YEAR = timedelta(days=365)
LEASE_SECONDS = 180


def _cycle_begins(engine: Engine, now: datetime, holder: str = "us") -> bool:
    """What each cycle does first; False when somebody else is at work."""
    with writing(engine) as connection:
        shown = set_back.newest(connection, LEASE_SECONDS)
        held = runs.take_lease(connection, "cycle", holder, now, LEASE_SECONDS)
        if held is not None:
            set_back.set_right(connection, shown, now)
        return held is not None


def _worked(engine: Engine, at: datetime, holder: str = "us") -> None:
    """A cycle at that time that made two leads and did not come to send them; with the lease if it died."""
    assert _cycle_begins(engine, at, holder)
    with writing(engine) as connection:
        runs.begin(connection, "cycle", at)
        decided(connection, ["a", "b"], now=at)
        plan(connection, write("a"), write("b"), now=at)
        make_ready(connection)


@pytest.mark.parametrize("ahead", [timedelta(hours=2), YEAR])
def test_what_was_ready_goes_with_the_next_cycle(engine: Engine, ahead: timedelta) -> None:
    _worked(engine, NOW + ahead)
    assert _cycle_begins(engine, NOW)
    with writing(engine) as connection:
        assert [one.lead_id for one in outbox.claim(connection, "salesforce.Lead", 10, "us", NOW, 1)] == ["a", "b"]


def test_a_pause_before_the_next_try_is_kept(engine: Engine) -> None:
    _worked(engine, NOW + YEAR)
    with writing(engine) as connection:
        one = deliveries(connection)[0]
        again = NOW + YEAR + timedelta(minutes=5)
        outbox.settle(connection, [Settlement(one.id, "ready", reason="row_locked", retry_at=again)], NOW + YEAR)
    assert _cycle_begins(engine, after(10))
    with writing(engine) as connection:
        assert [one.lead_id for one in outbox.claim(connection, "salesforce.Lead", 10, "us", after(60), 1)] == ["b"]
        assert [one.lead_id for one in outbox.claim(connection, "salesforce.Lead", 10, "us", after(311), 1)] == ["a"]


def test_a_worker_that_died_by_the_wrong_time_holds_up_nobody(engine: Engine) -> None:
    _worked(engine, NOW + YEAR, "dead")
    with writing(engine) as connection:
        outbox.claim(connection, "salesforce.Lead", 1, "dead", NOW + YEAR, 1)
        due.mark(connection, ["a"], NOW + YEAR)
        assert due.claim(connection, 1, "dead", NOW + YEAR) == ["a"]
    assert _cycle_begins(engine, NOW, "us")
    with writing(engine) as connection:
        assert outbox.overdue_to_unknown(connection, after(600)) == 1
        assert due.claim(connection, 1, "us", after(600)) == ["a"]


def test_a_lease_that_is_held_is_not_taken_by_a_clock_a_little_behind(engine: Engine) -> None:
    assert _cycle_begins(engine, NOW, "ahead")
    assert not _cycle_begins(engine, after(-240), "behind")


def test_who_was_decided_by_the_wrong_time_is_decided_again(engine: Engine) -> None:
    _worked(engine, NOW + YEAR)
    with writing(engine) as connection:
        late = NOW + YEAR + timedelta(days=30)
        connection.execute(update(lead).where(lead.c.id == "b").values(wake_at=int(late.timestamp() * 1000)))
    assert _cycle_begins(engine, NOW)
    with writing(engine) as connection:
        assert due.claim(connection, 10, "us", NOW) == ["a", "b"]


def test_what_was_sent_by_the_wrong_time_takes_this_days_room_only(engine: Engine) -> None:
    _worked(engine, NOW + YEAR)
    with writing(engine) as connection:
        sent = [Settlement(one.id, "sent") for one in deliveries(connection)]
        outbox.settle(connection, sent, NOW + YEAR)
    assert _cycle_begins(engine, NOW)
    with reading(engine) as connection:
        assert releasing.sent_since(connection, after(-60)) == {"005A": 2}
        assert releasing.sent_since(connection, after(86_400)) == {}


def test_handoffs_close_when_their_window_is_over(engine: Engine) -> None:
    _worked(engine, NOW + YEAR)
    with writing(engine) as connection:
        for number, opened in enumerate((NOW + YEAR, after(-86_400))):
            at = int(opened.timestamp() * 1000)
            connection.execute(
                handoff.insert().values(
                    organisation_id=f"o{number}", state="open", primary_lead_id="a", opened_at=at,
                    closes_at=at + 10_000, alarmed_at=at,
                )
            )  # fmt: skip
    assert _cycle_begins(engine, NOW)
    with reading(engine) as connection:
        stamp = int(NOW.timestamp() * 1000)
        rows = connection.execute(select(handoff.c.opened_at, handoff.c.closes_at).order_by(handoff.c.id)).all()
        assert [tuple(row) for row in rows] == [(stamp, stamp + 10_000), (stamp - 86_400_000, stamp - 86_390_000)]


def test_right_times_stay_and_it_is_set_right_once(engine: Engine) -> None:
    _worked(engine, after(-3600))
    later = after(7200)
    with writing(engine) as connection:
        connection.execute(update(delivery).values(next_at=int(later.timestamp() * 1000)))
    assert _cycle_begins(engine, NOW)
    with reading(engine) as connection:
        assert {one.next_at for one in deliveries(connection)} == {int(later.timestamp() * 1000)}
        assert row_of(connection, "a").due_at is None
    _worked_ahead = NOW + YEAR
    with writing(engine) as connection:
        runs.begin(connection, "cycle", _worked_ahead)
    assert _cycle_begins(engine, after(1))
    with writing(engine) as connection:
        assert (
            connection.execute(select(run.c.started_at).where(run.c.started_at > 1 + after(1).timestamp() * 1000)).all()
            == []
        )
        assert not set_back.set_right(connection, set_back.newest(connection, LEASE_SECONDS), after(2))
        assert connection.execute(select(lease.c.expires_at)).scalar_one() == int(after(181).timestamp() * 1000)
