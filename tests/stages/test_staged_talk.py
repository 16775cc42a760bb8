"""Talk that hangs on several contacts is kept for each of them, under the id HubSpot gave it, as long as it hangs on them."""

from __future__ import annotations

from sqlalchemy import Engine
from staged import NOW, after

from bridge.staging import talk
from bridge.staging.copies import MOST_ABOUT
from bridge.staging.database import reading, writing
from connectors.records import Record


def note(text: str, later: float = 0) -> Record:
    return Record("hubspot", "note", "7", {"hs_note_body": text}, after(later))


def told(engine: Engine, contacts: str) -> dict[str, list[tuple[str, str]]]:
    with reading(engine) as connection:
        found = talk.about(connection, contacts)
    return {contact: [(one.id, one.values["hs_note_body"]) for one in notes] for contact, notes in found.items()}


def test_it_is_told_of_each_under_its_own_id(engine: Engine) -> None:
    with writing(engine) as connection:
        assert talk.stage(connection, [note("both")], NOW, {"7": ["a", "b"]}) == ["a", "b"]
    assert told(engine, "abc") == {"a": [("7", "both")], "b": [("7", "both")]}


def test_whom_it_hangs_on_no_more_has_it_no_more(engine: Engine) -> None:
    with writing(engine) as connection:
        talk.stage(connection, [note("all")], NOW, {"7": ["a", "b", "c"]})
        talk.stage(connection, [note("some", 60)], after(60), {"7": ["c", "a"]})
    assert told(engine, "abc") == {"c": [("7", "some")], "a": [("7", "some")]}


def test_what_hangs_on_everybody_is_kept_for_so_many(engine: Engine) -> None:
    with writing(engine) as connection:
        everybody = [f"c{number}" for number in range(MOST_ABOUT + 5)]
        assert len(talk.stage(connection, [note("all")], NOW, {"7": everybody})) == MOST_ABOUT
