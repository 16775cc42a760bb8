"""A fresh installation for each journey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from small_world import small_world

Install = Callable[..., Installation]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Opens installations: `install(contacts, salesforce, rules=…, database_url=…, capacity={…}, bridge={…})`."""
    opened: list[Installation] = []

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
