"""What several tests of the commands begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_lists import ACCOUNTS, COLUMNS, fillers, write


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    """A hundred and fifty accounts, six of them known by name."""
    return write(tmp_path / "accounts.csv.gz", COLUMNS, [*ACCOUNTS[:1], *ACCOUNTS[2:], *fillers()])
