"""What people do in the org: Sales at their leads, and an admin at the schema. Each act is a line of the ledger (method ACT)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from connectors.sandbox.kernel.ledger import Call, Ledger
from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.admin import Admin
from connectors.sandbox.salesforce.automation import owner_id
from connectors.sandbox.salesforce.conversion import Desk
from connectors.sandbox.salesforce.errors import Refusal, Refusals
from connectors.sandbox.salesforce.incoming import Caller
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.writes import Writer

Act = Callable[..., Any]
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Sales:
    """People at work. A record is named by its id or, for leads and contacts, by an e-mail address; a user by id, username or name.

    `by` is who does it; the record's owner where nobody is named. All raise `LookupError` or `ValueError` with a sentence.
    """

    def __init__(self, org: Org) -> None:
        self._org = org
        self.call: Call | None = None

    def accept(self, record: str, status: str = "Working - Contacted", by: str = "") -> dict[str, Any]:
        """Take a lead on: set its status and, where somebody is named, its owner."""
        id18 = self._id(record)
        values = {"Status": status, **({"OwnerId": owner_id(self._org, by)} if by else {})}
        return self._edited(id18, values, by)

    def work(
        self, record: str, subject: str = "Call", by: str = "", status: str = "Completed", day: str = ""
    ) -> dict[str, Any]:
        """Log an activity with a lead or contact: a task, done today or on `day`, which sets the last activity."""
        id18 = self._id(record)
        values = {"WhoId": id18, "Subject": subject, "Status": status, "ActivityDate": day or self._org.now()[:10]}
        caller = self._caller(id18, by)
        task = Writer(self._org, caller).create(self._org.schema.get("Task"), values | {"OwnerId": caller.user})
        return {"id": task.id}

    def hand_back(
        self,
        record: str,
        reason: str,
        status: str = "Closed - Not Converted",
        reason_field: str = "",
        owner: str = "",
        by: str = "",
    ) -> dict[str, Any]:
        """Return a lead with a reason: in `reason_field` if one is named, else as a task whose subject tells it."""
        id18 = self._id(record)
        values: dict[str, Any] = {"Status": status}
        if owner:
            values["OwnerId"] = owner_id(self._org, owner)
        if reason_field:
            values[reason_field] = reason
        else:
            self.work(id18, f"Returned: {reason}"[:255], by)
        return self._edited(id18, values, by)

    def convert(
        self, record: str, account: str = "", contact: str = "", opportunity: str | None = None, by: str = ""
    ) -> dict[str, Any]:
        """Convert a lead, to an existing account or contact if given; `opportunity` is the name of one to make."""
        id18 = self._id(record)
        desk = Desk(self._org, self._caller(id18, by))
        return dict(desk.convert(id18, account or None, contact or None, opportunity))

    def merge(self, master: str, losers: list[str], fill_blanks: bool = True, by: str = "") -> dict[str, Any]:
        """Merge one or two records into the master."""
        id18 = self._id(master)
        return {
            "id": Desk(self._org, self._caller(id18, by)).merge(id18, [self._id(one) for one in losers], fill_blanks)
        }

    def delete(self, record: str, by: str = "") -> dict[str, Any]:
        """Delete a record."""
        id18 = self._id(record)
        found = self._org.find(id18)
        assert found is not None
        return {"id": Writer(self._org, self._caller(id18, by)).delete(found.sobject, id18)}

    def undelete(self, record: str) -> dict[str, Any]:
        """Take a record out of the bin."""
        id18 = ids.whole(record)
        found = self._org.find(id18)
        if id18 is None or found is None or found.row not in found.table.deleted:
            raise LookupError(f"{record} is not in the bin")
        found.table.restore(found.row)
        stamp = self._org.now()
        found.table.update(found.row, {"SystemModstamp": stamp, "LastModifiedDate": stamp})
        self._org.tell(self.call, "undeleted", found.table, found.row, found.table.held(found.row))
        return {"id": id18}

    def reassign(self, record: str, owner: str, by: str = "") -> dict[str, Any]:
        """Give a record to another user or queue."""
        return self._edited(self._id(record), {"OwnerId": owner_id(self._org, owner)}, by)

    def edit(self, record: str, values: dict[str, Any], by: str = "") -> dict[str, Any]:
        """Change a record by hand."""
        return self._edited(self._id(record), values, by)

    def create(self, kind: str, values: dict[str, Any], by: str = "") -> dict[str, Any]:
        """Make a record by hand."""
        sobject = self._org.schema.get(kind)
        user = owner_id(self._org, by) if by else self._first_user()
        self._acted(user)
        caller = Caller(user, False, True, unrestricted=True, call=self.call)
        return {"id": Writer(self._org, caller).create(sobject, values).id}

    def _edited(self, id18: str, values: Mapping[str, Any], by: str) -> dict[str, Any]:
        found = self._org.find(id18)
        assert found is not None
        Writer(self._org, self._caller(id18, by)).update(found.sobject, id18, values)
        return {"id": id18}

    def _caller(self, id18: str, by: str) -> Caller:
        """The person who acts: named, or the owner, or the admin where a queue owns the record."""
        user = owner_id(self._org, by) if by else self._owner(id18)
        self._acted(user)
        return Caller(user, auto_assign=False, allow_save=True, unrestricted=True, call=self.call)

    def _acted(self, user: str) -> None:
        """Keep in the ledger's line who it is."""
        if self.call is not None:
            self.call.by = str(self._org.value(user, "Username"))

    def _owner(self, id18: str) -> str:
        found = self._org.find(id18)
        assert found is not None
        owner = found.table.value(found.row, "OwnerId") if found.sobject.find("OwnerId") else None
        return str(owner) if owner is not None and str(owner).startswith("005") else self._first_user()

    def _first_user(self) -> str:
        return str(self._org.table("User").columns["Id"][0])

    def _id(self, given: str) -> str:
        """The id of a live record, from an id or an e-mail address."""
        id18 = ids.whole(given)
        found = self._org.find(id18)
        if id18 is not None and found is not None and found.row not in found.table.deleted:
            return id18
        for kind in ("Lead", "Contact") if "@" in given else ():
            table = self._org.table(kind)
            rows = [row for row in table.with_value("Email", given) if row not in table.deleted]
            if len(rows) > 1:
                raise ValueError(f"{len(rows)} records of kind {kind} have that address: name one by its id")
            if rows:
                return str(table.columns["Id"][rows[0]])
        if id18 is not None:
            raise LookupError(f"the org has no record {given}")
        raise LookupError(
            f"no lead or contact has the address {given}"
            if "@" in given
            else f"'{given}' is no record id and no address"
        )


