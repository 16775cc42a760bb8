"""From a record as sent to values a row can take: names, rights and types, in the order the org complains about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce.errors import Refusal, Refusals, refused
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.values import convert


@dataclass(frozen=True, slots=True)
class Caller:
    """Who writes, and what the request's headers ask for. `from_text`: values come from CSV; `unrestricted`: a person
    at work in the org, whom the API's rights do not concern. `base`: the path of the version asked, for the links of an answer.
    """

    user: str
    auto_assign: bool = True
    allow_save: bool = False
    include_details: bool = False
    from_text: bool = False
    unrestricted: bool = False
    base: str = "/services/data/v68.0"
    call: Call | None = None

    @property
    def rights_of(self) -> str:
        """The user whose rights count; nobody's for a person at work."""
        return "" if self.unrestricted else self.user


def read_record(
    org: Org, caller: Caller, sobject: SObject, record: Mapping[str, Any], creating: bool
) -> dict[str, Any]:
    """The values of a record by field name; `attributes` and `Id` are passed over. Raises `Refusal` or `Refusals`."""
    given: list[tuple[Field, Any]] = []
    for key, value in record.items():
        if key in ("attributes", "Id", "id"):
            continue
        given.append(_named(org, caller, sobject, key, value))
    closed = [field.name for field, _ in given if not _writable(org, caller, sobject, field, creating)]
    if closed:
        words = f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of this field"
        words += " and verify that it is read/write for your profile or permission set."
        raise refused("INVALID_FIELD_FOR_INSERT_UPDATE", words, *closed)
    values: dict[str, Any] = {}
    wrong: list[Refusal] = []
    for field, value in given:
        try:
            values[field.name] = convert(field, value, caller.from_text)
        except Refusal as one:
            if one.code == "JSON_PARSER_ERROR":
                raise
            wrong.append(one)
    if wrong:
        raise Refusals(wrong)
    return values


def no_such_column(name: str, sobject: SObject) -> Refusal:
    """A field that is not there, or hidden."""
    return Refusal("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")


def _named(org: Org, caller: Caller, sobject: SObject, key: str, value: Any) -> tuple[Field, Any]:
    """The field a key means. A relationship's name with `{ExternalId__c: value}` means the parent found by it."""
    field = sobject.find(key)
    if field is not None and org.access.can_read(caller.rights_of, sobject, field):
        return field, value
    reference = sobject.parents.get(key.lower())
    if reference is not None and isinstance(value, Mapping):
        return reference, _parent_id(org, caller, reference, value)
    raise no_such_column(key, sobject)


def _parent_id(org: Org, caller: Caller, reference: Field, value: Mapping[str, Any]) -> str:
    """The id of a parent named by a field that is unique for it."""
    keys = [key for key in value if key != "attributes"]
    target = org.schema.find(value.get("attributes", {}).get("type", reference.refers_to[0]))
    if target is None or len(keys) != 1:
        words = f"The relationship {reference.relationship} has to name its record by one external id field"
        raise refused("INVALID_FIELD", words, reference.name)
    field = target.find(keys[0])
    if field is None or not org.access.can_read(caller.rights_of, target, field):
        raise no_such_column(keys[0], target)
    if not field.external_id and not field.id_lookup:
        raise refused(
            "INVALID_FIELD", f"{field.name} is not an External ID or indexed field for {target.name}", field.name
        )
    table = org.table(target.name)
    rows = [row for row in table.with_value(field.name, value[keys[0]]) if row not in table.deleted]
    if len(rows) != 1:
        words = f"Foreign key external ID: {value[keys[0]]} not found for field {field.name} in entity {target.name}"
        raise refused("INVALID_FIELD", words)
    return str(table.columns["Id"][rows[0]])


def _writable(org: Org, caller: Caller, sobject: SObject, field: Field, creating: bool) -> bool:
    allowed = field.createable if creating else field.updateable
    return allowed and org.access.can_edit(caller.rights_of, sobject, field)
