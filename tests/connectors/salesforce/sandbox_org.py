"""The sandbox's org for the client's tests: a small world, a client, and what its people do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from stub_org import NoWait

from connectors.http import Clock
from connectors.salesforce import ClientCredentials, Salesforce
from connectors.sandbox.kernel.faults import Fault
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Ref, Thing, World

KEY = "LeadBridge_Id__c"
NOW = datetime.now(UTC).replace(microsecond=0)
KEY_FIELD = {
    "object": "Lead",
    "name": KEY,
    "label": "LeadBridge id",
    "type": "string",
    "length": 40,
    "unique": True,
    "externalId": True,
    "idLookup": True,
}


def things(leads: int) -> Iterator[Thing]:
    """Two accounts, a contact, and so many leads, all of one second and an hour old."""
    then = NOW - timedelta(hours=1)
    yield Thing("CustomField", f"Lead.{KEY}", KEY_FIELD)
    for number in range(2):
        yield Thing("Account", f"a{number}", {"Name": f"Acme {number}"}, created_at=then, changed_at=then)
    contact = {"LastName": "Roe", "Email": "roe@acme.example.com", "AccountId": Ref("Account", "a0")}
    yield Thing("Contact", "c0", contact, created_at=then, changed_at=then)
    for number in range(leads):
        values = {"LastName": f"N{number}", "Company": "Acme", "Email": f"n{number}@example.com", KEY: f"k{number}"}
        yield Thing("Lead", f"l{number}", values, created_at=then, changed_at=then)


class Org:
    """A running sandbox and its client."""

    def __init__(self, leads: int = 3, rules: Mapping[str, Any] | None = None) -> None:
        world = World(
            "tiny", 1, NOW, salesforce=things(leads), salesforce_rules={"field_permissions": "granted", **(rules or {})}
        )
        self.sandbox = Sandbox(world, systems=("salesforce",))
        self.client = self.new_client()

    def new_client(self, clock: Clock | None = None, **options: Any) -> Salesforce:
        told = self.sandbox.salesforce.credentials
        credentials = ClientCredentials(told["client_id"], told["client_secret"], "sandbox.my")
        return Salesforce(credentials, base_url=self.sandbox.salesforce_url, clock=clock or NoWait(), **options)

    def id_of(self, kind: str, key: str) -> str:
        return str(self.sandbox.salesforce.id_of(kind, key))

    def act(self, name: str, **arguments: Any) -> Any:
        """Let somebody in the org do something."""
        return self.sandbox.salesforce.acts[name](**arguments)

    def goes_wrong(self, name: str, **options: Any) -> None:
        """Arm a fault."""
        self.sandbox.faults.add(Fault(name, **options))

    def count(self, soql: str) -> int:
        """What an admin counts."""
        return int(self.sandbox.salesforce.query(soql)[0]["expr0"])

    def calls(self) -> int:
        """Calls that arrived so far, logins too."""
        return len(self.sandbox.ledger)

    def close(self) -> None:
        self.sandbox.close()
