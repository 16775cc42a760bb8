"""What changed in HubSpot: companies, contacts with what belongs to them, form submissions. The people behind changed records become due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from bridge.stages.context import Context
from bridge.stages.pull.going_on import positions
from bridge.stages.pull.talk import pull_notes, pull_talk
from bridge.staging import asked, due, records
from bridge.staging.knowledge import address, company_id, owner_id
from connectors.errors import Refused
from connectors.hubspot.forms import SUBMISSIONS as A_CALL
from connectors.hubspot.rows import to_time
from connectors.records import Page, Record

SUBMISSIONS = "form_submission"
NEWCOMERS = "newcomers"
"""The cursor of those who come in while a backfill is at work."""
NOT_READ = "form without submissions: "
"""Counts forms whose submissions HubSpot does not have; the form's name follows."""
BESIDE = 4
"""Calls for submissions beside each page of contacts while all are read for the first time: searches are let through five a second, other calls
faster."""


def pull_people(context: Context) -> int:
    """Companies and contacts that changed; how many contacts did. When nothing changed it costs a call for each."""
    _pull_companies(context)
    return _pull_contacts(context)


def pull_said(context: Context, changed: int) -> None:
    """What was said and sent in since: a call for notes and now and then one for another kind of talk, more when contacts `changed`."""
    pull_talk(context, every_kind=bool(changed))
    _pull_owed_submissions(context)


def pull_grown(context: Context) -> None:
    """Companies and contacts anew, where a mapping names a property that they were read without: they would be decided as if it were blank."""
    with context.reading() as connection:
        companies = asked.not_read(connection, "hubspot", "company", context.company_properties)
        contacts = asked.not_read(connection, "hubspot", "contact", context.contact_properties)
    if companies:
        _pull_companies(context)
    if contacts:
        _pull_contacts(context)


def pull_newcomers(context: Context, since: datetime) -> None:
    """Those who came in since then or since the last time, with what belongs to them. Costs two calls when nobody came.

    `pull_hubspot` would read them too, but after all that changed before.
    """
    with context.reading() as connection:
        kept = records.position(connection, "hubspot", NEWCOMERS)
    after = max(since, datetime.fromisoformat(str(kept["since"]))) if kept else since
    look_back = timedelta(minutes=context.settings.bridge.pull.look_back)
    for page in context.hubspot.newcomers(context.contact_properties, after - look_back):
        take_in(context, page, NEWCOMERS)
        if context.stopping():
            return
    pull_notes(context)
    _pull_owed_submissions(context)


def _pull_companies(context: Context) -> None:
    position = positions(context, "hubspot", {"company": context.company_properties})["company"]
    look_back = timedelta(minutes=context.settings.bridge.pull.look_back)
    for page in context.hubspot.changed("company", context.company_properties, position, look_back=look_back):
        with context.writing() as connection:
            fresh, same = records.news(connection, page.records)
            records.stage(connection, fresh, context.now())
            context.add("leads due by company", due.by_company(connection, [one.id for one in fresh], context.now()))
            records.move(connection, "hubspot", "company", page.position, context.now())
        context.add("companies changed", len(fresh))
        context.add("companies unchanged", same)


def _pull_contacts(context: Context) -> int:
    """How many contacts changed."""
    position = positions(context, "hubspot", {"contact": context.contact_properties})["contact"]
    look_back = timedelta(minutes=context.settings.bridge.pull.look_back)
    changed = done = 0
    beside: Iterator[bool] | None = None
    more = True
    for page in context.hubspot.changed("contact", context.contact_properties, position, look_back=look_back):
        changed += len(take_in(context, page, "contact"))
        done += len(page.records)
        context.progress("pull HubSpot", done, None)
        if context.stopping():
            return changed
        if beside is None and _never_read(context):
            beside = submissions_by_page(context)
        more = more and all(islice(beside or (), BESIDE))
    for _ in beside or ():
        pass
    return changed


def take_in(context: Context, page: Page, cursor_kind: str) -> Sequence[Record]:
    """Stage a page of contacts and the cursor in one transaction, after what surrounds them."""
    with context.reading() as connection:
        fresh, same = records.news(connection, page.records)
        fresh = _ever_there(connection, fresh)
    read_surroundings(context, fresh)
    with context.writing() as connection:
        now = context.now()
        records.stage(connection, fresh, now, company_keys(fresh))
        gone = [former for one in fresh for former in one.former_ids if former != one.id]
        context.add("contacts merged away", records.retire(connection, "hubspot", "contact", gone))
        context.add("leads due by contact", due.by_contact(connection, [*(one.id for one in fresh), *gone], now))
        records.move(connection, "hubspot", cursor_kind, page.position, now)
        sent_in = [told for one in fresh if (told := one.values.get("recent_conversion_date"))]
        if sent_in:
            _owe_submissions(connection, now, max(filter(None, map(to_time, sent_in)), default=now))
    context.add("contacts changed", len(fresh))
    context.add("contacts unchanged", same)
    return fresh


