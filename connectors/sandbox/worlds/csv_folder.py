"""A world from CSV files in a folder, plain or gzipped (`NAME.csv` or `NAME.csv.gz`), UTF-8 with a header line. A missing file is an empty one.

| file | columns |
|---|---|
| contacts | `key`, `_company` (the key of a row of companies, or empty), `created`, `changed`, `archived` (true), any HubSpot contact property |
| properties | `name`, `label`, `objectType` (contacts when empty), `type`, `fieldType`, `options` (`a;b`): HubSpot properties beside the usual ones |
| companies | `key`, `created`, `changed`, any HubSpot company property |
| users | `key`, any field of User |
| accounts | `key`, `owner` (key of a user), `parent` (key of an earlier account), `created`, `changed`, any field of Account |
| sf_contacts | `key`, `account` (key), `owner`, `created`, `changed`, any field of Contact |
| leads | `key`, `owner`, `converted_account`, `converted_contact` (keys), `created`, `changed`, any field of Lead |

Times are ISO 8601; without a zone they are UTC, without a value half a year before now. Empty cells are left out. In Salesforce's files `true` and
`false` become booleans, and what is a number in Salesforce (employees, revenue, amounts) becomes one. A world without users.csv gets the demo's.

The portal's own properties (portal.py), owners and forms are there as in every world. A column that HubSpot or Salesforce does not know is refused
by the server when it loads the world, with its name.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from connectors.sandbox.world import Ref, Thing, World
from connectors.sandbox.worlds import crm, portal
from connectors.sandbox.worlds.draft import Draft

NUMBERS = ("NumberOfEmployees", "AnnualRevenue", "Amount", "Latitude", "Longitude")
REFERENCES = {
    "owner": ("OwnerId", "User"), "account": ("AccountId", "Account"), "parent": ("ParentId", "Account"),
    "converted_account": ("ConvertedAccountId", "Account"), "converted_contact": ("ConvertedContactId", "Contact"),
}  # fmt: skip
"""Column → the Salesforce field it fills and the kind of the record it names."""


def from_folder(folder: Path, seed: int, now: datetime) -> World:
    """The world that lies in `folder`. Raises FileNotFoundError without the folder, ValueError naming file and line for a row that cannot be."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder: a csv world needs contacts.csv and its companions there")
    reader = _Reader(folder, now)
    return World("csv", seed, now, reader.hubspot(), reader.salesforce(seed))


class _Reader:
    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._now = now
        self._seen: dict[str, set[str]] = {}

    def hubspot(self) -> Iterator[Thing]:
        """Portal, companies, contacts; read as they are asked for."""
        yield from portal.portal(self._now)
        for where, row in self._rows("properties"):
            yield self._property(where, row)
        for where, row in self._rows("companies"):
            created, changed, key = (
                self._times(where, row),
                self._time(where, row, "changed"),
                self._key("companies", where, row),
            )
            yield Thing("companies", key, row, created_at=created, changed_at=changed or created)
        for where, row in self._rows("contacts"):
            yield self._contact(where, row)

    def _property(self, where: str, row: dict[str, Any]) -> Thing:
        if "name" not in row:
            raise ValueError(f"{where}: a property without a name")
        kind = str(row.get("objectType", "contacts"))
        options = [
            {"label": option, "value": option, "displayOrder": place, "hidden": False}
            for place, option in enumerate(filter(None, str(row.get("options", "")).split(";")))
        ]
        group = "companyinformation" if kind == "companies" else "contactinformation"
        usual = {"objectType": kind, "label": row["name"], "type": "string", "fieldType": "text", "groupName": group}
        return Thing(
            "properties",
            f"{kind}.{row['name']}",
            usual | row | {"options": options},
            created_at=self._now - timedelta(days=365),
        )

    def _contact(self, where: str, row: dict[str, Any]) -> Thing:
        created, changed, key = (
            self._times(where, row),
            self._time(where, row, "changed"),
            self._key("contacts", where, row),
        )
        company, archived = row.pop("_company", ""), row.pop("archived", "") == "true"
        links = (("companies", self._known(where, "companies", company)),) if company else ()
        return Thing("contacts", key, row, links, created, changed or created, archived)

    def salesforce(self, seed: int) -> Iterator[Thing]:
        """Users, accounts, contacts, leads; read as they are asked for."""
        org = Draft(seed, self._now)
        crm.org(org)
        users = list(self._rows("users"))
        for thing in org.salesforce_things():
            if not (users and thing.kind == "User"):
                self._seen.setdefault(thing.kind, set()).add(thing.key)
                yield thing
        for where, row in users:
            yield self._record("User", where, row)
        for kind, name in (("Account", "accounts"), ("Contact", "sf_contacts"), ("Lead", "leads")):
            for where, row in self._rows(name):
                yield self._record(kind, where, row)

    def _record(self, kind: str, where: str, row: dict[str, Any]) -> Thing:
        created, changed, key = self._times(where, row), self._time(where, row, "changed"), self._key(kind, where, row)
        values: dict[str, Any] = {}
        for name, text in row.items():
            if name in REFERENCES:
                field, target = REFERENCES[name]
                values[field] = Ref(target, self._known(where, target, text))
            else:
                values[name] = _typed(where, name, text)
        return Thing(kind, key, values, created_at=created, changed_at=changed or created)

    def _rows(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(file:line, non-empty cells) of a file."""
        for path in (self._folder / f"{name}.csv", self._folder / f"{name}.csv.gz"):
            if path.exists():
                with _open(path) as file:
                    reader = csv.DictReader(file)
                    for row in reader:
                        yield (
                            f"{path.name}:{reader.line_num}",
                            {column: cell for column, cell in row.items() if column and cell},
                        )
                return

    def _key(self, kind: str, where: str, row: dict[str, Any]) -> str:
        key = str(row.pop("key", ""))
        seen = self._seen.setdefault(kind, set())
        if not key or key in seen:
            raise ValueError(f"{where}: {'the key ' + key + ' stands twice' if key else 'no key'}")
        seen.add(key)
        return key

    def _known(self, where: str, kind: str, key: str) -> str:
        if key not in self._seen.get(kind, ()):
            raise ValueError(f"{where}: there is no {kind} with the key {key} before this row")
        return key

    def _times(self, where: str, row: dict[str, Any]) -> datetime:
        return self._time(where, row, "created") or self._now - timedelta(days=182)

    def _time(self, where: str, row: dict[str, Any], column: str) -> datetime | None:
        text = row.pop(column, "")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{where}: {column} is no ISO 8601 time") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _typed(where: str, name: str, text: str) -> str | bool | float | int:
    if text in ("true", "false"):
        return text == "true"
    if name not in NUMBERS:
        return text
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{where}: {name} must be a number") from None
    return int(number) if number.is_integer() else number
