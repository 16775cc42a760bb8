"""The small world as a directory, built once."""

import pytest
from reconcile_world import ACCOUNTS, fillers

from bridge.stages.reconcile import MemoryDirectory, account_rows


@pytest.fixture(scope="session")
def directory() -> MemoryDirectory:
    """All accounts of the small world."""
    return MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))
