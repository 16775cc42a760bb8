"""The kinds of CRM objects: their names and ids, the properties that mark time, their defaults and rights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A CRM object type.

    `created` and `modified` are the properties that hold those times; `shown` are given when a reader names none;
    `searched` are what a search's `query` looks at; `keys` are properties with unique values (usable as `idProperty`).
    `needs`: a new record must have a value in one property of each of these groups. `read` and `write` are scopes of which one is enough.
    """

    name: str
    singular: str
    type_id: str
    shown: tuple[str, ...]
    searched: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    created: str = "hs_createdate"
    modified: str = "hs_lastmodifieddate"
    read: tuple[str, ...] = ("crm.objects.contacts.read",)
    write: tuple[str, ...] = ("crm.objects.contacts.write",)
    writable: bool = True
    custom: bool = False
    needs: tuple[tuple[str, ...], ...] = ()


def _engagement(name: str, singular: str, type_id: str, *searched: str) -> Kind:
    shown = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    return Kind(name, singular, type_id, shown, searched, needs=(("hs_timestamp",),))


def _scopes(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (f"crm.objects.{name}.read",), (f"crm.objects.{name}.write",)


KINDS: tuple[Kind, ...] = (
    Kind(
        "contacts",
        "contact",
        "0-1",
        ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
        ("firstname", "lastname", "email", "hs_additional_emails", "phone", "mobilephone", "company", "fax"),
        ("email",),
        "createdate",
        "lastmodifieddate",
        *_scopes("contacts"),
        needs=(("email", "firstname", "lastname"),),
    ),
    Kind(
        "companies",
        "company",
        "0-2",
        ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
        ("website", "phone", "name", "domain"),
        (),
        "createdate",
        "hs_lastmodifieddate",
        *_scopes("companies"),
        needs=(("name", "domain"),),
    ),
    Kind(
        "deals",
        "deal",
        "0-3",
        (
            "amount",
            "closedate",
            "createdate",
            "dealname",
            "dealstage",
            "hs_lastmodifieddate",
            "hs_object_id",
            "pipeline",
        ),
        ("dealname", "pipeline", "dealstage", "description", "dealtype"),
        (),
        "createdate",
        "hs_lastmodifieddate",
        *_scopes("deals"),
        needs=(("dealname",), ("dealstage",)),
    ),
    Kind(
        "tickets",
        "ticket",
        "0-5",
        (
            "content",
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "hs_pipeline",
            "hs_pipeline_stage",
            "hs_ticket_category",
            "hs_ticket_priority",
            "subject",
        ),
        ("subject", "content", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_id"),
        (),
        "createdate",
        read=("tickets", "crm.objects.tickets.read"),
        write=("tickets", "crm.objects.tickets.write"),
        needs=(("subject",), ("hs_pipeline_stage",)),
    ),
    Kind(
        "leads",
        "lead",
        "0-136",
        ("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        ("hs_lead_name",),
        (),
        "hs_createdate",
        "hs_lastmodifieddate",
        *_scopes("leads"),
        needs=(("hs_lead_name",),),
    ),
    Kind(
        "products",
        "product",
        "0-7",
        ("createdate", "hs_lastmodifieddate", "hs_object_id", "name"),
        ("name",),
        (),
        "createdate",
    ),
    Kind(
        "line_items",
        "line_item",
        "0-8",
        ("createdate", "hs_lastmodifieddate", "hs_object_id", "name"),
        (),
        (),
        "createdate",
    ),
    _engagement("communications", "communication", "0-18", "hs_communication_body"),
    Kind(
        "feedback_submissions",
        "feedback_submission",
        "0-19",
        ("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        ("hs_submission_name", "hs_content"),
        read=("crm.objects.feedback_submissions.read", "crm.objects.contacts.read"),
        writable=False,
    ),
    _engagement("tasks", "task", "0-27", "hs_task_subject", "hs_task_body"),
    _engagement("notes", "note", "0-46", "hs_note_body"),
    _engagement("meetings", "meeting_event", "0-47", "hs_meeting_title", "hs_meeting_body"),
    _engagement("calls", "call", "0-48", "hs_call_title", "hs_call_body"),
    _engagement("emails", "email", "0-49", "hs_email_subject", "hs_email_text"),
)
