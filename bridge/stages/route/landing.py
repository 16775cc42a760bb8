"""Lead, Contact or touch: decided per record before anything is written. Nobody is created twice; a converted lead never comes back.

| known in Salesforce as            | lands as                                                    |
|-----------------------------------|-------------------------------------------------------------|
| an open lead                      | `update_lead`: that lead, by each field's own rule          |
| a converted lead with its contact | `touch_contact`: a task, blanks filled                      |
| a contact                         | `touch_contact`                                             |
| a record Sales merged into another | as the one that stayed                                     |
| a record Sales deleted            | `none`: removed by Sales, until they ask to be contacted anew |
| the same, asked to be contacted since | as if Sales never had them: looked up, else created     |
| perhaps somebody (review)         | `none`: a person decides first                              |
| nobody, but the account is known  | `create_contact` or `create_lead`, by policy                |
| nobody, and nothing known         | `create_lead`                                               |
| nobody, where an opportunity is open, or of a customer | `tell_owner`: a task, by policy        |
| one of these two, for a queue     | `create_lead`: nothing else can be a queue's                |
| a contact, where an opportunity is open, or of a customer | `touch_contact`, and the task goes to who is told, by policy |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.decisions import Landing, Match, Outcome
from bridge.frozen import frozen
from bridge.settings.connections import SegmentLanding

TOLD = frozenset({"open_opportunity", "customer_request", "customer_service"})
"""Reasons for which the task goes to somebody else than the owner of the person's record."""

QUEUE = "00G"
"""How the ids of queues begin."""


@frozen
class SalesPerson:
    """A Salesforce lead or contact as mirrored: `object` is Lead or Contact."""

    object: str
    id: str
    owner_id: str = ""
    account_id: str = ""
    status: str = ""
    converted: bool = False
    converted_contact_id: str = ""
    converted_account_id: str = ""
    gone: bool = False
    name: str = ""
    changed_at: int = 0
    """Milliseconds; of one that is gone when it was deleted."""

    def asked_since(self, asked_at: int) -> bool:
        """Sales deleted it, and the person asked to be contacted after that (milliseconds; 0: never)."""
        return self.gone and not self.converted and asked_at > self.changed_at


def choose_landing(
    ours: SalesPerson | None,
    found: SalesPerson | None,
    person: Match,
    account: Match,
    known_account: str,
    asked_at: int = 0,
) -> Landing:
    """What a qualified lead becomes.

    `ours` is the record an earlier delivery made, `found` the one reconcile linked; `known_account` is the policy for new people of known
    accounts: `lead` or `contact`. `asked_at`: when the person asked to be contacted the last time, in milliseconds.
    """
    if ours is not None and not ours.asked_since(asked_at):
        return _on_record(ours, "we sent this person before")
    if person.outcome is Outcome.review:
        return Landing(
            "none",
            reason="maybe_known_person",
            sentence=f"Perhaps the same person as {person.name or person.id}; somebody must look first.",
        )
    if found is not None:
        return _on_record(found, f"Sales knows this person already ({person.sentence or person.reason})")
    if account.outcome is Outcome.link and known_account == "contact":
        return Landing(
            "create_contact",
            "Contact",
            None,
            "new_person_known_account",
            f"New person at {account.name}, which Sales knows: a contact on that account.",
        )
    where = f"at {account.name}" if account.outcome is Outcome.link else "of an organisation Sales does not have yet"
    return Landing("create_lead", "Lead", None, "new_person", f"New person {where}: a new lead.")


def told_instead(
    landing: Landing, facts: Mapping[str, Any], account: Match, opportunity_id: str, policy: SegmentLanding
) -> Landing:
    """Nobody new is made where somebody of Sales works already: the owner of the open opportunity, or of the customer's account, is told instead.

    A contact that Sales has there already is touched as ever, and the same people are told.
    """
    if landing.kind == "touch_contact" and landing.reason == "contact_known":
        return _told_of_contact(landing, facts, account, opportunity_id, policy)
    if not landing.kind.startswith("create"):
        return landing
    if opportunity_id and policy.open_opportunity == "tell_owner":
        said = f"{account.name} has an open opportunity: its owner is told instead of a new {landing.object.lower()}."
        return Landing("tell_owner", "Opportunity", opportunity_id, "open_opportunity", said)
    if facts.get("is_customer") and account.id and policy.customer in ("tell_owner", "service"):
        who = "the account's owner" if policy.customer == "tell_owner" else "service"
        reason = "customer_request" if policy.customer == "tell_owner" else "customer_service"
        said = f"{account.name} is a customer: {who} is told instead of a new {landing.object.lower()}."
        return Landing("tell_owner", "Account", account.id, reason, said)
    return landing


def for_owner(landing: Landing, owner_id: str, account: Match) -> Landing:
    """Only leads can be a queue's: it has no contacts and no tasks, so who is assigned to one becomes a lead there, or nobody would know."""
    if landing.kind not in ("create_contact", "tell_owner") or not owner_id.startswith(QUEUE):
        return landing
    said = f"New person at {account.name}, for a queue, which can have neither contacts nor tasks: a new lead."
    return Landing("create_lead", "Lead", None, "new_person", said)


def _told_of_contact(
    landing: Landing, facts: Mapping[str, Any], account: Match, opportunity_id: str, policy: SegmentLanding
) -> Landing:
    if opportunity_id and policy.open_opportunity == "tell_owner":
        said = f"A contact of {account.name}, which has an open opportunity: its owner is told and blanks are filled."
        return replace(landing, reason="open_opportunity", sentence=said)
    if facts.get("is_customer") and policy.customer in ("tell_owner", "service"):
        who = "the account's owner" if policy.customer == "tell_owner" else "service"
        reason = "customer_request" if policy.customer == "tell_owner" else "customer_service"
        said = f"A contact of {account.name}, a customer: {who} is told and blanks are filled."
        return replace(landing, reason=reason, sentence=said)
    return landing


def _on_record(known: SalesPerson, why: str) -> Landing:
    if known.converted and known.converted_contact_id:
        return Landing(
            "touch_contact",
            "Contact",
            known.converted_contact_id,
            "converted_lead",
            f"The lead was converted: its contact is told, {why}.",
        )
    if known.converted:
        return Landing(
            "none",
            "Lead",
            known.id,
            "converted_without_contact",
            "The lead was converted and its contact is not known; nothing is created again.",
        )
    if known.gone:
        return Landing(
            "none",
            known.object,
            known.id,
            "removed_by_sales",
            "Sales removed this record; it is not created again unless they ask to be contacted anew.",
        )
    if known.object == "Lead":
        return Landing("update_lead", "Lead", known.id, "open_lead_known", f"An open lead, {why}: it is updated.")
    return Landing(
        "touch_contact",
        "Contact",
        known.id,
        "contact_known",
        f"A contact, {why}: the owner gets a task and blanks are filled.",
    )
