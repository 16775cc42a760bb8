"""What contacts say beside forms: chats on the website, answers to surveys, tickets; and the lists that marketing keeps of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds.draft import ContactDraft, Draft, iso

CHATS = (
    (("Do you integrate with SAP?", "We do. May I ask how many people would use it?", "About {people}, across two sites."), "OPEN"),
    (("Is there a price list?", "Prices depend on the number of users. Shall somebody call you?", "Yes please, this week."), "OPEN"),
    (("I cannot find my invoice.", "It is under Settings, Billing.", "Found it, thanks!"), "CLOSED"),
    (("hello??",), "OPEN"),
    (("We compare you with two others and decide in {month}.", "Happy to help. What matters most to you?",
      "Audit trails & roles <b>per site</b>.\n\nAlso: who signs the DPA?"), "OPEN"),
)  # fmt: skip
TICKETS = (
    ("Export fails with 500", "Since Monday every export over 10 MB stops with an error.", "2"),
    ("How do we add a second domain?", "We took over a company and want their people to log in, too.", "4"),
    ("Please delete my data", "I never signed up for this.", "1"),
)
ANSWERS = (
    ("NPS", "10", "PROMOTER", "Saved us a day a week."),
    ("NPS", "9", "PROMOTER", ""),
    ("NPS", "7", "PASSIVE", "Fine, but the reports are slow."),
    ("NPS", "3", "DETRACTOR", "Nobody called me back."),
    ("CSAT", "4", "PASSIVE", "Good answer, took two days."),
    ("CES", "6", "PROMOTER", ""),
)
MONTHS = ("January", "March", "the next quarter")


ASKER = "c-twenty_people_05"
"""The chief executive of the twenty: somebody spoke with him, too."""
CHAT = (
    ("Do you integrate with SAP and with Salesforce?", ""),
    ("With both, in both directions. Shall a colleague show you?", "Mia Sandoval"),
    ("Yes please. We are 40 in operations, at two sites. Can you <b>also</b> post invoices?", ""),
)
CALLED = "<p>Reached him between two meetings.</p><ul><li>wants to start in March</li><li>the CFO signs, IT looks at security &amp; roles</li></ul>"
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
"""HubSpot's own id of the outcome "connected"."""


def _asker(draft: Draft) -> None:
    """A chat five days ago, a call the day after."""
    at, on = draft.ago(days=5), (("contacts", ASKER),)
    draft.hubspot(
        Thing("threads", "talk-asker", {"status": "CLOSED", "closedAt": iso(at + timedelta(minutes=20))}, on, at, at)
    )
    for number, (text, colleague) in enumerate(CHAT):
        said: dict[str, Any] = {"threadId": Ref("threads", "talk-asker"), "text": text}
        said |= {"direction": "OUTGOING", "name": colleague} if colleague else {"name": "Trevor"}
        then = at + timedelta(minutes=number)
        draft.hubspot(Thing("messages", f"talk-asker-{number}", said, created_at=then, changed_at=then))
    then = draft.ago(days=4)
    values = {
        "hs_timestamp": iso(then), "hs_call_title": "Follow-up of the chat", "hs_call_body": CALLED, "hs_call_direction": "OUTBOUND",
        "hs_call_disposition": CONNECTED, "hs_call_duration": "480000",
    }  # fmt: skip
    draft.hubspot(Thing("calls", "call-asker", values, on, then, then))


def conversing(draft: Draft) -> None:
    """One contact in a hundred chatted, one in thirty answered a survey, one in sixty wrote a ticket; at least one each."""
    rng = draft.rng("service")
    _asker(draft)
    known = [one for one in draft.contacts.values() if one.email and not one.archived]
    for number, contact in enumerate(_some(rng, known, 100)):
        _chat(draft, rng, f"talk-{number:04d}", contact)
    for number, contact in enumerate(_some(rng, known, 30)):
        _answer(draft, rng, f"answer-{number:04d}", contact)
    for number, contact in enumerate(_some(rng, known, 60)):
        _ticket(draft, rng, f"ticket-{number:04d}", contact)


