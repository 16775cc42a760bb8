"""The page on the sandbox names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.sandbox.hubspot.kinds import KINDS
from connectors.sandbox.hubspot.server import HubSpotServer
from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.faults import FAULTS, Faults
from connectors.sandbox.kernel.ledger import Ledger

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"


def words() -> set[str]:
    """Every word in backquotes, and every word of the page."""
    text = PAGE.read_text(encoding="utf-8")
    return set(re.findall(r"[A-Za-z0-9_]+", text))


def test_every_fault_is_on_it() -> None:
    assert words() >= set(FAULTS)


def test_every_act_and_every_kind_is_on_it() -> None:
    server = HubSpotServer(Clock(), Ledger(), Faults())
    assert words() >= set(server.acts)
    assert words() >= {kind.name for kind in KINDS}
    assert words() >= set(server.loadable)
