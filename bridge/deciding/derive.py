"""Facts that no field holds: worked out from cleaned values, matches and what Sales has. Pure. Names as in `settings.known.DERIVED`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import regex

from bridge.decisions import Match, Outcome
from bridge.facts import ACTIVITY, Combined, Known, ranked_of
from bridge.stages.clean import emails, languages, titles
from bridge.stages.route.landing import SalesPerson
from bridge.values import is_true
from connectors.records import Record

ASKS_FOR_CONTACT = regex.compile(
    r"demos?\b|\bdemo(?!gra|cra|li)|\bcontact(?!less)|\bquote|call me|call ?back|\btrial|kontakt|angebot", regex.I
)
"""What forms are called that ask for a person: words, compounds among them, and no other words' parts ("industrial" is no trial)."""
ASK_COUNTS = timedelta(days=30)
"""How long an ask outlives what else somebody sends in after it."""


def derive(known: Known, combined: Combined, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What follows from the person's own values. Texts, numbers and booleans; unknown ones are left out."""
    values = combined.values
    title = titles.read(str(facts.get("job_title") or ""))
    found: dict[str, Any] = {
        "email_kind": emails.kind_of(str(facts.get("email") or "")),
        "job_level": title.level,
        "department": title.department,
        "unsubscribed": any(is_true(contact.values.get("hs_email_optout")) for contact in known.contacts),
        "bounced": any(contact.values.get("hs_email_hard_bounce_reason_enum") for contact in ranked_of(known.contacts)),
        "forms_count": max(len(known.submissions), _whole(values.get("num_conversion_events"))),
        "records_of_person": len(known.contacts),
    }
    wrote = str(facts.get("message") or "")
    language, source = languages.spoken(str(facts.get("language") or ""), wrote, str(facts.get("country") or ""))
    if language:
        found |= {"language": language, "language_source": source}
    last_form = _last_form(known.submissions, values)
    if last_form:
        found["last_form"] = last_form
        found["asked_for_contact"] = asking(known.submissions) is not None or asks(last_form)
    employees = _whole(values.get("company.numberofemployees") or values.get("numemployees"))
    if employees:
        found["employees"] = employees
    if facts.get("uses_product") is None and str(values.get("lifecyclestage") or "").casefold() == "customer":
        found["uses_product"] = True
    active = last_activity(values)
    if active is not None:
        found["days_since_activity"] = max(0, (now - active).days)
    return found


def derive_sales(
    account: Match, account_record: Record | None, person: SalesPerson | None, open_opportunity: bool
) -> dict[str, Any]:
    """What follows from Salesforce's side."""
    matched = account.outcome is Outcome.link
    found: dict[str, Any] = {"account_matched": matched, "known_in_sales": _known_in_sales(person)}
    if matched:
        kind = str(account_record.values.get("Type") or "") if account_record else ""
        found |= {
            "account_id": account.id,
            "account_name": account.name,
            "account_type": kind,
            "open_opportunity": open_opportunity,
        }
        found["is_customer"] = kind.casefold().startswith("customer")
    return found


def _known_in_sales(person: SalesPerson | None) -> str:
    if person is None or person.gone:
        return "none"
    if person.object == "Contact":
        return "contact"
    return "converted_lead" if person.converted else "open_lead"


def asks(form: str) -> bool:
    """A form of that name asks for a person.

    >>> [asks(form) for form in ("Request a demo", "Kontaktformular", "Ebook: Industrial automation", "Demographics survey")]
    [True, True, False, False]
    """
    return ASKS_FOR_CONTACT.search(form) is not None


def asking(submissions: Sequence[Record]) -> Record | None:
    """The newest submission that asks for a person, unless other forms came long after it. The newest come first."""
    for one in submissions:
        if submissions[0].changed_at - one.changed_at > ASK_COUNTS:
            return None
        if asks(str(one.values.get("form_name") or "")):
            return one
    return None


def _last_form(submissions: Sequence[Record], values: Mapping[str, Any]) -> str:
    if submissions:
        return str(submissions[0].values.get("form_name") or "")
    return str(values.get("recent_conversion_event_name") or "")


def last_activity(values: Mapping[str, Any]) -> datetime | None:
    """When the person last did something that HubSpot saw."""
    moments = [moment for name in ACTIVITY if (moment := moment_of(values.get(name))) is not None]
    return max(moments, default=None)


def moment_of(value: Any) -> datetime | None:
    """A HubSpot moment, ISO-8601 or milliseconds since 1970; None when it is neither."""
    if value in (None, ""):
        return None
    text = str(value)
    try:
        if text.isdigit():
            moment = datetime.fromtimestamp(int(text) / 1000, UTC)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if 1 < moment.year < 9999 else None  # at the calendar's edges no other zone has such a day


def _whole(value: Any) -> int:
    try:
        return int(float(str(value)))
    except (TypeError, ValueError, OverflowError):
        return 0
