"""What the org does of its own after a save: flows that change fields, assignment rules, and the mails it would send."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.errors import Refusal
from connectors.sandbox.salesforce.incoming import Caller
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.soql.run import test_for
from connectors.sandbox.salesforce.values import convert

# The objects assignment rules exist for.
ASSIGNED = frozenset({"Lead", "Case"})


def after_save(org: Org, caller: Caller, sobject: SObject, row: int, creating: bool) -> None:
    """Run the flows, then the assignment rules unless the caller said no."""
    event = "create" if creating else "update"
    for rule in org.settings.automations:
        if rule.object != sobject.name or event not in rule.on:
            continue
        if not rule.when or test_for(org, sobject.name, rule.when)(row):
            _mail(org, caller, rule.emails, "flow")
            _change(org, caller, sobject, row, dict(rule.set), "automated")
    if caller.auto_assign and sobject.name in ASSIGNED:
        _assign(org, caller, sobject, row)


def overwhelmed(org: Org, rows: int) -> Refusal | None:
    """What every row of a transaction is told when the org's triggers cannot do with so many; none of them is written."""
    most = org.settings.rows_at_once
    if not most or rows <= most:
        return None
    return Refusal(
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "OrgTrigger: System.LimitException: Too many SOQL queries: 101"
    )


def _assign(org: Org, caller: Caller, sobject: SObject, row: int) -> None:
    """The first assignment rule that fits gives the row to its owner."""
    for rule in org.settings.assignment_rules:
        if rule.object == sobject.name and (not rule.when or test_for(org, sobject.name, rule.when)(row)):
            try:
                owner = owner_id(org, rule.owner)
            except LookupError:  # the rule's owner was deleted since: the record stays with whoever made it
                return
            _change(org, caller, sobject, row, {"OwnerId": owner}, "assigned")
            _mail(org, caller, 1 if rule.email else 0, "assignment")
            return


def owner_id(org: Org, given: str) -> str:
    """An owner from an id, a username or a queue's name; raises `LookupError` with a sentence."""
    id18 = ids.whole(given)
    if id18 is not None and org.find(id18) is not None:
        return id18
    for kind, name in (("User", "Username"), ("Group", "DeveloperName"), ("Group", "Name"), ("User", "Name")):
        table = org.table(kind)
        for row in table.with_value(name, given):
            if row not in table.deleted:
                return str(table.columns["Id"][row])
    raise LookupError(f"the org has no user or queue {given}")


def _change(org: Org, caller: Caller, sobject: SObject, row: int, given: dict[str, Any], what: str) -> None:
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = sobject.find(name)
        if field is None:
            raise Refusal("CANNOT_EXECUTE_FLOW_TRIGGER", f"The flow failed: {sobject.name} has no field {name}")
        values[field.name] = convert(field, value)
    table = org.table(sobject.name)
    stamp = org.now()
    before = {name: table.value(row, name) for name in values}
    table.update(row, {**values, "LastModifiedDate": stamp, "SystemModstamp": stamp})
    org.tell(caller.call, what, table, row, values, before)


def _mail(org: Org, caller: Caller, count: int, why: str) -> None:
    """Count mails instead of sending them."""
    if not count:
        return
    org.emails += count
    if caller.call is not None:
        mails = caller.call.notes.setdefault("emails", {})
        mails[why] = mails.get(why, 0) + count
