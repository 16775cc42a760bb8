"""The judge: from the ledger of both systems alone, who ought to be in Salesforce, with which values, and what HubSpot is owed.

It shares no code with the bridge and knows nothing of it. The world it judges holds plain cases only, so that its law is short:
somebody is owed to Sales when address, last name, company, job title and country are known, at least three of budget, authority, need and
time are met, and the person wants to be written to. Whoever Sales knows already (a Contact of the same address) is owed a task, not a lead; everybody
else a lead and one task, since each is of a firm of their own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

KEY = "LeadBridge_Id__c"
MANDATORY = ("email", "lastname", "company", "jobtitle", "country")
SAME_VALUE = {"FirstName": "firstname", "LastName": "lastname", "Email": "email", "Company": "company", "City": "city"}
GONE = ("deleted", "archived", "erased")


@dataclass
class Findings:
    """What is wrong, by kind; each a sentence. `owed`, `sent`, `told` are the numbers looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong_to_sales: list[str] = field(default_factory=list)
    wrong_values: list[str] = field(default_factory=list)
    not_told: list[str] = field(default_factory=list)
    owed: int = 0
    sent: int = 0
    told: int = 0

    @property
    def all(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong_to_sales, *self.wrong_values, *self.not_told]


def qualified(person: Mapping[str, Any]) -> bool:
    """The law above, for the properties of one HubSpot contact."""
    if person.get("gone") or person.get("hs_email_optout") == "true" or not all(person.get(name) for name in MANDATORY):
        return False
    met = (
        person.get("budget_range") in ("5k_25k", "25k_100k", "over_100k"),
        "director" in str(person.get("jobtitle", "")).lower(),
        bool(person.get("need_description")),
        person.get("purchase_timeframe") in ("now", "1_3_months", "3_6_months"),
    )
    return sum(met) >= 3


