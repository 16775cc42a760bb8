"""How rows are found when tables are large: conditions in the words of the index that is meant.

SQLite has no statistics here. It takes a partial index only when a condition says in the index's own words that rows are in it, never for a
value that comes as a parameter; and of two indexes the one that meets more conditions, though half of the table meets them.
`tests/journeys/test_journey_lookups.py` reads the plan of every statement of a cycle.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bridge.staging.schema import IN_WORK, REFUSED, delivery


def in_work(*states: str) -> ColumnElement[bool]:
    """Deliveries in one of these states, of those that work remains with: waiting, ready, sending, unknown, sent. Found by `ix_delivery_work`."""
    among = delivery.c.state == states[0] if len(states) == 1 else delivery.c.state.in_(states)
    return and_(text(f"delivery.{IN_WORK}"), among)


def still_refused() -> ColumnElement[bool]:
    """Deliveries that were refused, and of which no later one is on its way or has arrived. Found by `ix_delivery_refused`."""
    later = delivery.alias("later")
    newer = select(later.c.id).where(
        later.c.lead_id == delivery.c.lead_id,
        later.c.target == delivery.c.target,
        later.c.about == delivery.c.about,
        later.c.id > delivery.c.id,
    )
    return and_(text(f"delivery.{REFUSED}"), ~newer.exists())


class besides(FunctionElement[str]):
    """A column that rows are asked for but not looked up by: `besides(record.c.source) == "hubspot"`."""

    inherit_cache = True
    type = Text()


@compiles(besides)
def _plain(element: besides, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.clauses, **given)


@compiles(besides, "sqlite")
def _kept_from_the_index(element: besides, compiler: SQLCompiler, **given: Any) -> str:
    """https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_"""
    return f"+{compiler.process(element.clauses, **given)}"
