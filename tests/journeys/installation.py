"""A whole installation against a sandbox of its own, over real sockets, and what people in both systems do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import yaml
from migrated import put_migrated
from sqlalchemy import Engine, Table, select

from bridge.app import App
from bridge.cycle import CycleReport, cycle
from bridge.installation.home import Home
from bridge.installation.setup import apply_setup
from bridge.installation.starter import copy_starter
from bridge.settings.loading import Settings, load_settings
from bridge.staging.database import reading
from connectors.sandbox.kernel.faults import Fault
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import World

SETTLED = 90
"""Seconds after which HubSpot's search knows everything."""


class Opened(App):
    """An App whose settings are read once for files that say the same: each cycle opens one, most of them on files that nobody touched."""

    _read: ClassVar[dict[tuple[tuple[str, bytes], ...], Settings]] = {}

    @cached_property
    def settings(self) -> Settings:
        folders = self.home.config, self.home.mappings
        files = tuple(
            (str(one.relative_to(self.home.path)), one.read_bytes())
            for folder in folders
            for one in sorted(folder.iterdir())
        )
        if files not in self._read:
            self._read[files] = load_settings(*folders)
        return self._read[files]


class Installation:
    """A home folder with the starter files, a sandbox, and an App. `settings` change single keys of the YAML files."""

    def __init__(
        self, folder: Path, world: World, database_url: str, settings: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.folder = folder
        copy_starter(folder)
        for name, changes in settings.items():
            self.configure(name, changes)
        self.configure("bridge", {"database": {"url": database_url}})
        if database_url == "sqlite:///var/leadbridge.sqlite":
            put_migrated(folder / "var" / "leadbridge.sqlite")
        self.sandbox = Sandbox(world, limits=False)
        self.sandbox.hubspot.acts["index_lag"](low=0, high=0)
        (folder / "secrets").mkdir(mode=0o700)
        for name, value in self.environment().items():
            path = folder / "secrets" / name.lower()
            path.touch(mode=0o600)
            path.write_text(value, encoding="utf-8")
        self.ahead = timedelta()
        self.app = self.open()
        apply_setup(self.app, permission_set=self.sandbox.salesforce.credentials["permission_set"])

    def environment(self) -> dict[str, str]:
        state = self.sandbox.state
        hubspot, salesforce = state["credentials"]["hubspot"], state["credentials"]["salesforce"]
        return {
            "LEADBRIDGE_HUBSPOT_TOKEN": hubspot["access_token"],
            "LEADBRIDGE_HUBSPOT_BASE_URL": state["hubspot_url"],
            "LEADBRIDGE_SALESFORCE_BASE_URL": state["salesforce_url"],
            "LEADBRIDGE_SALESFORCE_CLIENT_ID": salesforce["client_id"],
            "LEADBRIDGE_SALESFORCE_CLIENT_SECRET": salesforce["client_secret"],
        }

    def configure(self, name: str, changes: Mapping[str, Any]) -> None:
        """Merge `changes` into `config/<name>.yaml`."""
        path = self.folder / "config" / f"{name}.yaml"
        known = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key, value in changes.items():
            if isinstance(value, dict) and isinstance(known.get(key), dict):
                known[key].update(value)
            else:
                known[key] = value
        path.write_text(yaml.safe_dump(known, sort_keys=False), encoding="utf-8")

    def open(self, holder: str = "test") -> App:
        """The installation opened anew, as by a process started just now."""
        return Opened(Home(self.folder), clock=lambda: datetime.now(UTC) + self.ahead, holder=holder)

    def cycle(self, **options: Any) -> CycleReport:
        """One cycle by a process of its own, after HubSpot's search has caught up."""
        self.app.engine.dispose()
        self.app = self.open()
        return cycle(self.app, **options)

    @property
    def engine(self) -> Engine:
        return self.app.engine

    def later(self, **delta: float) -> None:
        """Time passes for the bridge and for both systems."""
        self.ahead += timedelta(**delta)
        self.sandbox.clock.advance(timedelta(**delta).total_seconds())

    def hubspot(self, act: str, **given: Any) -> Any:
        """Somebody does something in HubSpot."""
        return self.sandbox.hubspot.acts[act](**given)

    def edit(self, key: str, **properties: str) -> None:
        """Marketing edits a contact."""
        self.hubspot("edit", kind="contacts", id=self.contact(key), properties=properties)

    def arrive(self, values: Mapping[str, str]) -> str:
        """Somebody new comes into HubSpot; returns their id."""
        typed = {name: value for name, value in values.items() if not name.startswith("hs_")}
        return str(self.hubspot("create", kind="contacts", properties=typed))

    def sales(self, act: str, **given: Any) -> Any:
        """Somebody does something in Salesforce."""
        return self.sandbox.salesforce.acts[act](**given)

    def contact(self, key: str) -> str:
        """The HubSpot id of a contact of the world."""
        return self.sandbox.id_of("hubspot", "contacts", key)

    def goes_wrong(self, name: str, **options: Any) -> None:
        """Arm a fault."""
        self.sandbox.faults.add(Fault(name, **options))

    def all_is_well(self) -> None:
        """No more faults."""
        self.sandbox.faults.clear()

    def query(self, soql: str) -> list[dict[str, Any]]:
        """What an admin sees in Salesforce."""
        rows: list[dict[str, Any]] = self.sandbox.salesforce.query(soql)
        return rows

    def leads(self, fields: str = "Id, Email, LeadBridge_Id__c") -> dict[str, dict[str, Any]]:
        """Salesforce's leads by e-mail address."""
        return {row["Email"]: row for row in self.query(f"SELECT {fields} FROM Lead")}

    def properties(self, key: str) -> dict[str, str]:
        """What HubSpot shows of a contact."""
        own: dict[str, str] = self.sandbox.hubspot.account.portal.find("contacts", self.contact(key)).own()
        return own

    def effects(self, since: int = 0) -> list[tuple[str, str, str, dict[str, Any]]]:
        """What clients changed after ledger line `since`: (system, what, kind, values)."""
        return [
            (entry.system, effect.what, effect.kind, dict(effect.values))
            for entry in self.sandbox.ledger.since(since)
            if entry.method != "ACT"
            for effect in entry.effects
        ]

    def rows(self, table: Table, *where: Any) -> list[Any]:
        """Rows of staging."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(table).where(*where)))

    def lead_of(self, key: str) -> Any:
        """The staged lead that a contact of the world belongs to."""
        from bridge.staging.schema import lead, record

        member = select(record.c.lead_id).where(
            record.c.source == "hubspot", record.c.kind == "contact", record.c.id == self.contact(key)
        )
        return self.rows(lead, lead.c.id.in_(member))[0]

    def close(self) -> None:
        self.app.engine.dispose()
        self.sandbox.close()
