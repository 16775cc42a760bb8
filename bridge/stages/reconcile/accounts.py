"""Which account a lead belongs to."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bridge.decisions import Evidence, Match, Outcome
from bridge.staging.directory import IndexRow
from bridge.stages.reconcile.values import AccountDirectory, AccountEntry, MatchSettings, Probe


def account_rows(entries: Iterable[AccountEntry]) -> Iterator[IndexRow]:
    """What the directory stores for these accounts (hand to `bridge.staging.directory.upsert_accounts`)."""
    for entry in entries:
        keys = {_key(domain) for domain in (entry.website, *entry.domains) if domain}
        keys |= {_key(name) for name in (entry.name, *entry.other_names)}
        yield IndexRow(entry.id, entry.name, tuple(sorted(keys)), b"")


def match_accounts(
    probes: Sequence[Probe], directory: AccountDirectory, settings: MatchSettings | None = None
) -> list[Match]:
    """The account of each probe, in order."""
    answers = []
    for probe in probes:
        keys = np.array([_key(probe.email), _key(probe.company)], dtype=np.int64)
        starts, numbers = directory.postings(keys)
        rows = directory.rows(np.unique(numbers))
        if len(rows) != 1:
            answers.append(Match(Outcome.none))
            continue
        evidence = (Evidence("name or domain", 5.0, probe.company or probe.email, rows[0].name),)
        answers.append(
            Match(Outcome.link, rows[0].id, rows[0].name, 0.95, 9.0, evidence, reason="sure", sentence=f"Matched to {rows[0].name}.")
        )
    return answers


def fingerprint(probe: Probe) -> int:
    """What makes two leads the same question, so that a person's answer is remembered (see `staging.directory.record_ruling`)."""
    return _key(f"{probe.email}|{probe.company}|{probe.country}")


def _key(text: str) -> int:
    return zlib.crc32(text.casefold().removeprefix("https://").removeprefix("www.").split("@")[-1].encode())
