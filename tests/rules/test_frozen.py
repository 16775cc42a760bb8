"""Values: equal by their fields, and set by nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.decisions import Evidence
from bridge.frozen import frozen


@frozen
class Point:
    """Two numbers."""

    x: int
    y: int = 0


def test_values_are_compared_and_hashed_by_their_fields() -> None:
    assert Point(1) == Point(1, 0) != Point(1, 2)
    assert len({Point(1), Point(1, 0), Point(2)}) == 2


def test_a_value_has_no_room_for_more() -> None:
    with pytest.raises(AttributeError):
        object.__setattr__(Evidence("start", 1.0), "anything", 2)


def test_mypy_lets_nobody_set_one(tmp_path: Path) -> None:
    changing = tmp_path / "changing.py"
    changing.write_text(
        "from bridge.frozen import frozen\n\n\n@frozen\nclass Point:\n    x: int\n\n\nPoint(1).x = 2\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file=",
        "--follow-imports=silent",
        "--cache-dir",
        str(tmp_path),
        str(changing),
    ]
    told = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert told.returncode == 1, told.stderr
    assert 'changing.py:9: error: Property "x" defined in "Point" is read-only' in told.stdout