def acts_of(org: Org, admin: Admin, ledger: Ledger, one_at_a_time: threading.RLock) -> Mapping[str, Act]:
    """Every act by its name, each kept in the ledger and let in one at a time."""
    sales = Sales(org)
    made: dict[str, Act] = {
        "accept": sales.accept, "work": sales.work, "return": sales.hand_back, "convert": sales.convert, "merge": sales.merge,
        "delete": sales.delete, "undelete": sales.undelete, "reassign": sales.reassign, "edit": sales.edit, "create": sales.create,
    }  # fmt: skip
    kept = {name: _kept(name, act, sales, org, ledger, one_at_a_time) for name, act in made.items()}
    return kept | {name: _kept(name, act, admin, org, ledger, one_at_a_time) for name, act in admin.acts().items()}


def _kept(
    name: str, act: Callable[_P, _T], who: Sales | Admin, org: Org, ledger: Ledger, one_at_a_time: threading.RLock
) -> Callable[_P, _T]:
    """An act that is let in alone, written down, and refused as `ValueError`."""

    def perform(*given: _P.args, **named: _P.kwargs) -> _T:
        with one_at_a_time:
            call = who.call = Call("salesforce", "ACT", name, by="admin")
            try:
                result = act(*given, **named)
            except (Refusal, Refusals) as wrong:
                ledger.write(call, org.clock.now(), 409, 409)
                raise ValueError(str(wrong)) from None
            except (LookupError, ValueError):
                ledger.write(call, org.clock.now(), 404, 404)
                raise
            ledger.write(call, org.clock.now(), 200, 200)
            return result

    perform.__wrapped__ = act  # type: ignore[attr-defined]
    perform.__doc__ = act.__doc__
    return perform
