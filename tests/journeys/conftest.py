"""A fresh installation for each journey, in which waits are over at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from small_world import small_world

from connectors.http import Clock

Install = Callable[..., Installation]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Installation]:
    """The installations of a journey. Where a client waits, that time passes for it and for all of them, but nobody sits through it."""
    made: list[Installation] = []
    waited = [0.0]

    def wait(_: Clock, seconds: float) -> None:
        waited.append(seconds)
        for one in made:
            one.later(seconds=seconds)

    monkeypatch.setattr(Clock, "sleep", wait)
    monkeypatch.setattr(Clock, "monotonic", lambda _: time.monotonic() + sum(waited))
    return made


@pytest.fixture
def install(tmp_path: Path, opened: list[Installation]) -> Iterator[Install]:
    """Opens installations: `install(contacts, salesforce, rules=…, database_url=…, capacity={…}, bridge={…})`."""

    def make(
        contacts: Any = (), salesforce: Any = (), rules: Any = None, database_url: str = "", **settings: dict[str, Any]
    ) -> Installation:
        folder = tmp_path / f"home{len(opened)}"
        folder.mkdir()
        url = database_url or "sqlite:///var/leadbridge.sqlite"
        made = Installation(folder, small_world(contacts, salesforce, rules), url, settings)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()
