"""What people said beside forms: chats, calls, answers to surveys and tickets land on the person and in the brief, whole, and stop nothing."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people

from bridge.installation.doctor import examine
from bridge.staging import erasure, knowledge
from bridge.staging.schema import cursor, record

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
SCOPES = ("tickets", "conversations.read")


def engaged(here: Installation, kind: str, contact: str, **properties: str) -> str:
    """Somebody writes down an engagement, or opens a ticket."""
    made = str(here.hubspot("create", kind=kind, properties=properties))
    here.hubspot("link", kind=kind, id=made, other_kind="contacts", other=contact)
    return made


def talk(here: Installation) -> str:
    """One person's chat, call, answer and ticket."""
    contact = here.contact("p1")
    said = [
        {"text": "Do you integrate with SAP?", "name": "Bruno"},
        {"text": "We do.\nShall I call?", "direction": "OUTGOING", "name": "Mia"},
        {"text": "x" * 12_000 + " the very end"},
    ]
    here.hubspot("chat", id=contact, messages=said)
    engaged(
        here, "calls", contact, hs_timestamp=here.sandbox.clock.now().isoformat(), hs_call_body="<p>Decides in <b>March</b> &amp; has money.</p>",
        hs_call_disposition=CONNECTED, hs_call_duration="720000",
    )  # fmt: skip
    answered = {
        "hs_survey_name": "NPS survey",
        "hs_value": "9",
        "hs_response_group": "PROMOTER",
        "hs_content": "Saved a day.",
    }
    here.hubspot("answer_survey", id=contact, properties=answered)
    engaged(
        here,
        "tickets",
        contact,
        subject="Export fails",
        content="Since Monday.",
        hs_pipeline="0",
        hs_pipeline_stage="1",
    )
    return contact


def task_text(here: Installation) -> str:
    (task,) = here.query("SELECT Description FROM Task")
    return str(task["Description"])


@pytest.fixture
def here(install: Install) -> Installation:
    return install(people([1]))


def test_what_was_said_stands_in_the_brief(here: Installation) -> None:
    talk(here)
    report = here.cycle()
    assert {name: report.counts[name] for name in ("chats", "calls", "answers to surveys", "tickets")} == dict.fromkeys(
        ("chats", "calls", "answers to surveys", "tickets"), 1
    )
    text = task_text(here)
    for line in (
        "Call, 12 minutes, connected: Decides in March & has money.",
        "Answer to NPS survey: 9, promoter. Saved a day.",
        "Ticket: Export fails. Since Monday.",
        "chatted with us",
        'wrote the ticket "Export fails',
    ):
        assert line in text, text
    (chat,) = here.rows(record, record.c.kind == "chat")
    messages = chat._mapping["values"]["messages"]
    assert [(one["who"], one["ours"]) for one in messages] == [("Bruno", False), ("Mia", True), ("Bruno", False)]
    assert messages[2]["text"].endswith(" the very end")
    assert "<" not in text


def test_nothing_new_is_nothing_written(here: Installation) -> None:
    talk(here)
    here.cycle()
    here.later(minutes=15)
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


def test_a_later_message_changes_the_text_of_the_same_task(here: Installation) -> None:
    contact = here.contact("p1")
    here.cycle()
    here.later(minutes=15)
    here.hubspot("chat", id=contact, messages=[{"text": "One more thing", "name": "Bruno"}])
    for _ in range(4):
        here.cycle()
    assert "One more thing" in task_text(here)


@pytest.mark.parametrize(("kind", "body"), [("notes", "hs_note_body"), ("calls", "hs_call_body")])
def test_what_was_hung_on_a_person_after_it_was_read_is_told_too(here: Installation, kind: str, body: str) -> None:
    """Other programs write a note down with one call and hang it on its contact with the next: we may read in between."""
    now = here.sandbox.clock.now().isoformat()
    made = str(here.hubspot("create", kind=kind, properties={"hs_timestamp": now, body: "Decides in March."}))
    here.cycle()
    assert "Decides in March." not in task_text(here)
    here.hubspot("link", kind=kind, id=made, other_kind="contacts", other=here.contact("p1"))
    here.edit("p1", city="Lyon")  # so that calls are looked for
    here.later(minutes=2)
    before = len(here.sandbox.ledger)
    here.cycle()
    assert links_asked(here, kind, before) == 1
    here.cycle()
    assert "Decides in March." in task_text(here)
    before = len(here.sandbox.ledger)
    here.cycle()
    assert links_asked(here, kind, before) == 0


