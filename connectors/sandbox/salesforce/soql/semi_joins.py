"""Where a sub-query may stand in a WHERE, and what may stand in it: what the SOQL reference allows of semi-joins and anti-joins."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.problems import malformed

_MOST = 2


def check(where: nodes.Condition) -> None:
    """Raise MALFORMED_QUERY for sub-queries beside OR, under NOT, in one another, or more than two of them."""
    found = list(_joins(where))
    if len(found) > _MOST:
        raise malformed(f"Maximum {_MOST} semi join sub-selects are allowed", found[_MOST].at)
    for join in _beside_or(where):
        raise malformed("Semi join sub-selects are not allowed with the 'OR' operator", join.at)
    for join in _under_not(where):
        raise malformed(
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.",
            join.at,
        )
    for join in found:
        assert isinstance(join.members, nodes.Query)
        _check_inner(join.members)


def _check_inner(query: nodes.Query) -> None:
    if query.where is not None:
        for join in _joins(query.where):
            raise malformed("Nesting of semi join sub-selects is not supported", join.at)
    if query.order:
        raise malformed("unexpected token: 'ORDER'", query.order[0].operand.at)
    if query.limit is not None:
        raise malformed("unexpected token: 'LIMIT'", query.at)


def _joins(condition: nodes.Condition) -> Iterator[nodes.Membership]:
    """The sub-queries of this level, wherever they stand."""
    if isinstance(condition, nodes.All | nodes.Any_):
        for one in condition.conditions:
            yield from _joins(one)
    elif isinstance(condition, nodes.Negation):
        yield from _joins(condition.condition)
    elif isinstance(condition, nodes.Membership) and isinstance(condition.members, nodes.Query):
        yield condition


def _beside_or(condition: nodes.Condition) -> Iterator[nodes.Membership]:
    if isinstance(condition, nodes.Any_):
        yield from _joins(condition)
    elif isinstance(condition, nodes.All):
        for one in condition.conditions:
            yield from _beside_or(one)
    elif isinstance(condition, nodes.Negation):
        yield from _beside_or(condition.condition)


def _under_not(condition: nodes.Condition) -> Iterator[nodes.Membership]:
    if isinstance(condition, nodes.Negation):
        yield from _joins(condition.condition)
    elif isinstance(condition, nodes.All):
        for one in condition.conditions:
            yield from _under_not(one)
