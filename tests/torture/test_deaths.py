"""Single deaths that matter, each with what it must not do; the torture proper does them by the thousand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chamber import HELD, Chamber, chamber

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def lived_in() -> Iterator[Chamber]:
    """One installation for all of them: each leaves it as it ought to be."""
    with chamber(21) as made:
        made.run()
        yield made


@pytest.fixture
def here(lived_in: Chamber) -> Chamber:
    lived_in.held = HELD
    return lived_in


@pytest.mark.parametrize("nth", [1, 2])
def test_the_cursor_never_passes_what_is_not_staged(here: Chamber, nth: int) -> None:
    here.arrive()
    here.edit(city="Ankerheim")
    assert here.run("hubspot.take_in: after commit" if nth == 1 else "hubspot.take_in: before commit").killed
    assert here.unstaged() == []
    assert here.settle() == ["done", "done"]
    assert here.judge().all == []


@pytest.mark.parametrize(
    "point",
    [
        "delivering._push_batch: after commit",
        "PATCH composite/sobjects/Lead/LeadBridge_Id__c: before it is sent",
        "PATCH composite/sobjects/Lead/LeadBridge_Id__c: answered, not read",
        "POST composite/sobjects: before it is sent",
        "POST composite/sobjects: answered, not read",
        "settling.settle: before commit",
    ],
)
def test_a_death_around_a_write_loses_and_doubles_nothing(here: Chamber, point: str) -> None:
    here.arrive()
    here.known()
    assert here.run(point).killed
    assert here.settle() == ["done", "done"]
    assert here.judge().all == []


def test_whoever_is_qualified_no_more_after_a_death_is_not_sent(here: Chamber) -> None:
    """Claimed, not sent; then marketing takes the budget away."""
    contact, sent = here.arrive(), here.judge().sent
    assert here.run("delivering._push_batch: after commit").killed
    here.here.hubspot(
        "edit", kind="contacts", id=contact, properties={"budget_range": "none", "purchase_timeframe": "no_plan"}
    )
    assert here.settle() == ["done", "done"]
    found = here.judge()
    assert found.all == []
    assert found.sent == sent


@pytest.mark.parametrize(
    "point", ["sweep.mark_gone: after commit", "leaving.look_again: before commit", "leaving.look_again: after commit"]
)
def test_who_left_hubspot_before_they_went_is_not_sent_after_a_death(here: Chamber, point: str) -> None:
    contact = here.arrive()
    assert here.run("delivering.push: before commit").killed
    here.here.later(hours=1)
    here.here.hubspot("privacy_delete", id=contact)
    sent = here.judge().sent
    assert here.run(point).killed
    assert here.settle() == ["done", "done"]
    found = here.judge()
    assert found.all == []
    assert found.sent == sent


@pytest.mark.parametrize("point", ["settling.settle: after commit", "POST composite/sobjects: before it is sent"])
def test_an_edit_between_a_contacts_update_and_its_task_does_not_cost_the_task(here: Chamber, point: str) -> None:
    """Sales knows the person: blanks are filled, then it dies before anybody is told, and the lead is decided again."""
    contact = here.known()
    assert here.run(point).killed
    here.here.hubspot("edit", kind="contacts", id=contact, properties={"need_description": "Another wish"})
    assert here.settle() == ["done", "done"]
    assert here.judge().all == []


@pytest.mark.parametrize("after", [360, 200], ids=["the claim has run out", "only the lease has run out"])
def test_a_word_to_hubspot_that_was_lost_is_followed_by_the_newest(here: Chamber, after: float) -> None:
    contact = here.arrive()
    here.held = after
    assert here.run("POST crm/objects/contacts/batch/update: before it is sent").killed
    here.here.hubspot(
        "edit", kind="contacts", id=contact, properties={"budget_range": "none", "purchase_timeframe": "no_plan"}
    )
    assert here.settle() == ["done", "done"]
    assert here.judge().all == []


def test_a_death_in_the_middle_of_making_the_tables_leaves_none_or_all(here: Chamber) -> None:
    for one in (here.folder / "var").glob("*.sqlite*"):
        here.here.app.engine.dispose()
        one.unlink(missing_ok=True)
    assert here.run("migrate.migrate: before commit").killed
    assert here.run("migrate.migrate: after commit").killed
    assert here.settle() == ["done", "done"]
    found = here.judge()
    told_twice = [one for one in found.doubled if "tasks for" in one]  # nobody remembers that they were told
    assert [one for one in found.all if one not in told_twice] == [], "a lost database makes the same ids again"
