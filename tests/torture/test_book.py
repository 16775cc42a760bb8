"""The page about reliability: kills are told by where they fell, and none is left out."""

from __future__ import annotations

import book


def test_every_point_that_was_tried_is_of_a_kind() -> None:
    points = {name for one in book.read(book.BOOK) for name in one["trials"] if one["what"].startswith("kills")}
    assert points
    assert [name for name in points if not any(part in name for parts in book.WHERE.values() for part in parts)] == []


def test_the_version_that_was_tried_most_is_told_by_kind() -> None:
    lines = [
        {
            "what": "kills (SIGKILL)", "database": "sqlite", "seeds": "1", "command": "kills", "figures": {}, "problems": [], "seconds": 1.0,
            "began": f"2026-11-2{day}T00:00:00+00:00", "commit": version, "version": version, "trials": {"delivering.push: before commit": kills},
        }
        for day, version, kills in ((1, "old", 4), (2, "new", 2), (3, "new", 3))
    ]  # fmt: skip
    page = book.figures(lines)
    assert "Kills on the version that was tried most (new), by where they fell: 5 in all" in page
    assert "| before a commit | 1 | 5 | 0 |" in page


def test_a_point_that_has_moved_is_told_by_its_name_of_today_and_counted_whole() -> None:
    lines = [
        {
            "what": book.WHOLE_CYCLES, "database": "sqlite", "seeds": "1", "command": "kills", "figures": {}, "problems": [], "seconds": 1.0,
            "began": f"2026-11-2{day}T00:00:00+00:00", "commit": str(day), "version": str(day), "trials": trials,
        }
        for day, trials in (
            (1, {"push._settle: after commit": 4, "gone.gone: after commit": 1}),
            (2, {"settling.settle: after commit": 3}),
        )
    ]  # fmt: skip
    page = book.figures(lines)
    assert "| settling.settle: after commit | 7 | 0 |" in page
    assert "at each of the 1 points that a cycle of the version killed last comes by, 7 or more" in page
