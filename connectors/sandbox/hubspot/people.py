"""What people do in HubSpot while the bridge is running: marketers edit and merge, contacts unsubscribe, admins take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.portal import PERSON
from connectors.sandbox.hubspot.problems import Problem
from connectors.sandbox.hubspot.values import accept
from connectors.sandbox.kernel.control import Act
from connectors.sandbox.kernel.ledger import Call, Ledger


class People:
    """The acts. Each is one line of the ledger with method `ACT`; one that is refused raises `ValueError`."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.call = Call("hubspot", "ACT", "/")

    def edit(self, kind: str, id: str, properties: Mapping[str, Any]) -> str:
        """Change properties of a record."""
        portal = self._account.portal
        store = portal.store(kind)
        row = portal.find(store.kind.name, id)
        portal.update(self.call, store.kind.name, row, accept(store.schema, properties, strict=True), PERSON)
        return id

    def create(self, kind: str, properties: Mapping[str, Any]) -> str:
        """Add a record; gives its id."""
        portal = self._account.portal
        store = portal.store(kind)
        return str(portal.create(self.call, store.kind.name, accept(store.schema, properties, strict=True), PERSON).id)

    def merge(self, kind: str, primary: str, other: str) -> str:
        """Merge two records; gives the new one's id."""
        portal = self._account.portal
        name = portal.store(kind).kind.name
        return str(portal.merge(self.call, name, portal.find(name, primary), portal.find(name, other), PERSON).id)

    def archive(self, kind: str, id: str) -> str:
        """Delete a record (it can be restored for 90 days)."""
        portal = self._account.portal
        name = portal.store(kind).kind.name
        portal.archive(self.call, name, portal.find(name, id), PERSON)
        return id

    def limits(self, enabled: bool | None = None, tier: str | None = None, daily_used: int | None = None) -> str:
        """Switch the call limits, choose the tier, set how much of the day's allowance is gone."""
        self._account.limits.set(enabled, tier, daily_used)
        return self._account.limits.tier

    def index_lag(self, low: float = 0.0, high: float = 10.0) -> str:
        """How many seconds search is behind, drawn anew for each write between `low` and `high`; 0 and 0 for none."""
        for store in self._account.portal.stores():
            store.index.lag = (low, high)
        return f"{low}-{high} s"


def acts_of(account: Account, ledger: Ledger) -> Mapping[str, Act]:
    """The acts by name, each kept in the ledger."""
    people = People(account)
    names = [name for name in vars(People) if not name.startswith("_")]
    return {name: _kept(people, account, ledger, name, getattr(people, name)) for name in names}


def _kept(people: People, account: Account, ledger: Ledger, name: str, act: Callable[..., Any]) -> Act:
    @wraps(act)
    def done(*given: Any, **named: Any) -> Any:
        with account.portal.lock:
            people.call = Call("hubspot", "ACT", f"/act/{name}")
            try:
                result = act(*given, **named)
            except Problem as problem:
                raise ValueError(problem.message) from None
            ledger.write(people.call, account.clock.now(), 200, 200)
            return result

    return done
