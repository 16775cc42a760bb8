"""Whatever a cycle or a backfill asks its database grows with what is asked for, not with all that was ever staged or sent.

Each statement of SQLite is planned once more and its plan read. Small tables show it as well as large ones: there are no statistics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from conftest import Install
from small_world import account, people, person
from sqlalchemy import Connection, Engine, event
from test_journey_commands import run

from bridge.backfill import Request, backfill
from bridge.cycle import holding_lease
from bridge.staging import measures, reports
from bridge.staging.database import reading
from bridge.staging.tables import metadata

FEW = {"backfill", "cursor", "directory_ruling", "erasure", "lease", "run", "run_slot", "schema_snapshot", "turn"}
GROWING = sorted(set(metadata.tables) - FEW)
OF_FEW = ("record_unidentified", "lead_untold", "lead_due", "lead_refused", "lead_unseen", "delivery_refused")
"""Indexes that hold but what work remains with."""
COUNTED = ("open_lead_owner", "delivery_state", "lead_verdict")
"""Indexes that are counted without a look at the rows."""
THROUGH_ALL = re.compile(rf"SCAN ({'|'.join(GROWING)})\b(?! USING (COVERING )?INDEX ix_({'|'.join(OF_FEW + COUNTED)}))")
BY_KIND_ALONE = re.compile(r"SEARCH (record|alias|kept|lost) USING PRIMARY KEY \(source=\?( AND kind=\?)?\)")
EVERYBODY_IS_MEANT = (
    "SELECT count(*) AS count_1 \nFROM record",  # how many there are
    "DELETE FROM directory_",  # all are made anew
)


def test_a_cycle_goes_through_no_table_that_grows(install: Install) -> None:
    here = install(people(range(40)), [account("acme", "Acme Metals", "acmemetals.de")])
    with asked_while() as asked:
        for number in range(3):
            here.cycle()
            here.edit(f"p{number}", phone="+49 30 901820", lifecyclestage="customer")
            here.hubspot("submit_form", form="Request a demo", fields={"email": person(number)[1]["email"]})
            here.sales("edit", record=here.lead_of(f"p{number}").sales_id, values={"Status": "Working - Contacted"})
            here.sales("delete", record=here.lead_of(f"p{number + 10}").sales_id)
            here.hubspot(
                "merge", kind="contacts", primary=here.contact(f"p{number}"), other=here.contact(f"p{number + 20}")
            )
            here.later(hours=7)
        with reading(here.engine) as connection:
            measures.standing(connection, datetime.now(UTC))
            measures.handover_seconds(connection, datetime.now(UTC), datetime.now(UTC))
    assert too_much(here.engine, asked) == []


def test_a_backfill_goes_through_no_table_that_grows(install: Install) -> None:
    here = install(people(range(40)))
    app = here.open()
    with asked_while() as asked, holding_lease(app) as lease, app.run("backfill", lease=lease) as context:
        backfill(app, context, app.workplan(), Request(everything=True), send=True)
    assert too_much(app.engine, asked) == []


def test_a_status_counts_verdicts_without_a_look_at_the_leads_and_finds_what_is_refused(install: Install) -> None:
    here = install(people(range(40)))
    here.cycle()
    with asked_while() as asked, reading(here.engine) as connection:
        reports.verdicts(connection)
        reports.refused(connection)
    verdicts, *_, refused = (plan_of(here.engine, *one) for one in asked.items())
    assert "COVERING INDEX ix_lead_verdict" in verdicts[0]
    assert "SCAN delivery USING INDEX ix_delivery_refused" in refused


def test_a_status_counts_everything_once(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    counted: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        counted.extend([statement] if "FROM read_back" in statement else [])

    event.listen(Engine, "before_cursor_execute", hear)
    run(here, "status")
    event.remove(Engine, "before_cursor_execute", hear)
    assert len(counted) == 1


@contextmanager
def asked_while() -> Iterator[dict[str, Any]]:
    """Every statement asked while this lasts, with values it was asked with."""
    asked: dict[str, Any] = {}

    def hear(_: Any, __: Any, statement: str, values: Any, ___: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            asked.setdefault(statement, values[0] if many else values)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def too_much(engine: Engine, asked: dict[str, Any]) -> list[str]:
    """What goes through all of a table that grows: the step of its plan, and the statement."""
    found = []
    with reading(engine) as connection:
        for statement, values in asked.items():
            if statement.startswith(EVERYBODY_IS_MEANT):
                continue
            plan = _steps(connection, statement, values)
            found += [f"{step}: {statement}" for step in plan if THROUGH_ALL.search(step) or BY_KIND_ALONE.search(step)]
    return found


def plan_of(engine: Engine, statement: str, values: Any) -> list[str]:
    """The steps of its plan."""
    with reading(engine) as connection:
        return _steps(connection, statement, values)


def _steps(connection: Connection, statement: str, values: Any) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
