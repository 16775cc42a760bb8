"""What commands print: tables and sentences for people, JSON for programs, progress on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for programs instead of text.")]
HomeFolder = Annotated[
    Path | None, Parameter(name="--home", help="The installation's folder (default: LEADBRIDGE_HOME, else here).")
]

MOST_COLUMNS = 160


def console(record: bool = False) -> Console:
    """Standard output, no wider than a person reads; with `record` what is printed can be saved as a picture."""
    made = Console()
    width = min(made.width, MOST_COLUMNS) if made.is_terminal else 120
    return Console(highlight=False, width=width, record=record)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.buffer.write(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str) + b"\n"
    )
    sys.stdout.buffer.flush()


def complain(message: str, hint: str = "") -> None:
    """An error on standard error, and what to do next."""
    _aside("[bold red]error:[/]", message, hint)


def remark(message: str, hint: str = "") -> None:
    """Something on standard error that is worth knowing and ends nothing."""
    _aside("[yellow]note:[/]", message, hint)


def _aside(mark: str, message: str, hint: str) -> None:
    out = Console(stderr=True, highlight=False)
    out.print(f"{mark} {escape(message)}", soft_wrap=True)  # a path or command in it can be copied
    if hint:
        out.print(f"  {escape(hint)}", soft_wrap=True)


def safe(text: object) -> str:
    """Text from outside without control characters or markup, fit for a terminal."""
    return escape("".join(letter if letter.isprintable() or letter == "\n" else " " for letter in str(text)))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", right: Sequence[int] = ()) -> Table:
    """A plain table; columns numbered in `right` are aligned right."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(head):
        made.add_column(name, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Table) else safe("" if cell is None else cell) for cell in row))
    return made


class Progress:
    """Progress with a rate and, where the total is known, an estimate: one line that is rewritten on a terminal, a line a step elsewhere."""

    def __init__(self, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._clock = clock
        self._live = sys.stderr.isatty()
        self._started: dict[str, float] = {}
        self._done: dict[str, int] = {}
        self._shown = 0.0
        self._last = ""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Called as work goes on; `done` counts up within a step or is the size of one more batch."""
        now = self._clock()
        started = self._started.setdefault(step, now)
        self._done[step] = max(self._done.get(step, 0), done)
        if self._quiet or (now - self._shown < 0.2 and step == self._last and done != total):
            return
        self._shown = now
        line = self._line(step, self._done[step], total, now - started)
        if self._live:
            sys.stderr.write(f"\r\x1b[2K  {line}")
        elif step != self._last:
            sys.stderr.write(f"  {step}\n")
        self._last = step
        sys.stderr.flush()

    @staticmethod
    def _line(step: str, done: int, total: int | None, seconds: float) -> str:
        if not done:
            return f"{step} …"
        rate = done / seconds if seconds > 0.5 else 0.0
        of = f" of {total:,}" if total else ""
        tail = f", {rate:,.0f}/s" if rate else ""
        if total and rate:
            tail += f", {(total - done) / rate:,.0f} s left"
        return f"{step}: {done:,}{of}{tail}"

    def end(self) -> None:
        """Clear the line."""
        if self._live and self._last:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def asked_for(writes: Mapping[str, int], handoffs: int, joined: int) -> str:
    """What a dry run says Salesforce would get.

    >>> asked_for({"salesforce.Lead": 2, "salesforce.Task": 2}, 2, 19)
    'Salesforce would get 2 salesforce.Lead, 2 salesforce.Task: 2 handoffs, 19 people in them beside those who stand for them.'
    """
    said = ", ".join(f"{number:,} {target}" for target, number in sorted(writes.items()))
    beside = f", {joined:,} people in them beside those who stand for them" if joined else ""
    return f"Salesforce would get {said}: {handoffs:,} {'handoff' if handoffs == 1 else 'handoffs'}{beside}."
