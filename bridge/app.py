"""The composition root: the only place that builds the engine, the clients, the clock and the rules."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import Engine

from bridge.deciding.opened import decide_for_opened
from bridge.deciding.planning import RECORD_TYPE
from bridge.deciding.reindex import refuse_old
from bridge.deciding.roster import roster_of, seats_of
from bridge.deciding.rules import Rules, compile_rules, properties_for, target_fields
from bridge.errors import BridgeError, UsageError, ended_as
from bridge.installation.home import Home
from bridge.pipeline import Workplan
from bridge.settings.check import check_live
from bridge.settings.loading import Settings, load_settings
from bridge.settings.secrets import Secrets, load_secrets
from bridge.stages.context import Context, Seats, quiet
from bridge.stages.pull.accounts import PERSON
from bridge.stages.pull.salesforce import GROUP_FIELDS, USER_FIELDS
from bridge.stages.route import Roster
from bridge.staging import outbox, records, runs, sales
from bridge.staging.clock import from_ms, to_ms
from bridge.staging.database import open_engine, reading, writing
from bridge.staging.migrate import migrate
from bridge.staging.outages import outage_of
from connectors.errors import RemoteError, SchemaChanged, Unavailable
from connectors.record_ids import long_id
from connectors.records import ObjectSchema
from connectors.salesforce.changes import Following

if TYPE_CHECKING:
    from connectors.hubspot.client import HubSpot
    from connectors.hubspot.portal import Portal
    from connectors.salesforce.client import Salesforce
    from connectors.salesforce.org import Who

SCHEMAS = (
    ("hubspot", "contact"),
    ("hubspot", "company"),
    ("salesforce", "Lead"),
    ("salesforce", "Contact"),
    ("salesforce", "Task"),
    ("salesforce", "Account"),
)
SCHEMA_AGE = timedelta(hours=6)
UNFIT_SCHEMA_AGE = timedelta(minutes=15)
"""How old they may be while a mapping does not fit them: an admin has just made what it names, or soon will."""
UNTOLD_SCHEMA_AGE = timedelta(days=1)
"""How old they may be while a system does not tell them, as long as the mappings fit them."""
ASK_AGAIN_AFTER = timedelta(minutes=15)
"""The pause before a system that did not tell them is asked again."""
OWNER_REFUSED_FOR = timedelta(hours=1)
"""So long whoever Salesforce did not let own a lead gets none; then one is tried again."""


def utc_now() -> datetime:
    """The clock on the wall, UTC."""
    return datetime.now(UTC)


def _person_marks(schemas: Mapping[tuple[str, str], ObjectSchema], object_name: str) -> tuple[str, ...]:
    """What tells persons from organisations; only orgs with person accounts have it."""
    return (PERSON,) if PERSON in schemas["salesforce", object_name].fields else ()


def _record_type(schemas: Mapping[tuple[str, str], ObjectSchema], object_name: str) -> tuple[str, ...]:
    """Which kind of record one is, in orgs where that decides what its picklists take."""
    fields = schemas["salesforce", object_name].fields
    return (RECORD_TYPE,) if RECORD_TYPE in fields and any(one.by_type for one in fields.values()) else ()


def _needed(secret: SecretStr | str | None, name: str) -> str:
    value = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
    if not value:
        raise UsageError(
            f"{name} is not set",
            "Set it in the environment, or put it into the secrets folder. `leadbridge doctor` shows what is needed.",
        )
    return value


@dataclass
class App:
    """One installation, opened. Clients are built when first used; nothing is called before that.

    `backfilling`: more of the day's calls are left alone (`budget.backfill_share`). `parsed`: the schemas it has read, which change once a day.
    `opened`: since when; its files are not read a second time.
    """

    home: Home
    clock: Callable[[], datetime] = utc_now
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    backfilling: bool = False
    parsed: sales.Parsed = field(default_factory=dict, repr=False)
    opened: datetime = field(init=False)
    schemas_untold: str = field(default="", init=False)
    """Why a system did not tell its schemas, and of when those are that serve instead; empty when all were told."""
    _ask_again: datetime = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.opened = self._ask_again = self.clock()

    @cached_property
    def settings(self) -> Settings:
        """Every YAML file, checked. Raises ConfigError with every problem."""
        return load_settings(self.home.config, self.home.mappings)

    @cached_property
    def secrets(self) -> Secrets:
        """From the environment and the secrets folder."""
        return load_secrets(self.home.secrets if self.home.secrets.is_dir() else None)

    @cached_property
    def engine(self) -> Engine:
        """The staging database, brought to the newest schema."""
        url = (
            self.secrets.database_url.get_secret_value()
            if self.secrets.database_url
            else self.settings.bridge.database.url
        )
        engine = open_engine(self.home.database_url(url))
        migrate(engine)
        return engine

    @cached_property
    def hubspot(self) -> HubSpot:
        """The HubSpot client."""
        from connectors.hubspot.client import HubSpot

        connection = self.settings.bridge.hubspot
        return HubSpot(
            _needed(self.secrets.hubspot_token, "LEADBRIDGE_HUBSPOT_TOKEN"),
            base_url=self.secrets.hubspot_base_url or connection.base_url,
            api=connection.api,
            tier=connection.tier,
            deadline=self.settings.bridge.deadlines.call,
            reserve_share=self._left(self.settings.bridge.budget.hubspot_reserve),
        )

    @cached_property
    def salesforce(self) -> Salesforce:
        """The Salesforce client."""
        from connectors.salesforce.client import Salesforce
        from connectors.salesforce.credentials import choose_credentials

        connection = self.settings.bridge.salesforce
        base_url = self.secrets.salesforce_base_url or connection.base_url or ""
        by_key = connection.login == "jwt"
        own = base_url and connection.domain == "login" and not by_key  # who signs in by key keeps the audience
        credentials = choose_credentials(
            domain="sandbox.my" if own else connection.domain,
            consumer_key=_needed(self.secrets.salesforce_client_id, "LEADBRIDGE_SALESFORCE_CLIENT_ID"),
            consumer_secret="" if by_key else self._client_secret(),
            username=_needed(self.secrets.salesforce_username, "LEADBRIDGE_SALESFORCE_USERNAME") if by_key else "",
            private_key_file=self._private_key_file() if by_key else None,
        )
        return Salesforce(
            credentials,
            base_url=base_url,
            version=connection.api_version,
            deadline=self.settings.bridge.deadlines.call,
            reserve_share=self._left(self.settings.bridge.budget.salesforce_reserve),
            rows_a_call=self.settings.bridge.batches.push,
        )

    def _left(self, reserve: int) -> float:
        return self.settings.bridge.budget.left(reserve, backfilling=self.backfilling)

    def _client_secret(self) -> str:
        return _needed(self.secrets.salesforce_client_secret, "LEADBRIDGE_SALESFORCE_CLIENT_SECRET")

    def _private_key_file(self) -> str:
        file = self.secrets.salesforce_private_key_file
        return _needed(str(file) if file else None, "LEADBRIDGE_SALESFORCE_PRIVATE_KEY_FILE")

    @cached_property
    def portal(self) -> Portal:
        """Which HubSpot portal this is."""
        return self.hubspot.account()

    @cached_property
    def who(self) -> Who:
        """The Salesforce user our calls run as."""
        return self.salesforce.user()

    def schemas(self) -> Mapping[tuple[str, str], ObjectSchema]:
        """The live schemas, read again when old, and by each process once and then soon when a mapping does not fit them.

        Older ones that fit serve for a day when a system does not tell them. What a removed right or field means is told by the writes.
        """
        known = self._kept_schemas(self.clock() - SCHEMA_AGE)
        if not self._fit(known):
            known = self._kept_schemas(max(self.opened, self.clock() - UNFIT_SCHEMA_AGE))
        missing = [key for key in SCHEMAS if key not in known]
        if not missing:
            self.schemas_untold = ""
            return known
        older = self._older_schemas()
        if older and self.clock() < self._ask_again:
            return older
        try:
            fresh = {key: self._schema(*key) for key in missing}
        except Unavailable as problem:
            if not older:
                raise
            self._go_on_with_older(problem, missing)
            return older
        self.schemas_untold = ""
        with writing(self.engine) as connection:
            before, now = sales.schemas(connection), self.clock()
            for (source, name), schema in fresh.items():
                decide_for_opened(
                    connection, self.settings, f"{source}.{name}", before.get((source, name)), schema, now
                )
                sales.keep_schema(connection, schema, now)
        return {**known, **fresh}

    def _older_schemas(self) -> Mapping[tuple[str, str], ObjectSchema]:
        """What serves while they are not told; empty when one is missing, too old or no longer fits."""
        older = self._kept_schemas(self.clock() - UNTOLD_SCHEMA_AGE)
        return older if all(key in older for key in SCHEMAS) and self._fit(older) else {}

    def _go_on_with_older(self, problem: Unavailable, missing: Sequence[tuple[str, str]]) -> None:
        oldest = from_ms(min(at for source, name, at in self.parsed if (source, name) in missing))
        self.schemas_untold = (
            f"{problem.told}; went on with the fields and properties as they were at {oldest:%Y-%m-%d %H:%M} UTC"
        )
        self._ask_again = self.clock() + ASK_AGAIN_AFTER

    def read_schemas_anew(self) -> None:
        """A run found them changed: the next one begins with what is there then."""
        with writing(self.engine) as connection:
            sales.forget_schemas(connection)

    def _kept_schemas(self, newer_than: datetime) -> dict[tuple[str, str], ObjectSchema]:
        with reading(self.engine) as connection:
            return sales.schemas(connection, newer_than, self.parsed)

    def _fit(self, schemas: Mapping[tuple[str, str], ObjectSchema]) -> bool:
        """Whether the mappings find in them all that they name."""
        live = {".".join(key): schema for key, schema in schemas.items()}
        return not any(finding for one in self.settings.mappings.values() for finding in check_live(one, live))

    def live_schemas(self) -> Mapping[tuple[str, str], ObjectSchema]:
        """The schemas as both systems tell them now; the database is not touched."""
        return {key: self._schema(*key) for key in SCHEMAS}

    def _schema(self, source: str, name: str) -> ObjectSchema:
        if source == "hubspot":
            return self.hubspot.schema(name)
        mapping = self.settings.mapping_to(f"salesforce.{name}")
        line = mapping.fields.get("RecordTypeId") if mapping is not None else None
        return self.salesforce.schema(name, (line.constant if line is not None else None) or "")

    def rules(self) -> Rules:
        """The rules compiled against the live schemas."""
        return compile_rules(self.settings, self.schemas())

    def roster(self) -> Roster:
        """Sales' people and queues as mirrored."""
        with reading(self.engine) as connection:
            users = [one for group in records.every(connection, "salesforce", "user") for one in group]
            queues = [one for group in records.every(connection, "salesforce", "group") for one in group]
            refused = outbox.refused_owners(connection, self.clock() - OWNER_REFUSED_FOR)
        return roster_of(users, queues, refused)

    def live_roster(self) -> Roster:
        """Sales' people and queues as Salesforce tells them now; the database is not touched."""
        followings = [Following("user", USER_FIELDS, None), Following("group", GROUP_FIELDS, None)]
        pages = self.salesforce.changed_many(followings)
        users, queues = ([one for page in pages[kind] for one in page.records] for kind in ("user", "group"))
        return roster_of(users, queues)

    def names(self) -> dict[str, str]:
        """Salesforce id → name of users and queues, as mirrored."""
        return dict(self.seats().names)

    def seats(self) -> Seats:
        """The caps and names of Sales' people as mirrored."""
        return seats_of(self.roster(), self.settings)

    def workplan(self) -> Workplan:
        """What a cycle needs beside its context; rules are compiled once a run, the roster after pull."""
        rules: list[Rules] = []

        def once() -> Rules:
            if not rules:
                rules.append(self.rules())
            return rules[0]

        return Workplan(str(self.portal.portal_id), once, self.roster)

    @contextmanager
    def run(
        self,
        kind: str,
        progress: Callable[[str, int, int | None], None] = quiet,
        stopping: Callable[[], bool] = lambda: False,
        lease: runs.Lease | None = None,
    ) -> Iterator[Context]:
        """A stored run with its context; closed with its report whatever happens."""
        with writing(self.engine) as connection:
            run_id = runs.begin(connection, kind, self.clock())
        context = self._context(run_id, progress, stopping, lease)
        outcome = "failed"
        try:
            with self._asked_before_writing(context.ask_leave):
                yield context
            outcome = "stopped" if context.stopped_by or context.silent or stopping() else "done"
        except Exception as problem:
            if isinstance(told := outage_of(problem) or problem, BridgeError | RemoteError):
                outcome = ended_as(told)
            if isinstance(problem, SchemaChanged):
                self.read_schemas_anew()
            raise
        except KeyboardInterrupt:
            outcome = "stopped"
            raise
        finally:
            with writing(self.engine) as connection:
                runs.end(connection, run_id, outcome, self._report(context), self.clock())

    @contextmanager
    def _asked_before_writing(self, leave: Callable[[], None]) -> Iterator[None]:
        """A batch is several calls: each is asked for, so that a worker that slept between two of them sends no more."""
        clients: tuple[HubSpot | Salesforce, ...] = (self.hubspot, self.salesforce)
        before = [client.ask_before_writing(leave) for client in clients]
        try:
            yield
        finally:
            for client, asked in zip(clients, before, strict=True):
                client.ask_before_writing(asked)

    @contextmanager
    def looking(self, progress: Callable[[str, int, int | None], None] = quiet) -> Iterator[Context]:
        """A context for looking only: no stored run, no lease. Raises BridgeError while the directories are of another version."""
        with reading(self.engine) as connection:
            refuse_old(connection)
        yield self._context(None, progress, lambda: False, None)

    def _context(
        self,
        run_id: int | None,
        progress: Callable[[str, int, int | None], None],
        stopping: Callable[[], bool],
        lease: runs.Lease | None,
    ) -> Context:
        schemas = self.schemas()
        roster = self.roster
        return Context(
            engine=self.engine,
            hubspot=self.hubspot,
            salesforce=self.salesforce,
            contact_properties=properties_for(self.settings, schemas, "contact"),
            company_properties=properties_for(self.settings, schemas, "company"),
            lead_fields=(*target_fields(self.settings, schemas, "Lead"), *_record_type(schemas, "Lead")),
            contact_fields=(
                *target_fields(self.settings, schemas, "Contact"),
                *_person_marks(schemas, "Contact"),
                *_record_type(schemas, "Contact"),
            ),
            account_fields=_person_marks(schemas, "Account"),
            own_user_id=lambda: long_id(self.who.id),  # userinfo may tell 15 characters
            settings=self.settings,
            seats=lambda: seats_of(roster(), self.settings),
            clock=self.clock,
            holder=self.holder,
            run_id=run_id,
            lease=lease,
            progress=progress,
            stopping=stopping,
        )

    def _report(self, context: Context) -> dict[str, Any]:
        return {
            "counts": context.report(),
            "calls": {
                "hubspot": dict(self.hubspot.usage.by_purpose),
                "salesforce": dict(self.salesforce.usage.by_purpose),
            },
            "at": to_ms(self.clock()),
        }
