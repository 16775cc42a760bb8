"""The tables, and the invariants that live in them.

record ──lead_id──▶ lead ──▶ delivery ──▶ read_back       cursor · run · run_slot · lease · backfill
  (as it came)      (its Decision)  (one intended write)  event: every change of a lead's verdict or handover, in order

- one open delivery per lead, target and about-record: partial unique index `ix_delivery_open`;
- one open handoff per organisation: partial unique index `ix_handoff_open`; a lead is part of one handoff at most: its column;
- one run per job and slot: primary key of `run_slot`;
- one holder of a lease, and a fencing number that only grows.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    text,
)  # fmt: skip
from sqlalchemy.sql.type_api import TypeEngine

from bridge.staging.metadata import metadata

__all__ = [
    "alias", "backfill", "cursor", "delivery", "erasure", "event", "former_name", "handoff", "is_contact", "lead", "lease", "metadata",
    "open_lead", "organisation", "read_back", "record", "run", "run_slot", "sales_person", "schema_snapshot", "turn", "written",
]  # fmt: skip

# What partial indexes hold, in the words that a query has to use as well (see `lookups`).
IN_WORK = "state IN ('waiting', 'ready', 'sending', 'unknown', 'sent')"
ABOUT_ONE = "about <> ''"
REFUSED = "state = 'refused'"
IN_SALESFORCE = "target <> 'hubspot.contact'"
LEAD_REFUSED = "handover = 'refused'"
LEAD_UNSEEN = "sales_status IS NULL AND sales_object = 'Lead' AND handover IN ('sent', 'verified')"

AUTO_ID: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")

record = Table(
    "record",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("changed_at", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("values", JSON, nullable=False),
    Column("links", JSON, nullable=False),
    Column("gone", Boolean, nullable=False, default=False),
    Column(
        "key", Text
    ),  # Salesforce: our external id; an open deal's account. HubSpot: a contact's company, a note's contact
    Column("email", Text),  # of HubSpot contacts and form submissions, in lower case
    Column("lead_id", Text),
    Column("staged_at", BigInteger, nullable=False),
    Index(
        "ix_record_lead",
        "lead_id",
        sqlite_where=text("lead_id IS NOT NULL"),
        postgresql_where=text("lead_id IS NOT NULL"),
    ),
    Index("ix_record_key", "key", sqlite_where=text("key IS NOT NULL"), postgresql_where=text("key IS NOT NULL")),
    Index(
        "ix_record_email", "email", sqlite_where=text("email IS NOT NULL"), postgresql_where=text("email IS NOT NULL")
    ),
    Index(
        "ix_record_unidentified",
        "staged_at",
        sqlite_where=text("lead_id IS NULL AND source = 'hubspot' AND kind = 'contact'"),
        postgresql_where=text("lead_id IS NULL AND source = 'hubspot' AND kind = 'contact'"),
    ),
    sqlite_with_rowid=False,
)

alias = Table(
    "alias",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("former_id", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Index("ix_alias_id", "id"),
    sqlite_with_rowid=False,
)

lead = Table(
    "lead",
    metadata,
    Column("id", Text, primary_key=True),
    Column("due_at", BigInteger),  # facts or rules changed since: decide again (NULL: nothing to do)
    Column("claimed_until", BigInteger),
    Column("claimed_by", Text),
    Column("organisation_id", Text),
    Column("account_id", Text),
    Column("verdict", Text),
    Column("reason", Text),
    Column("sentence", Text),
    Column("segment", Text),
    Column("score", Integer),
    Column("priority", Integer, nullable=False, default=0),
    Column("owner_id", Text),
    Column("team", Text),
    Column(
        "handover", Text, nullable=False, default="none"
    ),  # none waiting sending sent verified refused withdrawn + Sales' own words
    Column("sales_object", Text),
    Column("sales_id", Text),
    Column("sales_status", Text),
    Column("wake_at", BigInteger),
    Column("watched", JSON),  # facts that are asked whether they changed, as they were
    Column("decision", JSON),
    Column("decided_at", BigInteger),
    Column("changed_at", BigInteger),  # newest source change behind it: the start of the clock for "hot"
    Column("versions", Text),
    Column("told", Boolean, nullable=False, default=True),  # HubSpot knows where it stands
    Column("created_at", BigInteger, nullable=False),
    Column("handoff_id", BigInteger),  # a lead is part of one handoff at most
    Column("role", Text),
    Column("expired_at", BigInteger),  # when it had waited too long for room
    Column("placed", Integer),  # how well placed in the decision, higher is better
    Index(
        "ix_lead_due", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")
    ),
    Index(
        "ix_lead_wake",
        "wake_at",
        sqlite_where=text("wake_at IS NOT NULL"),
        postgresql_where=text("wake_at IS NOT NULL"),
    ),
    Index("ix_lead_untold", "id", sqlite_where=text("NOT told"), postgresql_where=text("NOT told")),
    Index("ix_lead_verdict", "verdict", "reason"),
    Index("ix_lead_refused", "id", sqlite_where=text(LEAD_REFUSED), postgresql_where=text(LEAD_REFUSED)),
    Index("ix_lead_unseen", "id", sqlite_where=text(LEAD_UNSEEN), postgresql_where=text(LEAD_UNSEEN)),
    Index("ix_lead_account", "account_id"),
    Index("ix_lead_organisation", "organisation_id", "verdict", "owner_id", "decided_at"),
    Index("ix_lead_versions", "versions"),
    Index(
        "ix_lead_handoff",
        "handoff_id",
        sqlite_where=text("handoff_id IS NOT NULL"),
        postgresql_where=text("handoff_id IS NOT NULL"),
    ),
    Index(
        "ix_lead_sales",
        "sales_id",
        sqlite_where=text("sales_id IS NOT NULL"),
        postgresql_where=text("sales_id IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

organisation = Table(
    "organisation",
    metadata,
    Column(
        "id", Text, primary_key=True
    ),  # `account:001…`, `domain:acme.io` or `name:…`: the same organisation has the same id
    Column("name", Text, nullable=False),
    Column("account_id", Text),
    Column("created_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

handoff = Table(  # one organisation's qualified people within the window: one owner, one task, one chart
    "handoff",
    metadata,
    Column("id", AUTO_ID, primary_key=True, autoincrement=True),
    Column("organisation_id", Text, nullable=False),
    Column("state", Text, nullable=False),  # open closed
    Column("primary_lead_id", Text, nullable=False),
    Column("owner_id", Text),
    Column("team", Text),
    Column("opened_at", BigInteger, nullable=False),
    Column("closes_at", BigInteger, nullable=False),
    Column(
        "alarms", Integer, nullable=False, default=1
    ),  # tasks it is worth: the first, and one for each change that matters
    Column("alarm_reason", Text, nullable=False, default="opened"),  # opened new_decision_maker hot_act
    Column("alarm_lead_id", Text),
    Column("alarmed_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),  # brief and chart are to be written anew
    Column("told_at", BigInteger),  # when its task was planned first
    Column("brief", Text),
    Column("chart", JSON),
    Index(
        "ix_handoff_open",
        "organisation_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_handoff_due", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")
    ),
    Index("ix_handoff_organisation", "organisation_id"),
)

sales_person = Table(  # whom Sales knows where: a contact at its account, a lead of Sales' own at its organisation
    "sales_person",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("place", Text, nullable=False),
    Index("ix_sales_person_place", "place"),
    sqlite_with_rowid=False,
)

former_name = Table(  # what an account was called before it was renamed
    "former_name",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    sqlite_with_rowid=False,
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", AUTO_ID, primary_key=True, autoincrement=True),
    Column("lead_id", Text, nullable=False),
    Column("target", Text, nullable=False),  # salesforce.Lead salesforce.Contact salesforce.Task hubspot.contact
    Column("about", Text, nullable=False, default=""),  # the remote record, where one lead writes to several
    Column("operation", Text, nullable=False),  # upsert update create
    Column("remote_id", Text),
    Column("payload", JSON, nullable=False),
    Column("before", JSON),
    Column("state", Text, nullable=False),  # waiting ready sending unknown sent verified differs refused cancelled
    Column("reason", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("needs_room", Boolean, nullable=False, default=False),
    Column("owner_id", Text),
    Column("team", Text),
    Column("priority", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", BigInteger, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", BigInteger),
    Column("fence", BigInteger, nullable=False, default=0),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("verified_at", BigInteger),
    Column("run_id", BigInteger),
    Column("job", Text),  # the Bulk job it travels by, until its end is known
    Index(
        "ix_delivery_open",
        "lead_id",
        "target",
        "about",
        unique=True,
        sqlite_where=text("state IN ('waiting', 'ready', 'sending', 'unknown')"),
        postgresql_where=text("state IN ('waiting', 'ready', 'sending', 'unknown')"),
    ),
    Index(
        "ix_delivery_work",
        "state",
        "target",
        "next_at",
        sqlite_where=text(IN_WORK),
        postgresql_where=text(IN_WORK),
    ),
    Index("ix_delivery_lead", "lead_id"),
    Index("ix_delivery_about", "about", sqlite_where=text(ABOUT_ONE), postgresql_where=text(ABOUT_ONE)),
    Index("ix_delivery_state", "target", "state"),
    Index(
        "ix_delivery_room", "sent_at", sqlite_where=text("needs_room IS 1"), postgresql_where=text("needs_room IS true")
    ),
    Index("ix_delivery_refused", "lead_id", sqlite_where=text(REFUSED), postgresql_where=text(REFUSED)),
    Index("ix_delivery_remote", "remote_id", sqlite_where=text(IN_SALESFORCE), postgresql_where=text(IN_SALESFORCE)),
)

read_back = Table(
    "read_back",
    metadata,
    Column("delivery_id", BigInteger, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("outcome", Text, nullable=False),  # normalised changed_by_org lost
    Column("sent", Text),
    Column("found", Text),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

written = Table(  # what we last wrote, field by field: no second write of the same, and our own echo is known
    "written",
    metadata,
    Column("target", Text, primary_key=True),
    Column("remote_id", Text, primary_key=True),
    Column("lead_id", Text, nullable=False),
    Column("values", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_written_lead", "lead_id"),
    sqlite_with_rowid=False,
)

open_lead = Table(  # what Salesforce says each rep has open: the room that is left
    "open_lead",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("lead_id", Text),
    Index("ix_open_lead_owner", "owner_id"),
    Index("ix_open_lead_lead", "lead_id"),
    sqlite_with_rowid=False,
)

turn = Table(
    "turn",
    metadata,
    Column("team", Text, primary_key=True),
    Column("count", BigInteger, nullable=False, default=0),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("id", AUTO_ID, primary_key=True, autoincrement=True),
    Column("lead_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("sentence", Text, nullable=False, default=""),
    Column("run_id", BigInteger),
    Index("ix_event_lead", "lead_id", "id"),
)

erasure = Table(  # who was erased, by keyed hash, so that no run and no backfill brings them back
    "erasure",
    metadata,
    Column("kind", Text, primary_key=True),  # key contact email
    Column("digest", LargeBinary, primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

cursor = Table(
    "cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("position", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

schema_snapshot = Table(
    "schema_snapshot",
    metadata,
    Column("source", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

run = Table(
    "run",
    metadata,
    Column("id", AUTO_ID, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("outcome", Text, nullable=False, default="running"),
    Column("report", JSON),
)

run_slot = Table(
    "run_slot",
    metadata,
    Column("job", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("holder", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    sqlite_with_rowid=False,
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

backfill = Table(
    "backfill",
    metadata,
    Column("id", AUTO_ID, primary_key=True, autoincrement=True),
    Column("request", JSON, nullable=False),
    Column("position", JSON),
    Column("state", Text, nullable=False),  # reading read done
    Column("read", BigInteger, nullable=False, default=0),
    Column("expected", BigInteger),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)


def is_contact(rows: FromClause) -> ColumnElement[bool]:
    """Of these rows (records or aliases) those of HubSpot's contacts."""
    return and_(rows.c.source == "hubspot", rows.c.kind == "contact")
