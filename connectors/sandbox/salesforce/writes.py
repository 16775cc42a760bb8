"""Creating, changing, upserting and deleting single rows, with everything the org refuses and everything it does of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce import addresses, automation, checks, duplicates, ids, record_types, special
from connectors.sandbox.salesforce.errors import Refusal, not_found, refused
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.incoming import Caller, read_record
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.troubles import Troubles

_PERMISSION_OBJECTS = frozenset({"FieldPermissions", "PermissionSetAssignment", "PermissionSet", "User"})


@dataclass(frozen=True, slots=True)
class Saved:
    """A row that was written."""

    id: str
    created: bool


class SeveralMatches(Exception):
    """An upsert whose external id is held by several rows; `ids` are theirs."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("external id matches several records")
        self.ids = found


class Writer:
    """Writes for one caller. Every method raises `Refusal` or `Refusals` and then has changed nothing."""

    def __init__(self, org: Org, caller: Caller) -> None:
        self._org = org
        self._caller = caller
        self._troubles = Troubles(org, caller.call)

    def create(self, sobject: SObject, record: Mapping[str, Any]) -> Saved:
        """Make a row."""
        self._may(sobject, "create")
        if any(key in record for key in ("Id", "id")) and record.get("Id", record.get("id")) not in (None, ""):
            raise refused("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", "Id")
        org = self._org
        values = read_record(org, self._caller, sobject, record, creating=True)
        full = self._with_defaults(sobject, values)
        with org.attempt():
            checks.required(sobject, full, creating=True)
            record_types.settle(org, sobject, values, full, None)
            checks.references(org, sobject, full)
            self._before(sobject, full, None)
            addresses.settle(org, sobject, full, None)
            checks.unique(org, sobject, full, None)
            self._troubles.before_write(sobject, None)
            table = org.table(sobject.name)
            row = table.insert(full)
            id18 = table.columns["Id"][row]
            if self._troubles.ignores():
                table.purge(row)
                return Saved(id18, True)
            checks.validations(org, sobject, row)
            duplicates.check(org, self._caller, sobject, row, creating=True)
            org.tell(self._caller.call, "created", table, row, values)
            special.after_insert(org, self._caller.call, sobject.name, row, self._caller.user)
            automation.after_save(org, self._caller, sobject, row, creating=True)
            self._troubles.after_create(table, row)
            self._permissions_changed(sobject)
        return Saved(id18, True)

    def update(self, sobject: SObject, given_id: object, record: Mapping[str, Any]) -> Saved:
        """Change a row."""
        self._may(sobject, "edit")
        row = self._row(sobject, given_id)
        org, table = self._org, self._org.table(sobject.name)
        id18 = table.columns["Id"][row]
        values = read_record(org, self._caller, sobject, record, creating=False)
        if sobject.name == "Lead" and table.value(row, "IsConverted"):
            raise refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        with org.attempt():
            checks.required(sobject, values, creating=False)
            checks.references(
                org, sobject, {name: value for name, value in values.items() if table.value(row, name) != value}
            )
            full = dict(values)
            record_types.settle(org, sobject, values, full, row)
            self._before(sobject, full, row)
            addresses.settle(org, sobject, full, row)
            checks.unique(org, sobject, full, row)
            self._troubles.before_write(sobject, id18)
            if self._troubles.ignores():
                return Saved(id18, False)
            stamp = org.now()
            touched = {"LastModifiedDate": stamp, "LastModifiedById": self._caller.user, "SystemModstamp": stamp}
            before = {name: table.value(row, name) for name in full}
            table.update(row, {**full, **{name: value for name, value in touched.items() if sobject.find(name)}})
            checks.validations(org, sobject, row)
            duplicates.check(org, self._caller, sobject, row, creating=False)
            org.tell(self._caller.call, "updated", table, row, full, before)
            if sobject.name in ("Task", "Event"):
                special.note_activity(org, self._caller.call, row, sobject.name)
            automation.after_save(org, self._caller, sobject, row, creating=False)
            self._permissions_changed(sobject)
        return Saved(id18, False)

    def upsert(
        self, sobject: SObject, field: Field, value: Any, record: Mapping[str, Any], update_only: bool = False
    ) -> Saved:
        """Change the row that holds an external id, or make it; raises `SeveralMatches` where several hold it."""
        rows = self._matching(sobject, field, value)
        if len(rows) > 1:
            raise SeveralMatches([self._org.table(sobject.name).columns["Id"][row] for row in rows])
        if rows:
            rest = {key: one for key, one in record.items() if key.lower() not in (field.name.lower(), "id")}
            return self.update(sobject, self._org.table(sobject.name).columns["Id"][rows[0]], rest)
        if update_only:
            raise not_found()
        if field.name == "Id":
            raise not_found("Provided external ID field does not exist or is not accessible: Id")
        rest = {key: one for key, one in record.items() if key.lower() not in (field.name.lower(), "id")}
        return self.create(sobject, {**rest, field.name: value})

    def delete(self, sobject: SObject, given_id: object) -> str:
        """Put a row, and what hangs on it, into the bin; where the object has no bin it is gone."""
        self._may(sobject, "delete")
        row = self._row(sobject, given_id)
        id18 = str(self._org.table(sobject.name).columns["Id"][row])
        with self._org.attempt():
            self._troubles.before_write(sobject, id18)
            if self._troubles.ignores():
                return id18
            self._remove(sobject, row)
        return id18

    def external_field(self, sobject: SObject, name: str) -> Field:
        """The field an upsert goes by; raises NOT_FOUND where there is none that can serve."""
        field = sobject.find(name)
        if field is None or not self._org.access.can_read(self._caller.rights_of, sobject, field):
            raise not_found()
        if not (field.external_id or field.id_lookup):
            raise not_found(f"Provided external ID field does not exist or is not accessible: {name}")
        return field

    def _remove(self, sobject: SObject, row: int) -> None:
        """Delete a row and its dependants."""
        org = self._org
        table = org.table(sobject.name)
        if row in table.deleted:
            return
        id18 = table.columns["Id"][row]
        for child in sobject.described["childRelationships"]:
            kind = org.schema.find(child["childSObject"])
            if kind is not None and child["cascadeDelete"] and kind.find(child["field"]):
                for one in list(org.table(kind.name).with_value(child["field"], id18)):
                    self._remove(kind, one)
        stamp, before = org.now(), table.held(row)
        if sobject.soft:
            touched = {"LastModifiedDate": stamp, "LastModifiedById": self._caller.user, "SystemModstamp": stamp}
            table.update(row, {name: value for name, value in touched.items() if sobject.find(name)})
            table.delete(row)
        else:
            table.purge(row)
        org.tell(self._caller.call, "deleted", table, row, {}, before)
        self._permissions_changed(sobject)

    def _matching(self, sobject: SObject, field: Field, value: Any) -> list[int]:
        if field.name == "Id":
            id18 = ids.whole(value)
            if id18 is None:
                raise refused("MALFORMED_ID", f"{sobject.name} ID: id value of incorrect type: {value}", "Id")
            row = self._org.table(sobject.name).row_of(id18)
            return [] if row is None else [row]
        if value is None or value == "":
            raise refused("MISSING_ARGUMENT", f"{field.name} not specified")
        held = str(value).strip() if field.type not in ("int", "double") else float(value)
        return checks.holders(self._org, sobject, field, held)

    def _row(self, sobject: SObject, given_id: object) -> int:
        """The row of an id; raises where it is none, belongs to nothing or is deleted."""
        if given_id in (None, ""):
            raise refused("MISSING_ARGUMENT", "Id not specified in an update call")
        id18 = ids.whole(given_id)
        if id18 is None or id18[:3] != sobject.prefix:
            raise refused(
                "MALFORMED_ID", f"{sobject.described['label']} ID: id value of incorrect type: {given_id}", "Id"
            )
        table = self._org.table(sobject.name)
        row = table.row_of(id18)
        if row is None:
            raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if row in table.deleted:
            raise Refusal("ENTITY_IS_DELETED", "entity is deleted", status=404, listed=True)
        return row

    def _may(self, sobject: SObject, operation: Any) -> None:
        """Whether the object can be written at all, and by this caller."""
        open_to_all = {"create": sobject.createable, "edit": sobject.updateable, "delete": sobject.deletable}[operation]
        if not open_to_all:
            word = {"create": "inserted", "edit": "updated", "delete": "deleted"}[operation]
            raise refused(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be {word}: {sobject.described['label']}"
            )
        if not self._org.access.allows(self._caller.rights_of, sobject, operation):
            words = "insufficient access rights on object id"
            raise Refusal("INSUFFICIENT_ACCESS_OR_READONLY", words, status=403, listed=True)

    def _with_defaults(self, sobject: SObject, values: Mapping[str, Any]) -> dict[str, Any]:
        """A new row's values with what the org fills in."""
        full = dict(values)
        for field in sobject.fields.values():
            given = full.get(field.name)
            if given is None and field.defaulted and (field.name not in full or field.type == "picklist"):
                default = field.default()
                if default is not None and default is not False:
                    full[field.name] = default
        if sobject.find("OwnerId") and full.get("OwnerId") is None:
            full["OwnerId"] = self._caller.user
        for name, value in special.stamps(self._org, self._caller.user).items():
            if sobject.find(name):
                full[name] = value
        return full

    def _before(self, sobject: SObject, values: dict[str, Any], row: int | None) -> None:
        hook = special.BEFORE_SAVE.get(sobject.name)
        if hook is not None:
            hook(self._org, values, row)

    def _permissions_changed(self, sobject: SObject) -> None:
        if sobject.name in _PERMISSION_OBJECTS:
            self._org.access.changed()
            self._org.remember(self._org.access.changed)
