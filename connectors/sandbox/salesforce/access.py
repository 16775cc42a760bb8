"""Who may see and change what: permission sets for custom fields, and rights an admin took away."""

from __future__ import annotations

from typing import Literal, Protocol

from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.store import Table

Operation = Literal["create", "read", "edit", "delete"]
OPERATIONS: tuple[Operation, ...] = ("create", "read", "edit", "delete")


class Place(Protocol):
    """A row of a table."""

    @property
    def table(self) -> Table:
        """Where it stands."""

    @property
    def row(self) -> int:
        """Its number."""


class Tables(Protocol):
    """The org, as far as rights are kept in its rows."""

    def table(self, name: str) -> Table:
        """The rows of an object."""

    def find(self, id18: str | None) -> Place | None:
        """The row of an id."""


class Access:
    """Field-level security and object permissions. The empty user is the org itself and sees everything.

    Standard fields are open until an admin revokes them. A custom field is hidden from everybody until a FieldPermissions row of a
    permission set assigned to the user, or of the user's profile, opens it; fields a world brings are open from the start.
    """

    def __init__(self, org: Tables) -> None:
        self._org = org
        self._open: set[tuple[str, str]] = set()
        self._revoked_fields: dict[tuple[str, str], str] = {}
        self._revoked: set[tuple[str, Operation]] = set()
        self._granted: dict[str, dict[tuple[str, str], bool]] = {}
        # Counts changes, for those who keep what they made from permissions.
        self.version = 0

    def changed(self) -> None:
        """Forget what was worked out: permissions have changed."""
        self._granted.clear()
        self.version += 1

    def open_field(self, object_name: str, field_name: str) -> None:
        """Let everybody read and change a custom field."""
        self._open.add((object_name.lower(), field_name.lower()))
        self.version += 1

    def revoke_field(self, object_name: str, field_name: str, leave: Literal["none", "read"] = "none") -> None:
        """Take a field from everybody, or only the right to change it."""
        self._revoked_fields[object_name.lower(), field_name.lower()] = leave
        self.version += 1

    def restore_field(self, object_name: str, field_name: str) -> None:
        """Give back what was revoked."""
        self._revoked_fields.pop((object_name.lower(), field_name.lower()), None)
        self.version += 1

    def revoke(self, object_name: str, operation: Operation) -> None:
        """Take an operation on an object from everybody; without `read` all others are gone too."""
        self._revoked.update(
            (object_name.lower(), one) for one in (OPERATIONS if operation == "read" else (operation,))
        )
        self.version += 1

    def restore(self, object_name: str, operation: Operation) -> None:
        """Give back what was revoked."""
        self._revoked.difference_update(
            (object_name.lower(), one) for one in (OPERATIONS if operation == "read" else (operation,))
        )
        self.version += 1

    def allows(self, user: str, sobject: SObject, operation: Operation) -> bool:
        """Whether the user may do this to the object at all."""
        return not user or (sobject.name.lower(), operation) not in self._revoked

    def can_read(self, user: str, sobject: SObject, field: Field) -> bool:
        """Whether the field exists for the user."""
        if not user or (not field.custom and not self._revoked_fields):
            return True
        return self._level(user, sobject, field) != "none"

    def can_edit(self, user: str, sobject: SObject, field: Field) -> bool:
        """Whether the user may write the field, as far as permissions say."""
        if not user or (not field.custom and not self._revoked_fields):
            return True
        return self._level(user, sobject, field) == "edit"

    def _level(self, user: str, sobject: SObject, field: Field) -> str:
        key = (sobject.name.lower(), field.name.lower())
        revoked = self._revoked_fields.get(key)
        if revoked is not None:
            return revoked
        if not field.custom or key in self._open or not field.permissionable:
            return "edit"
        edit = self._grants(user).get(key)
        return "none" if edit is None else "edit" if edit else "read"

    def _grants(self, user: str) -> dict[tuple[str, str], bool]:
        """(object, field) → may edit, for the fields permission sets open to a user."""
        known = self._granted.get(user)
        if known is not None:
            return known
        sets = self._sets_of(user)
        table = self._org.table("FieldPermissions")
        made: dict[tuple[str, str], bool] = {}
        for row in table.rows():
            if table.value(row, "ParentId") in sets and table.value(row, "PermissionsRead"):
                object_name, _, field_name = str(table.value(row, "Field")).lower().partition(".")
                key = (object_name, field_name)
                made[key] = made.get(key, False) or bool(table.value(row, "PermissionsEdit"))
        self._granted[user] = made
        return made

    def _sets_of(self, user: str) -> set[str]:
        """The permission sets a user has: assigned ones, and the one that stands for the profile."""
        assigned = self._org.table("PermissionSetAssignment")
        held = {
            assigned.value(row, "PermissionSetId")
            for row in assigned.with_value("AssigneeId", user)
            if row not in assigned.deleted
        }
        found = self._org.find(user)
        profile = found.table.value(found.row, "ProfileId") if found is not None else None
        sets = self._org.table("PermissionSet")
        if profile is not None:
            held.update(
                sets.columns["Id"][row] for row in sets.with_value("ProfileId", profile) if row not in sets.deleted
            )
        return held
