"""What a person says about a lead's account: kept as a ruling, so that the same question is never asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bridge.deciding.prepare import account_probe
from bridge.deciding.rules import Apply
from bridge.facts import combine
from bridge.index_rows import Ruling
from bridge.stages.reconcile import fingerprint
from bridge.staging import directory, due, knowledge, leads


def correct(
    connection: Connection, lead_ids: Sequence[str], account_id: str, confirmed: bool, facts: Apply, now: datetime
) -> int:
    """Confirm or refuse this account for these leads, and for every lead that asks the same (company, web domain, country).

    Of two accounts confirmed for one question the latest holds. The leads are decided again; returns how many are due for it.
    """
    index = directory.accounts(connection)
    for known in knowledge.known_of(connection, lead_ids).values():
        combined = combine(known)
        question = fingerprint(account_probe(known.lead_id, facts(combined.values).values, combined.values))
        earlier = index.rulings([question]).get(question, ())
        for ruling in earlier if confirmed else ():
            if ruling.confirmed and ruling.id != account_id:
                directory.record_ruling(connection, question, Ruling(ruling.id, False))
        directory.record_ruling(connection, question, Ruling(account_id, confirmed))
    same = leads.of_the_same_organisations(connection, lead_ids)
    return due.mark(connection, same | set(lead_ids), now) + due.by_account(connection, [account_id], now)
