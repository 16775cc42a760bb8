"""Leads answered by models that have not seen their accounts, through the whole of matching: every veto, as `leadbridge match` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.matching.scoring import figures
from benchmarks.matching.worlds import FOLDS, World, fold_of
from bridge.decisions import Match
from bridge.stages.reconcile import MemoryDirectory, account_rows, match_accounts
from bridge.stages.reconcile.model import load_model


def row(world: World, models: Path) -> tuple[str, ...]:
    """A row of the table that `train.report` makes; `models` holds a model for each fold."""
    matches = _answers(world, models)
    best = {lead: match.id or "" for lead, match in matches.items()}
    linked = {lead: match.id or "" if match.outcome == "link" else "" for lead, match in matches.items()}
    asked = sum(match.outcome == "review" for match in matches.values()) / len(matches)
    return (
        f"{len(world.accounts):,}, every veto",
        *(f"{figures(world, best, part)[2]:.4f}" for part in ("all", "domain", "freemail")),
        *("{:.4f} / {:.4f}".format(*figures(world, linked, part)) for part in ("domain", "freemail")),
        f"{asked:.1%}",
        ", ".join(_absent(world, linked)),
    )


def _answers(world: World, models: Path) -> Mapping[str, Match]:
    directory = MemoryDirectory(account_rows(world.accounts))
    found: dict[str, Match] = {}
    for fold in range(FOLDS):
        leads = [lead for lead in world.leads if fold_of(world, lead) == fold]
        matches = match_accounts(leads, directory, model=load_model(models / f"{fold}.json"))
        found.update(zip([lead.id for lead in leads], matches, strict=True))
    return found


def _absent(world: World, linked: Mapping[str, str]) -> Iterable[str]:
    """Of the leads without an account, by what makes them hard: the share that is linked all the same."""
    kinds: dict[str, list[str]] = {}
    for lead, truth in world.truth.items():
        if truth.kind.startswith("N_") and not truth.account:
            kinds.setdefault(truth.kind, []).append(lead)
    for kind, leads in sorted(kinds.items()):
        wrong = sum(bool(linked[lead]) and linked[lead] not in world.truth[lead].acceptable for lead in leads)
        yield f"{kind.removeprefix('N_').replace('_', ' ')} {wrong / len(leads):.1%}"