class Judge:
    """Reads a ledger from its beginning. `contacts` are HubSpot's contacts before it, by id; `known` the addresses of Salesforce's contacts."""

    def __init__(self, contacts: Mapping[str, Mapping[str, Any]], known: Mapping[str, str]) -> None:
        self.people: dict[str, dict[str, Any]] = {id_: dict(values) for id_, values in contacts.items()}
        self.known = dict(known)
        self.leads: dict[
            str, dict[str, Any]
        ] = {}  # Salesforce id → its values now, `by_sales` names fields people changed
        self.made: dict[str, list[str]] = defaultdict(list)  # external id → Salesforce ids ever made
        self.closed: set[str] = set()  # external ids whose record Sales deleted, merged or converted
        self.tasks: Counter[str] = Counter()
        self.handed_in: dict[
            str, set[str]
        ] = {}  # address of a Bulk job → who was qualified when its file was handed in
        self.early: list[str] = []
        self.sent = 0

    def read(self, entries: Iterable[Any]) -> None:
        """Take these further lines of the ledger. What a Bulk job makes was sent when the job was closed: nobody can call it back then."""
        for entry in entries:
            if entry.method == "PATCH" and "/jobs/ingest/" in entry.path:
                self.handed_in[entry.path.strip("/")] = {id_ for id_, one in self.people.items() if qualified(one)}
            fit = self.handed_in.get(entry.path.strip("/")) if entry.method == "JOB" else None
            for effect in entry.effects:
                if entry.system == "hubspot" and effect.kind == "contacts":
                    self._hubspot(effect)
                elif entry.system == "salesforce":
                    self._salesforce(effect, entry.number, fit, by_sales=entry.method == "ACT")

    def _hubspot(self, effect: Any) -> None:
        person = self.people.setdefault(effect.id, {})
        person.update(effect.values)
        if effect.what in GONE:
            person["gone"] = True

    def _salesforce(self, effect: Any, number: int, fit: set[str] | None, *, by_sales: bool) -> None:
        if effect.kind == "Contact" and effect.what == "created" and effect.values.get("Email"):
            self.known[effect.values["Email"]] = effect.id
        elif effect.kind == "Task" and effect.what == "created" and not by_sales:
            self.tasks[effect.values.get("WhoId", "")] += 1
            self.sent += 1
            self._fit(effect.values.get("WhoId", ""), number)
        elif effect.kind == "Lead":
            self._lead(effect, number, fit, by_sales=by_sales)

    def _lead(self, effect: Any, number: int, fit: set[str] | None, *, by_sales: bool) -> None:
        if effect.what == "created":
            self.leads[effect.id] = {"by_sales": {}}
            if not by_sales:
                self.sent += 1
                key = str(effect.values.get(KEY))
                self.made[key].append(effect.id)
                contact = key.rpartition("-")[2]
                if not (qualified(self.people.get(contact, {})) if fit is None else contact in fit):
                    self.early.append(f"ledger line {number}: {key} was sent and is not qualified")
                if key in self.closed:
                    self.early.append(f"ledger line {number}: {key} was made again after Sales had closed it")
        if effect.id not in self.leads:
            return
        lead = self.leads[effect.id]
        lead.update(effect.values)
        if by_sales:
            for name, value in effect.values.items():
                lead["by_sales"].setdefault(name, []).append(value)
            if effect.what in ("deleted", "converted", "merged") or effect.values.get("IsConverted"):
                self.closed.add(str(lead.get(KEY)))
                lead["closed"] = True

    def _fit(self, who: str, number: int) -> None:
        lead = self.people.get(str(self.leads.get(who, {}).get(KEY)).rpartition("-")[2])
        people = (
            [lead] if lead else [one for one in self.people.values() if self.known.get(str(one.get("email"))) == who]
        )
        if not any(map(qualified, people)):
            self.early.append(f"ledger line {number}: a task for {who}, who is not qualified")

    def findings(self) -> Findings:
        """What is wrong now that everything has come to rest."""
        found = Findings(wrong_to_sales=list(self.early), doubled=self._twice(), sent=self.sent)
        of_person = {key.rpartition("-")[2]: key for key in self.made}
        for id_, person in sorted(self.people.items()):
            key = of_person.get(id_, "")
            contact = self.known.get(str(person.get("email")))
            if qualified(person):
                found.owed += 1
                if contact:
                    self._owed_a_task(found, id_, key, contact)
                elif not key:
                    found.lost.append(f"contact {id_} is owed to Sales and is not there")
                else:
                    self._owed_values(found, person, key)
            self._owed_a_word(found, id_, person, key, contact)
        return found

    def never(self) -> list[str]:
        """What is wrong whenever it is seen, in the middle of anything."""
        return [*self._twice(), *self.early]

    def _twice(self) -> list[str]:
        records = [
            f"{key} was made {len(ids)} times: {', '.join(ids)}" for key, ids in self.made.items() if len(ids) > 1
        ]
        return [*records, *(f"{count} tasks for {who}" for who, count in self.tasks.items() if count > 1)]

    def _owed_a_task(self, found: Findings, id_: str, key: str, contact: str) -> None:
        if not self.tasks[contact] and key not in self.closed:
            found.lost.append(f"contact {id_} is known to Sales as {contact}, and nobody was told")
        if key and key not in self.closed:
            found.doubled.append(f"{key} was made although Sales knows {contact}")

    def _owed_values(self, found: Findings, person: Mapping[str, Any], key: str) -> None:
        lead = self.leads[self.made[key][-1]]
        if lead.get("closed"):
            return
        if not self.tasks[self.made[key][-1]]:
            found.lost.append(f"{key} was made and nobody was given the task of it")
        for name, source in SAME_VALUE.items():
            wanted, stands = person.get(source), lead.get(name)
            if wanted and stands != wanted and stands not in lead["by_sales"].get(name, ()):
                found.wrong_values.append(f"{key}: {name} is {stands!r} instead of {wanted!r}")
        need = person.get("need_description")
        if need and need not in str(lead.get("Description")) and "Description" not in lead["by_sales"]:
            found.wrong_values.append(f"{key}: the newest need is not in its Description")

    def _owed_a_word(self, found: Findings, id_: str, person: Mapping[str, Any], key: str, contact: str | None) -> None:
        """HubSpot shows where everybody stands: who went to Sales, with the id of what was made there."""
        if person.get("gone"):
            return
        found.told += 1
        status, shown = person.get("leadbridge_status"), person.get("leadbridge_salesforce_id")
        if key in self.closed:
            if status not in ("converted", "removed", "nurture", "held", "rejected"):
                found.not_told.append(f"contact {id_} shows {status!r} although Sales closed its lead")
        elif qualified(person):
            if status != "sent":
                found.not_told.append(f"contact {id_} shows {status!r} instead of 'sent'")
            elif key and not contact and shown != self.made[key][-1]:
                found.not_told.append(f"contact {id_} shows {shown!r} instead of {self.made[key][-1]}")
        elif status in (None, "", "sent", "waiting", "new"):
            found.not_told.append(f"contact {id_} is not qualified and shows {status!r}")
