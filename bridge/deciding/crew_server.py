"""Imported by the process that workers are forked from, and by it alone: the big tables are made here once, and the workers share them."""

from __future__ import annotations

import gc

from bridge.deciding import crew
from bridge.stages.clean.countries import country_of
from bridge.stages.reconcile import MemoryDirectory, Probe, match_accounts, match_people

__all__ = ("crew",)

country_of("Germany")
match_accounts([Probe("", company="Acme", email="roe@acme.com")], MemoryDirectory([]))
match_people([Probe("", last_name="Roe")], MemoryDirectory([]))
gc.collect()
gc.freeze()
