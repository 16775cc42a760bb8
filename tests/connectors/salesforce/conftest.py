"""What the tests of the Salesforce client share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stub_org import StubOrg


@pytest.fixture
def org() -> Iterator[StubOrg]:
    server = StubOrg()
    yield server
    server.close()
