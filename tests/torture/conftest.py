"""Fixed seeds of the chamber, small enough for every test run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "journeys")]

from chamber import Chamber, chamber  # noqa: E402


@pytest.fixture
def chambers(postgres_url: str) -> Iterator[Callable[..., Chamber]]:
    """Opens chambers: `chambers(seed, "postgresql")`."""
    with ExitStack() as stack:

        def opened(seed: int, database: str = "sqlite", options: str = "") -> Chamber:
            if database == "sqlite":
                return stack.enter_context(chamber(seed))
            glue = "&" if "?" in postgres_url else "?"
            return stack.enter_context(chamber(seed, postgres_url + (glue + options if options else "")))

        yield opened
