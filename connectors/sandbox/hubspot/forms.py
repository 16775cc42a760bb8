"""Forms and what was sent through them, and what a submission does to its contact."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.hubspot.portal import PORTAL_ID, Portal
from connectors.sandbox.hubspot.problems import not_found
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.values import accept
from connectors.sandbox.kernel.ledger import Call

# Form ids are made from this, so that they are the same in every run.
_NAMESPACE = uuid.UUID("6c1c1c7e-52a8-4c0a-9f3e-0d6a1f3b8a11")
_FIELD_TYPES = {
    "email": "email", "phone": "phone", "mobilephone": "mobile_phone", "message": "multi_line_text",
}  # fmt: skip
_STYLE = {
    "backgroundWidth": "100%", "fontFamily": "arial, helvetica, sans-serif", "helpTextColor": "#7C98B6", "helpTextSize": "11px",
    "labelTextColor": "#33475b", "labelTextSize": "14px", "legalConsentTextColor": "#33475b", "legalConsentTextSize": "14px",
    "submitAlignment": "left", "submitColor": "#ff7a59", "submitFontColor": "#ffffff", "submitSize": "12px",
}  # fmt: skip


@dataclass(slots=True)
class Forms:
    """The account's forms by id, and their submissions, the oldest first."""

    portal: Portal
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _made: int = 0

    def add(
        self, name: str, fields: Sequence[str], created: str, changed: str, more: Mapping[str, Any] | None = None
    ) -> str:
        """Add a form that asks for these contact properties; gives its id."""
        self._made += 1
        id = str(uuid.uuid5(_NAMESPACE, f"form/{self._made}/{name}"))
        self.shown[id] = _definition(id, name, fields, created, changed) | dict(more or {})
        self.submissions[id] = []
        return id

    def find(self, id: str) -> dict[str, Any]:
        """A form; raises 404."""
        if id not in self.shown:
            raise not_found(f"Form {id} does not exist")
        return self.shown[id]

    def keep(
        self, form: str, at_ms: int, values: Sequence[Mapping[str, Any]], page_url: str = "", page_title: str = ""
    ) -> str:
        """Store a submission without touching a contact; gives its id."""
        self.find(form)
        kept = self.submissions[form]
        id = str(uuid.uuid5(_NAMESPACE, f"submission/{form}/{len(kept)}/{at_ms}"))
        entry: dict[str, Any] = {
            "conversionId": id,
            "submittedAt": at_ms,
            "values": [
                {
                    "name": str(one["name"]),
                    "value": str(one["value"]),
                    "objectTypeId": str(one.get("objectTypeId", "0-1")),
                }
                for one in values
            ],
        }
        if page_url:
            entry["pageUrl"] = page_url
        if page_title:
            entry["pageTitle"] = page_title
        kept.append(entry)
        return id

    def submit(
        self, call: Call, form: str, values: Mapping[str, str], page_url: str = "", page_title: str = ""
    ) -> tuple[str, Row]:
        """Somebody sends a form: the submission is kept, and the contact with that address made or brought up to date."""
        shown = self.find(form)
        store = self.portal.store("contacts")
        known = {name: value for name, value in values.items() if name in store.schema.properties}
        kept = accept(
            store.schema,
            {name: value for name, value in known.items() if not store.schema.properties[name].read_only},
            False,
        )
        now = self.portal.clock.now_ms()
        sent = [{"name": name, "value": value} for name, value in values.items()]
        id = self.keep(form, now, sent, page_url, page_title)
        row = store.by_unique("email", kept.get("email", "")) if kept.get("email") else None
        source = ("FORM", form)
        if row is None:
            row = self.portal.create(call, "contacts", {"lifecyclestage": "lead", **kept}, source)
        else:
            # The address it was sent from is the present one now, also when it was a further one until then.
            row = self.portal.update(call, "contacts", row, kept | _addresses_after(row, kept["email"] or ""), source)
        call.changed("created", "form_submissions", id, {"form": form, "contact": str(row.id)})
        title = f"{page_title}: {shown['name']}" if page_title else str(shown["name"])
        return id, self._count(call, row, title)

    def _count(self, call: Call, row: Row, title: str) -> Row:
        """The conversion properties of the contact."""
        number = int(row.get("num_conversion_events") or "0") + 1
        counted = {
            "num_conversion_events": str(number),
            "num_unique_conversion_events": str(max(1, int(row.get("num_unique_conversion_events") or "0"))),
            "recent_conversion_event_name": title,
            "recent_conversion_date": self.portal.now(),
        }
        if not row.get("first_conversion_date"):
            counted |= {"first_conversion_event_name": title, "first_conversion_date": self.portal.now()}
        return self.portal.touch(call, "contacts", row, counted)


def _addresses_after(row: Row, email: str) -> dict[str, str]:
    """A contact's further addresses when one of them becomes the present one."""
    before = row.get("email") or ""
    further = [part for part in (row.get("hs_additional_emails") or "").split(";") if part]
    if email.lower() == before.lower() or not further:
        return {}
    return {"hs_additional_emails": ";".join([before, *(part for part in further if part.lower() != email.lower())])}


def _definition(id: str, name: str, fields: Sequence[str], created: str, changed: str) -> dict[str, Any]:
    """A form as the API shows it."""
    return {
        "id": id,
        "name": name,
        "formType": "hubspot",
        "createdAt": created,
        "updatedAt": changed,
        "archived": False,
        "fieldGroups": [{"groupType": "default_group", "richTextType": "text", "fields": [_field(one)]} for one in fields],
        "configuration": {
            "language": "en",
            "cloneable": True,
            "postSubmitAction": {"type": "thank_you", "value": "Thanks for submitting the form."},
            "editable": True,
            "archivable": True,
            "recaptchaEnabled": False,
            "notifyContactOwner": False,
            "notifyRecipients": [],
            "createNewContactForNewEmail": False,
            "prePopulateKnownValues": True,
            "allowLinkToResetKnownValues": False,
            "lifecycleStages": [],
        },
        "displayOptions": {
            "renderRawHtml": False, "theme": "default_style", "submitButtonText": "Submit", "style": _STYLE, "cssClass": "hs-form",
        },
        "legalConsentOptions": {"type": "none"},
        "portalId": PORTAL_ID,
    }  # fmt: skip


def _field(name: str) -> dict[str, Any]:
    kind = _FIELD_TYPES.get(name, "single_line_text")
    shown: dict[str, Any] = {
        "objectTypeId": "0-1",
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "required": name == "email",
        "hidden": False,
        "fieldType": kind,
        "dependentFields": [],
    }
    if kind == "email":
        shown["validation"] = {"blockedEmailDomains": [], "useDefaultBlockList": False}
    if kind in ("phone", "mobile_phone"):
        shown["validation"] = {"minAllowedDigits": 7, "maxAllowedDigits": 20}
    if kind == "phone":
        shown["useCountryCodeSelect"] = False
    return shown