def links_asked(here: Installation, kind: str, since: int) -> int:
    return sum(f"/{kind}/contacts/batch/read" in str(line) for line in here.sandbox.ledger.since(since))


@pytest.mark.parametrize("scope", SCOPES)
def test_a_right_that_is_missing_stops_nothing_and_is_told(here: Installation, scope: str) -> None:
    talk(here)
    here.hubspot("revoke_scope", scope=scope)
    report = here.cycle()
    assert report.exit_code == 0
    assert [name for name in report.counts if name.startswith("not readable: ")]
    assert len(here.leads()) == 1
    told = [one.what for one in examine(here.app) if not one.ok and scope in one.what]
    assert len(told) == 1
    here.hubspot("grant_scope", scope=scope)
    for _ in range(4):  # each kind has its turn
        here.later(minutes=15)
        here.cycle()
    assert len(here.rows(record, record.c.kind.in_(("chat", "call", "feedback_submission", "ticket")))) == 4


def test_a_quiet_cycle_asks_for_one_kind_that_was_not_read_lately(here: Installation) -> None:
    here.cycle()
    here.later(minutes=30)
    here.cycle()  # our own write-back is no news
    asked = []
    for _ in range(4):
        before = len(here.sandbox.ledger)
        here.later(minutes=15)
        here.cycle()
        asked.append([kind for kind in map(kind_asked, here.sandbox.ledger.since(before)) if kind])
    assert sorted(asked) == [["calls"], ["feedback_submissions"], ["threads"], ["tickets"]]


def kind_asked(line: Any) -> str:
    """Which kind of talk beside notes a call asks for."""
    kinds = ("calls", "feedback_submissions", "threads", "tickets")
    return next((kind for kind in kinds if kind in line.path.split("/")), "")


def test_what_is_not_wanted_is_not_read(install: Install) -> None:
    here = install(people([1]), bridge={"pull": {"talk": ["call"]}})
    talk(here)
    here.cycle()
    kinds: Any = {row.kind for row in here.rows(cursor)}
    assert "call" in kinds
    assert not kinds & {"chat", "ticket", "feedback_submission"}


def test_an_erased_person_leaves_no_word(here: Installation) -> None:
    from bridge.staging import erasure
    from bridge.staging.database import writing

    contact = talk(here)
    here.cycle()
    with writing(here.engine) as connection:
        erasure.erase(connection, erasure.find(connection, contact), here.app.clock())
    assert here.rows(record, record.c.key == contact) == []
    here.later(minutes=15)
    here.hubspot("chat", id=contact, messages=[{"text": "me again"}])
    here.cycle()
    assert here.rows(record, record.c.kind == "chat") == []


def noted(here: Installation) -> set[str]:
    """The contacts whose lead's knowledge has a note."""
    leads = {key: here.lead_of(key).id for key in ("p1", "p2", "p3")}
    with here.engine.connect() as connection:
        known = knowledge.known_of(connection, list(leads.values()))
    return {key for key, id_ in leads.items() if [one for one in known[id_].notes if one.kind == "note"]}


def test_a_note_on_several_people_is_evidence_for_each(install: Install) -> None:
    """And for nobody, now and later, when one of them was erased: it may tell of them."""
    here = install(people([1, 2, 3]))
    note = str(here.hubspot("add_note", id=here.contact("p1"), body="<p>Both sites want <b>one</b> price</p>"))
    here.hubspot("link", kind="notes", id=note, other_kind="contacts", other=here.contact("p2"))
    here.cycle()
    assert noted(here) == {"p1", "p2"}
    told = {row["Description"] for row in here.query("SELECT Description FROM Task")}
    assert len([text for text in told if "Both sites want one price" in str(text)]) == 2
    with here.engine.begin() as connection:
        erasure.erase(connection, erasure.find(connection, here.contact("p2")), here.sandbox.clock.now())
    assert here.rows(record, record.c.kind == "note") == []
    here.hubspot("edit", kind="notes", id=note, properties={"hs_note_body": "Two prices"})
    here.later(minutes=15)
    here.cycle()
    assert here.rows(record, record.c.kind == "note") == []