def _ever_there(connection: Connection, fresh: Sequence[Record]) -> list[Record]:
    """Without those that are gone and were never known: an id that HubSpot does not have makes nobody a lead."""
    gone = [one.id for one in fresh if one.gone]
    known = records.read(connection, "hubspot", "contact", gone) if gone else {}
    return [one for one in fresh if not one.gone or one.id in known]


def read_surroundings(context: Context, contacts: Sequence[Record]) -> None:
    """Stage the companies and owners of these contacts that are not staged yet: facts that make nobody a lead."""
    company_ids = list(company_keys(contacts).values())
    owner_ids = list(filter(None, map(owner_id, contacts)))
    with context.reading() as connection:
        companies = _missing(company_ids, records.read(connection, "hubspot", "company", company_ids))
        strangers = _missing(owner_ids, records.read(connection, "hubspot", "owner", owner_ids))
    found = context.hubspot.read("company", companies, context.company_properties) if companies else []
    owners = context.hubspot.owners() if strangers else []
    if found or owners:
        with context.writing() as connection:
            records.stage(connection, [*found, *owners], context.now())


def company_keys(contacts: Iterable[Record]) -> dict[str, str]:
    """HubSpot contact id → the id of its HubSpot company, for those that have one."""
    return {one.id: company for one in contacts if (company := company_id(one))}


def _missing(ids: Iterable[str], known: dict[str, Record]) -> list[str]:
    return [id_ for id_ in dict.fromkeys(ids) if id_ not in known]


def _owe_submissions(connection: Connection, now: datetime, sent_in: datetime) -> None:
    """Somebody sent in a form, then at the latest: remembered with the contact, so that a run that ends before it has read the form leaves that to
    the next one."""
    position = records.position(connection, "hubspot", SUBMISSIONS) or {}
    latest = max(sent_in, to_time(position.get("latest")) or sent_in)
    owed = {"owed": now.isoformat(), "latest": latest.isoformat()}
    records.move(connection, "hubspot", SUBMISSIONS, {**position, **owed}, now)


def _never_read(context: Context) -> bool:
    """Somebody sent in a form, and none was ever read."""
    with context.reading() as connection:
        position = records.position(connection, "hubspot", SUBMISSIONS) or {}
    return "owed" in position and "since" not in position


def _pull_owed_submissions(context: Context) -> None:
    with context.reading() as connection:
        position = records.position(connection, "hubspot", SUBMISSIONS)
    if position is not None and position.get("owed"):
        pull_submissions(context)


def pull_submissions(context: Context) -> None:
    """New form submissions of all forms; they name an address, not a contact.

    A form whose submissions HubSpot does not have is named in the report and read from the same time on when it has them again.
    """
    for _ in submissions_by_page(context):
        pass


def submissions_by_page(context: Context) -> Iterator[bool]:
    """The same in steps of about a call each, for who does something else between them; False when all are read. To be gone through to its end,
    where it is kept that they were: the later, the more of those who sent them in were seen before."""
    with context.reading() as connection:
        position = records.position(connection, "hubspot", SUBMISSIONS)
    position = position or {}
    since, behind = position.get("since"), position.get("behind") or {}
    forms = context.hubspot.forms()
    started = context.hubspot.server_now() or context.now()  # by the clock the submissions' own times are of
    unread: dict[str, str | None] = {}
    for form in forms:
        begin = behind.get(form.id, since)
        try:
            yield from _pull_form(context, form.id, begin)
        except Refused as refused:
            unread[form.id] = begin
            if refused.status != 404 or len(unread) == len(forms) > 1:
                raise
            context.add(f"{NOT_READ}{form.values['name'] or form.id}")
    yield False
    _keep_position(context, position, started, unread)


def _keep_position(
    context: Context, before: Mapping[str, Any], started: datetime, unread: Mapping[str, str | None]
) -> None:
    """Where reading goes on. Still owed is what was sent in since it `started` and seen by another process, or on a page read meanwhile."""
    overlap = started - timedelta(minutes=context.settings.bridge.pull.look_back)
    with context.writing() as connection:
        now = records.position(connection, "hubspot", SUBMISSIONS) or {}
        owed = {name: now[name] for name in ("owed", "latest") if name in now}
        seen_since = now.get("owed") != before.get("owed") and (to_time(now.get("latest")) or started) >= started
        still = (owed if seen_since else {}) | ({"behind": unread} if unread else {})
        records.move(connection, "hubspot", SUBMISSIONS, {"since": overlap.isoformat(), **still}, context.now())


def _pull_form(context: Context, form_id: str, since: str | None) -> Iterator[bool]:
    batch: list[Record] = []
    after = datetime.fromisoformat(since) if since else None
    for number, submission in enumerate(context.hubspot.submissions([form_id], after), start=1):
        batch.append(submission)
        if len(batch) >= 1000:
            _stage_submissions(context, batch)
            batch = []
        if number % A_CALL == 0:
            yield True
    _stage_submissions(context, batch)


def _stage_submissions(context: Context, batch: Sequence[Record]) -> None:
    if not batch:
        return
    with context.writing() as connection:
        fresh, _ = records.news(connection, batch)
        records.stage(connection, fresh, context.now())
        due.by_email(connection, filter(None, map(address, fresh)), context.now())
    context.add("form submissions", len(fresh))
