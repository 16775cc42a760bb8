"""The rules of a run, compiled once: mappings against the live schemas, the definition, routing, and the policy for known accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.decisions import Cleaning
from bridge.stages.reconcile import MatchSettings

Apply = Callable[[Mapping[str, Any]], Cleaning]


@dataclass(frozen=True, slots=True)
class Rules:
    """`facts`, `lead`, `contact`, `task`, `status` turn values into cleaned target fields; `versions` names every file's content."""

    definition: Any
    routing: Any
    facts: Apply
    lead: Apply
    contact: Apply
    task: Apply
    status: Apply
    wins: Mapping[str, Mapping[str, str]]
    empty: Mapping[str, Mapping[str, str]]
    known_account: str
    match: MatchSettings
    versions: str
