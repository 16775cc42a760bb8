"""What nobody expected is told by kind and place: an error's own words may quote what a source sent, and a traceback repeats them."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

MOST_PLACES = 12


def places(trace: TracebackType | None) -> list[str]:
    """The files and lines an error came through, the innermost last."""
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def told(problem: BaseException) -> str:
    """An error and what it came from, each by kind and places."""
    lines: list[str] = []
    known: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in known:
        known.add(id(current))
        lines += [type(current).__name__, *(f"  {place}" for place in places(current.__traceback__))]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


class Wordless(logging.Formatter):
    """A library's line as it was written down, without what was put into it, and without the words of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname} {record.name}: {record.msg if isinstance(record.msg, str) else type(record.msg).__name__}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{told(error)}"


def keep_words_out() -> None:
    """In this process whatever ends a thread or the process itself, and whatever a library says unasked, is told without values."""
    sys.excepthook = lambda _kind, problem, _trace: _say(told(problem))
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_died
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(Wordless())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _unraisable(given: Any) -> None:
    if given.exc_value is not None:
        _say(f"ignored: {told(given.exc_value)}")


def _thread_died(given: threading.ExceptHookArgs) -> None:
    name = given.thread.name if given.thread is not None else "?"
    _say(f"the thread {name} died: {told(given.exc_value or given.exc_type())}")
