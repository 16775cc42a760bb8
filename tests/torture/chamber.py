"""An installation that is tortured: a sandbox with real servers, a warm process that forks the bridge, people at work, and the judge."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from installation import Installation
from judge import Findings, Judge
from small_world import READY, account, people, person, small_world
from sqlalchemy import func, select
from warm import give_back, take

from bridge.deciding.correcting import correct
from bridge.errors import BridgeError
from bridge.staging import records, reports
from bridge.staging.clock import to_ms
from bridge.staging.database import reading, writing
from bridge.staging.schema import delivery, lead, lease
from connectors.errors import RemoteError

MEMORY = Path("/dev/shm")
"""Where there is one: a killed process loses nothing of a file it has written, so no disk has to be waited for."""
CYCLES_TO_RECOVER = 2
FIRST, HELD = 6, 360.0
"""People at the beginning; seconds after which claims and lease of a dead process have run out."""
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "capacity": {"rep": {"open_leads": None, "new_per_day": None}, "teams": {}},
    "bridge": {"batches": {"push": 1, "decide": 4, "workers": 1}},
}
JOB_SECONDS = 0.01
"""What a Bulk job waits, and then works: waits of the bridge take no time here, so that an hour of asking is over in half a second."""
SOURCE_WINS = ("FirstName", "LastName", "Company", "Email", "City")


@dataclass
class Ended:
    """How one run of the bridge ended, and how often it came by each point."""

    killed: bool
    ended: str
    seen: Mapping[str, int] = field(default_factory=dict)
    took: float | None = None
    """Seconds from being asked to end until it had; None when it was not asked."""


class Chamber:
    """Use it as a context. `act()` lets somebody do something; `run()` forks a bridge; `settle()` lets it recover; `judge()` tells what is wrong."""

    def __init__(self, folder: Path, seed: int, database_url: str, bulk_from: int | None = None, **bridge: Any) -> None:
        self.chance = Random(seed)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        world = small_world(people(range(FIRST)), [account("a0", "Known Werke", "known-werke.de")])
        self.here = Installation(folder, world, database_url, {**SETTINGS, "bridge": {**SETTINGS["bridge"], **bridge}})
        self.here.configure("bridge", {"deadlines": {"call": 2}})
        self._let_the_source_win()
        self.here.sales("rules", job_seconds=JOB_SECONDS)
        self.here.app = self.here.open()
        contacts = {self.here.contact(f"p{number}"): person(number)[1] for number in range(FIRST)}
        self.law = Judge(contacts, {})
        self.contacts = list(contacts)
        self.number, self.read, self.runs, self.held = FIRST, 0, 0, HELD
        self.usual: Mapping[str, int] = {}
        """How often the last whole cycle came by each point."""
        self._staged: dict[str, str] = {}  # contact → its change that is staged
        self._warm = take(folder, bulk_from)
        self._warm_up()

    def _warm_up(self) -> None:
        """Cycles with everything in them, so that forks find it imported, compiled and cached."""
        for _ in range(3):
            self.known()
            self.busy()
            self.edit(need_description=f"Wish of the beginning {self.number}")
            assert self.run(deed="warm").ended == "done"

    def _let_the_source_win(self) -> None:
        """Every edit has to arrive, so that the judge can look for it."""
        path = self.folder / "mappings" / "hubspot_contact_to_lead.yaml"
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [
            line.replace("wins: crm_unless_blank", "wins: source") if line.strip().startswith(SOURCE_WINS) else line
            for line in lines
        ]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")

    def __enter__(self) -> Chamber:
        return self

    def __exit__(self, *_: object) -> None:
        give_back(self._warm)
        self.here.close()

    # people

    def arrive(self, **values: str) -> str:
        """Somebody comes into HubSpot; qualified unless `values` say otherwise."""
        made = person(self.number)[1] | values
        self.number += 1
        id_ = self.here.arrive({name: value for name, value in made.items() if value})
        self.contacts.append(id_)
        return id_

    def known(self) -> str:
        """Somebody comes into HubSpot whom Sales has as a contact already."""
        values = person(self.number)[1]
        domain = values["email"].split("@")[1]
        sales = self.here.sales
        firm = sales(
            "create", kind="Account", values={"Name": values["company"], "Website": domain, "BillingCountry": "Germany"}
        )
        known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
        sales("create", kind="Contact", values={**known, "AccountId": firm["id"]})
        return self.arrive()

    def edit(self, **values: str) -> None:
        """Marketing edits one of them; the first one stays as they are, so that there is always somebody who is with Sales."""
        self.here.hubspot("edit", kind="contacts", id=self.chance.choice(self.contacts[1:]), properties=values)

    def act(self) -> None:
        """One thing that happens in the world, by chance."""
        number = self.chance.randrange(1000)
        choice = self.chance.randrange(12)
        if choice < 4:
            self.arrive()
        elif choice == 4:
            self.arrive(budget_range="none", purchase_timeframe="no_plan")
        elif choice == 5:
            self.arrive(country="", hs_analytics_source="OFFLINE")
        elif choice == 6:
            self.known()
        elif choice == 7:
            self.edit(city=f"Neustadt {number}")
        elif choice == 8:
            self.edit(need_description=f"Wish number {number}")
        elif choice == 9:
            self.edit(budget_range="none", purchase_timeframe="no_plan")
        elif choice == 10:
            self.edit(budget_range=READY["budget_range"], purchase_timeframe=READY["purchase_timeframe"])
        else:
            self.here.hubspot("unsubscribe", id=self.chance.choice(self.contacts[1:]))

    def busy(self) -> None:
        """Enough happens that a run comes by every point: somebody new, somebody known, an edit of each kind."""
        self.arrive()
        self.arrive()
        if self.chance.random() < 0.3:
            self.known()
        self.here.hubspot("edit", kind="contacts", id=self.contacts[0], properties={"city": f"Altstadt {self.number}"})
        for _ in range(2):
            self.act()

    def review(self) -> bool:
        """RevOps says that an account is somebody's, or is not; always what is true, so that the same is owed. False: nothing to say."""
        id_ = self.chance.choice(self.contacts)
        company = self.here.sandbox.hubspot.account.portal.find("contacts", id_).own().get("company")
        accounts = self.here.query("SELECT Id, Name FROM Account")
        own = [one for one in accounts if one["Name"] == company]
        account = self.chance.choice(own if own and self.chance.random() < 0.5 else accounts)
        try:
            facts = self.here.app.rules().facts
        except (BridgeError, RemoteError):  # the command tells them that Salesforce does not answer
            return False
        with writing(self.here.engine) as connection:
            leads = reports.find_leads(connection, id_)
            if not leads or account["Id"] not in records.read(connection, "salesforce", "account", [account["Id"]]):
                return False
            correct(connection, leads, account["Id"], account["Name"] == company, facts, self.here.app.clock())
        return True

    # the bridge

    def run(self, point: str = "", nth: int = 1, after: float = 0.0, work: str = "cycle", deed: str = "die") -> Ended:
        """One run in a fork that at a point, or `after` seconds, does its last deed: `die`, `sleep` until `wake()`, `lose` its database,
        `end` as it is asked to by `SIGTERM` (work `daemon`).

        The deed `warm` is a run in the warm process itself.
        """
        self.runs += 1
        asked = {
            "work": work, "deed": deed, "point": point, "nth": nth, "after": after, "ahead": self.here.ahead.total_seconds(),
            "holder": f"fork {self.runs}",
        }  # fmt: skip
        ended = self._ask(asked)
        self.here.later(seconds=self.held)
        return ended

    def wake(self) -> Ended:
        """The run that fell asleep wakes up and goes on."""
        return self._ask({"work": "wake", "deed": ""})

    def _ask(self, asked: Mapping[str, Any]) -> Ended:
        told = self._warm.ask(asked)
        return Ended(told["killed"], told["ended"], told["seen"], told.get("took"))

    def settle(self) -> list[str]:
        """The two cycles in which everything must have recovered; how they ended."""
        return [self.run().ended for _ in range(2)]

    def recover(self, cycles: int = CYCLES_TO_RECOVER) -> tuple[list[str], int]:
        """What is still wrong after the cycles a bridge has to recover, and how many it took: no second one is run when the first left nothing."""
        for number in range(1, cycles + 1):
            ended = self.run()
            if ended.ended != "done":
                return [f"a cycle afterwards ended with {ended.ended}"], number
            self.usual = ended.seen
            wrong = self.judge().all
            if not wrong:
                break
        return wrong, number

    # what came of it

    def judge(self) -> Findings:
        """Everything in the ledger so far, judged."""
        self._read_on()
        return self.law.findings()

    def never(self) -> list[str]:
        """What may not be at any time, a death a moment ago included: somebody doubled, somebody wrong sent, a cursor past what is not staged."""
        self._read_on()
        return [*self.law.never(), *(f"cursor: {one}" for one in self.unstaged(only_news=True))]

    def _read_on(self) -> None:
        entries = self.here.sandbox.ledger.since(self.read)
        self.read += len(entries)
        self.law.read(entries)

    def held_by_nobody(self) -> list[str]:
        """What a worker that is gone still holds: leads, deliveries, leases."""
        now = to_ms(datetime.now(UTC) + self.here.ahead)
        holding = {
            "leads": select(func.count()).where(lead.c.claimed_by.is_not(None)),
            "deliveries": select(func.count()).where(
                (delivery.c.state == "sending") | delivery.c.claimed_by.is_not(None)
            ),
            "leases": select(func.count()).where(lease.c.expires_at > now),
        }
        with reading(self.here.engine) as connection:
            counts = {what: connection.execute(question).scalar_one() for what, question in holding.items()}
        return [f"{count} {what} are held by nobody" for what, count in counts.items() if count]

    def unstaged(self, *, only_news: bool = False) -> list[str]:
        """Contacts whose newest change lies before the cursor of reading and which are not staged with it.

        `only_news`: those that had been staged with it when this was asked before are not looked at again.
        """
        portal = self.here.sandbox.hubspot.account.portal
        rows = {id_: portal.find("contacts", id_) for id_ in self.contacts}
        if only_news:
            rows = {id_: row for id_, row in rows.items() if row.changed != self._staged.get(id_)}
        with reading(self.here.engine) as connection:
            position = records.position(connection, "hubspot", "contact")
            staged = records.read(connection, "hubspot", "contact", list(rows))
        passed = int(position["time"]) if position is not None else 0
        missed = []
        for id_, row in rows.items():
            kept, changed = staged.get(id_), to_ms(datetime.fromisoformat(row.changed))
            if kept is not None and _says_the_same(kept.values, row.own()):
                self._staged[id_] = row.changed
            elif changed < passed:
                missed.append(f"contact {id_} changed at {changed}, the cursor is at {passed}")
        return missed


def _says_the_same(kept: Mapping[str, Any], own: Mapping[str, str]) -> bool:
    return all(
        (kept.get(name) or "") == (own.get(name) or "")
        for name in ("email", "city", "need_description", "budget_range")
    )


@contextmanager
def chamber(
    seed: int, database_url: str = "sqlite:///var/leadbridge.sqlite", bulk_from: int | None = None, **bridge: Any
) -> Iterator[Chamber]:
    """A chamber in a folder that goes away with it; `bridge` changes single keys of `config/bridge.yaml`, `bulk_from` is when Bulk jobs are made."""
    with (
        tempfile.TemporaryDirectory(prefix="torture-", dir=MEMORY if MEMORY.is_dir() else None) as folder,
        Chamber(Path(folder) / "home", seed, database_url, bulk_from, **bridge) as made,
    ):
        yield made