def lists(draft: Draft) -> None:
    """Two lists kept by hand, and two that fill themselves."""
    rng = draft.rng("lists")
    known = [one for one in draft.contacts.values() if one.email and not one.archived]
    for key, name, share in (("li-fair", "Trade fair, autumn", 50), ("li-dinner", "Executive dinner", 400)):
        links = tuple(("contacts", one.key) for one in _some(rng, known, share))
        kept = {"name": name, "processingType": "MANUAL", "objectTypeId": "0-1"}
        draft.hubspot(Thing("lists", key, kept, links, draft.ago(days=60), draft.ago(days=20)))
    for key, name, filters in (
        ("li-pricing", "Looked at prices", [_filter("last_pricing_visit", "ALL_PROPERTY", "IS_KNOWN")]),
        (
            "li-budget",
            "Large budgets",
            [_filter("budget_range", "ENUMERATION", "IS_ANY_OF", ["25k_100k", "over_100k"])],
        ),
    ):
        values: dict[str, Any] = {
            "name": name,
            "processingType": "DYNAMIC",
            "objectTypeId": "0-1",
            "filterBranch": _branch(filters),
        }
        then = draft.ago(days=200)
        draft.hubspot(Thing("lists", key, values, created_at=then, changed_at=then))


def _some(rng: random.Random, known: list[ContactDraft], one_in: int) -> Iterable[ContactDraft]:
    return rng.sample(known, max(1, len(known) // one_in)) if known else ()


def _when(draft: Draft, rng: random.Random, contact: ContactDraft) -> datetime:
    return contact.created_at + (draft.now - timedelta(hours=2) - contact.created_at) * rng.random()


def _chat(draft: Draft, rng: random.Random, key: str, contact: ContactDraft) -> None:
    says, status = rng.choice(CHATS)
    at = _when(draft, rng, contact)
    values: dict[str, Any] = {"status": status}
    if status == "CLOSED":
        values["closedAt"] = iso(at + timedelta(minutes=20))
    draft.hubspot(Thing("threads", key, values, (("contacts", contact.key),), at, at))
    facts = {"people": str(rng.randint(5, 400)), "month": rng.choice(MONTHS)}
    for number, text in enumerate(says):
        at += timedelta(minutes=rng.randint(1, 4))
        said: dict[str, Any] = {"threadId": Ref("threads", key), "text": text.format(**facts)}
        if number % 2:
            said |= {"direction": "OUTGOING", "name": "Mia Sandoval"}
        else:
            said |= {"name": str(contact.values.get("firstname") or "Visitor"), "email": contact.email}
        draft.hubspot(Thing("messages", f"{key}-{number}", said, created_at=at, changed_at=at))


def _answer(draft: Draft, rng: random.Random, key: str, contact: ContactDraft) -> None:
    kind, value, group, content = rng.choice(ANSWERS)
    at = _when(draft, rng, contact)
    values = {
        "hs_survey_type": kind, "hs_survey_name": f"{kind} survey", "hs_survey_id": "41", "hs_survey_channel": rng.choice(("EMAIL", "WEB")),
        "hs_value": value, "hs_response_group": group, "hs_submission_timestamp": iso(at), "hs_contact_email_rollup": contact.email,
    }  # fmt: skip
    values |= {"hs_content": content} if content else {}
    draft.hubspot(Thing("feedback_submissions", key, values, (("contacts", contact.key),), at, at))


def _ticket(draft: Draft, rng: random.Random, key: str, contact: ContactDraft) -> None:
    subject, content, stage = rng.choice(TICKETS)
    at = _when(draft, rng, contact)
    values = {"subject": subject, "content": content, "hs_pipeline": "0", "hs_pipeline_stage": stage}
    draft.hubspot(Thing("tickets", key, values, (("contacts", contact.key),), at, at))


def _filter(name: str, kind: str, operator: str, values: list[str] | None = None) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": False}
    if values is not None:
        operation["values"] = values
    return {"filterType": "PROPERTY", "property": name, "operation": operation}


def _branch(filters: list[dict[str, Any]]) -> dict[str, Any]:
    """HubSpot wants OR at the root and AND below it."""
    inner = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": filters}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filterBranches": [inner], "filters": []}
