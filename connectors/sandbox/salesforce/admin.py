"""What an admin does to the org: fields, picklists, rights, rules, users; and the switches a test turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Literal

from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce import record_types
from connectors.sandbox.salesforce.access import OPERATIONS, Operation
from connectors.sandbox.salesforce.addresses import switch_on
from connectors.sandbox.salesforce.api.router import Router
from connectors.sandbox.salesforce.api.tooling import describe_of, drop_field
from connectors.sandbox.salesforce.auth import Auth
from connectors.sandbox.salesforce.automation import owner_id
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.seed import ADMIN
from connectors.sandbox.salesforce.settings import Country, Settings, ValidationRule
from connectors.sandbox.salesforce.soql.run import run, test_for


class Admin:
    """The admin's acts. All raise `LookupError` or `ValueError` with a sentence."""

    def __init__(self, org: Org, auth: Auth, router: Router) -> None:
        self._org = org
        self._auth = auth
        self._router = router
        self.call: Call | None = None

    def acts(self) -> Mapping[str, Callable[..., Any]]:
        """Every act by its name."""
        names = (
            "limits", "rules", "add_field", "drop_field", "narrow_picklist", "revoke_field", "grant_field", "revoke_object", "grant_object",
            "add_validation_rule", "remove_validation_rules", "deactivate_user", "activate_user", "expire_tokens", "spend_calls", "emails",
            "query", "address_picklists", "add_record_type",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def limits(self, enabled: bool = True, daily: int | None = None) -> dict[str, Any]:
        """Switch the daily limit of calls on or off, and set it."""
        settings = self._org.settings
        settings.limits = enabled
        settings.daily_limit = settings.daily_limit if daily is None else daily
        return {"enabled": enabled, "daily": settings.daily_limit, "used": self._router.limits.used}

    def rules(self, **changes: Any) -> dict[str, Any]:
        """Change how the org behaves: any of the settings, e.g. duplicate_rules, automations, ignored_writes, late_seconds."""
        made = Settings.from_rules(changes)
        for name in changes:
            setattr(self._org.settings, name, getattr(made, name))
        return {one.name: str(getattr(self._org.settings, one.name)) for one in fields(Settings) if one.name in changes}

    def add_field(self, object: str, name: str, metadata: dict[str, Any], visible: bool = True) -> dict[str, Any]:
        """Add a custom field from its metadata, e.g. {label, type: Text, length: 50}."""
        sobject = self._org.schema.get(object)
        if sobject.find(name) is not None:
            raise ValueError(f"{object} has a field {name} already")
        field = self._org.schema.add_field(object, describe_of(name, metadata))
        if visible:
            self._org.access.open_field(object, field.name)
        self._schema("created", f"{sobject.name}.{field.name}", metadata)
        return {"field": f"{sobject.name}.{field.name}"}

    def drop_field(self, object: str, field: str) -> dict[str, Any]:
        """Take a field away with its values."""
        name = self._field(object, field).name
        drop_field(self._org, self._org.schema.get(object), name)
        self._schema("deleted", f"{object}.{name}")
        return {"dropped": f"{object}.{field}"}

    def narrow_picklist(self, object: str, field: str, keep: list[str], restrict: bool = True) -> dict[str, Any]:
        """Leave only some values of a picklist active; rows keep what they have."""
        found = self._field(object, field)
        known = {one["value"] for one in found.raw["picklistValues"]}
        before = [one["value"] for one in found.raw["picklistValues"] if one["active"]]
        unknown = sorted(set(keep) - known)
        if unknown:
            raise ValueError(f"{object}.{field} has no value {unknown[0]}")
        for one in found.raw["picklistValues"]:
            one["active"] = one["value"] in keep
        found.raw["restrictedPicklist"] = restrict or found.raw["restrictedPicklist"]
        found.refresh()
        self._org.schema.version += 1
        self._schema("updated", f"{object}.{found.name}", {"values": keep}, {"values": before})
        return {"values": keep}

    def address_picklists(self, countries: dict[str, Any]) -> dict[str, Any]:
        """Switch the state and country picklists on: {code: name} or {code: {name, states: {code: name}}}. There is no way back."""
        if self._org.countries:
            raise ValueError("state and country picklists are on already")
        made = [
            Country(code, one["name"], one.get("states", {})) if isinstance(one, dict) else Country(code, str(one), {})
            for code, one in countries.items()
        ]
        switch_on(self._org, made)
        self._schema("updated", "AddressSettings", {"countries": [one.code for one in made]})
        return {"countries": len(made), "states": sum(len(one.states) for one in made)}

    def add_record_type(
        self, object: str, name: str, choices: dict[str, list[str]], default: bool = False, available: bool = True
    ) -> dict[str, Any]:
        """Make a record type with fewer choices in some picklists; `default`: our users' new records get it; `available`: they may give it."""
        sobject = self._org.schema.get(object)
        made = record_types.add(self._org, sobject, owner_id(self._org, ADMIN), name, choices, default, available)
        self._schema("created", f"{sobject.name}.{name}", {"choices": choices, "default": default})
        return {"id": made}

    def revoke_field(self, object: str, field: str, leave: Literal["none", "read"] = "none") -> dict[str, Any]:
        """Hide a field from every API user, or leave them reading it."""
        name = self._field(object, field).name
        self._org.access.revoke_field(object, name, leave)
        self._schema("revoked", f"{object}.{name}", {"left": leave})
        return {"field": f"{object}.{field}", "left": leave}

    def grant_field(self, object: str, field: str) -> dict[str, Any]:
        """Let every API user see and change a field."""
        name = self._field(object, field).name
        self._org.access.restore_field(object, name)
        self._org.access.open_field(object, name)
        self._schema("granted", f"{object}.{name}", {"left": "edit"})
        return {"field": f"{object}.{field}", "left": "edit"}

    def revoke_object(self, object: str, operation: Operation = "edit") -> dict[str, Any]:
        """Take create, read, edit or delete on an object from every API user; without read nothing is left."""
        self._org.access.revoke(self._org.schema.get(object).name, _operation(operation))
        self._schema("revoked", object, {"operation": operation})
        return {"object": object, "revoked": operation}

    def grant_object(self, object: str, operation: Operation = "read") -> dict[str, Any]:
        """Give back what was revoked; read gives back everything."""
        self._org.access.restore(self._org.schema.get(object).name, _operation(operation))
        self._schema("granted", object, {"operation": operation})
        return {"object": object, "granted": operation}

    def add_validation_rule(
        self, object: str, when: str, message: str, name: str = "", field: str = ""
    ) -> dict[str, Any]:
        """Refuse rows of an object for which a condition, as after WHERE, is true."""
        test_for(self._org, object, when)
        self._org.settings.validation_rules.append(ValidationRule(object, when, message, name, field))
        return {"rules": len(self._org.settings.validation_rules)}

    def remove_validation_rules(self, object: str = "") -> dict[str, Any]:
        """Remove the rules of an object, or all."""
        settings = self._org.settings
        settings.validation_rules = [rule for rule in settings.validation_rules if object and rule.object != object]
        return {"rules": len(settings.validation_rules)}

    def deactivate_user(self, user: str) -> dict[str, Any]:
        """Somebody leaves: no log-in, no new records; what they own stays theirs."""
        return self._activate(user, False)

    def activate_user(self, user: str) -> dict[str, Any]:
        """Somebody comes back."""
        return self._activate(user, True)

    def expire_tokens(self) -> dict[str, Any]:
        """End every session at once."""
        return {"ended": self._auth.expire_all()}

    def spend_calls(self, count: int) -> dict[str, Any]:
        """Let other apps use up calls of the day."""
        self._router.limits.spend(count)
        return {"used": self._router.limits.used}

    def emails(self) -> dict[str, Any]:
        """How many mails the org would have sent."""
        return {"count": self._org.emails}

    def query(self, soql: str, deleted_too: bool = False) -> dict[str, Any]:
        """What is in the org, whatever anybody's rights; not counted as a call."""
        self._router.settle()
        answer = run(self._org, "", soql, "/services/data/v68.0", deleted_too)
        return {"totalSize": answer.total, "records": answer.page(0, answer.total)}

    def _activate(self, user: str, active: bool) -> dict[str, Any]:
        users = self._org.table("User")
        row = users.row_of(owner_id(self._org, user))
        if row is None:
            raise LookupError(f"{user} is no user")
        stamp = self._org.now()
        self._org.change(self.call, "updated", users, row, {"IsActive": active})
        users.update(row, {"LastModifiedDate": stamp, "SystemModstamp": stamp})
        return {"id": users.columns["Id"][row], "active": active}

    def _schema(
        self, what: str, name: str, values: Mapping[str, Any] | None = None, before: Mapping[str, Any] | None = None
    ) -> None:
        """Keep a change of fields or rights in the ledger."""
        if self.call is not None:
            self.call.changed(what, "Schema", name, values, before)

    def _field(self, object_name: str, name: str) -> Field:
        found = self._org.schema.get(object_name).find(name)
        if found is None:
            raise LookupError(f"{object_name} has no field {name}")
        return found


def _operation(given: str) -> Operation:
    for known in OPERATIONS:
        if known == given:
            return known
    raise ValueError(f"a right is one of {', '.join(OPERATIONS)}, not {given}")
