"""Facts that no field holds: worked out from cleaned values, matches and what Sales has. Pure. Names as in `settings.known.DERIVED`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bridge.decisions import Match, Outcome
from bridge.facts import ACTIVITY, Combined, Known, ranked_of
from bridge.stages.clean import emails, languages, titles
from bridge.stages.route.landing import SalesPerson
from bridge.values import is_true
from connectors.records import Record

ASKS_FOR_CONTACT = ("demo", "contact", "quote", "call me", "callback", "trial", "kontakt", "angebot")


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
        found["asked_for_contact"] = any(word in last_form.casefold() for word in ASKS_FOR_CONTACT)
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
