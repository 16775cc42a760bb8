"""One field of an object: its describe, and the few facts every write and query asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT_TYPES = frozenset(
    {"string", "textarea", "phone", "url", "email", "picklist", "combobox", "multipicklist", "encryptedstring"}
)
PICK_TYPES = frozenset({"picklist", "multipicklist"})
ID_TYPES = frozenset({"id", "reference"})
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent", "long"})
# How SOQL names a type in its messages.
SOQL_NAMES = {"datetime": "dateTime", "id": "ID", "reference": "ID"}


class Field:
    """A field. `raw` is its describe and stays the truth; `refresh` after changing it."""

    __slots__ = (
        "case_sensitive",
        "createable",
        "defaulted",
        "external_id",
        "filterable",
        "groupable",
        "id_lookup",
        "label",
        "length",
        "name",
        "nillable",
        "options",
        "permissionable",
        "raw",
        "refers_to",
        "relationship",
        "restricted",
        "sortable",
        "type",
        "unique",
        "updateable",
    )

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.refresh()

    def refresh(self) -> None:
        """Take the facts from the describe anew."""
        raw = self.raw
        self.name: str = raw["name"]
        self.type: str = raw["type"]
        self.label: str = raw["label"]
        self.length: int = raw["length"]
        self.nillable: bool = raw["nillable"]
        self.createable: bool = raw["createable"]
        self.updateable: bool = raw["updateable"]
        self.defaulted: bool = raw["defaultedOnCreate"]
        self.restricted: bool = raw["restrictedPicklist"]
        self.unique: bool = raw["unique"]
        self.external_id: bool = raw["externalId"]
        self.id_lookup: bool = raw["idLookup"]
        self.case_sensitive: bool = raw["caseSensitive"]
        self.filterable: bool = raw["filterable"]
        self.sortable: bool = raw["sortable"]
        self.groupable: bool = raw["groupable"]
        self.permissionable: bool = raw["permissionable"]
        self.relationship: str | None = raw["relationshipName"]
        self.refers_to: tuple[str, ...] = tuple(raw["referenceTo"])
        self.options: dict[str, str] = {
            one["value"].lower(): one["value"] for one in raw["picklistValues"] if one["active"]
        }

    @property
    def custom(self) -> bool:
        """Whether the org added it."""
        return bool(self.raw["custom"])

    @property
    def blank(self) -> Any:
        """What the field holds where nothing was given: booleans are never null."""
        return False if self.type == "boolean" else None

    @property
    def soql_type(self) -> str:
        """The type's name in SOQL's messages."""
        return SOQL_NAMES.get(self.type, self.type)

    def default(self) -> Any:
        """The value a new row gets of itself; None where there is none."""
        if self.type in PICK_TYPES or self.type == "combobox":
            for one in self.raw["picklistValues"]:
                if one["defaultValue"] and one["active"]:
                    return one["value"]
        given = self.raw["defaultValue"]
        return self.blank if given is None else given

    def required_on_create(self) -> bool:
        """Whether a new row is refused without it. Booleans count as given."""
        return self.createable and not self.nillable and not self.defaulted and self.type != "boolean"


def option(value: str, default: bool = False, active: bool = True) -> Mapping[str, Any]:
    """A picklist value as describe shows it."""
    return {"active": active, "defaultValue": default, "label": value, "validFor": None, "value": value}
