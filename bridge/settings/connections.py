"""The model of `config/bridge.yaml`: which systems, how fast, and when to stop. Never a secret: those come from the environment."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bridge.settings.base import Settings, problem
from bridge.settings.handoff import Handoff

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HUBSPOT_HOSTS = re.compile(r"(api|api-eu1|api-na1|api-na2|api-na3|api-ap1|api-ca1)\.hubapi\.com")
SALESFORCE_HOSTS = re.compile(r"([a-z0-9-]+\.)*(salesforce\.com|force\.com|cloudforce\.com)")
OLDEST_SALESFORCE = 60.0


def hubspot_url(url: str) -> str:
    """A base URL that may get HubSpot's token: https to HubSpot itself, or this machine (the sandbox)."""
    return _checked_url(url, HUBSPOT_HOSTS, "https://api.hubapi.com")


def salesforce_url(url: str) -> str:
    """A base URL that may get Salesforce's credentials: https to Salesforce itself, or this machine (the sandbox)."""
    return _checked_url(url, SALESFORCE_HOSTS, "https://acme.my.salesforce.com")


def is_here(url: str) -> bool:
    """Whether the address is this machine's: the sandbox's."""
    return urlsplit(url).hostname in LOOPBACK


def _checked_url(url: str, hosts: re.Pattern[str], example: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK and parts.scheme in ("http", "https"):
        return url.rstrip("/")
    if parts.scheme != "https" or not hosts.fullmatch(host):
        raise problem(
            f"'{parts.scheme}://{host}' is no address of that system"
            if host
            else "is no address with https:// before it",
            f"Use one such as {example}, or this machine for the sandbox.",
        )
    return url.rstrip("/")


def _version(value: object) -> object:
    """`66.0` without quotes is a decimal in YAML; here it is a name."""
    return f"{value:.1f}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _new_enough(version: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]\.0", version):
        raise problem(f"'{version}' is no Salesforce API version", "Write it as 66.0.")
    if float(version) < OLDEST_SALESFORCE:
        raise problem(f"{version} is too old", f"Use {OLDEST_SALESFORCE:.1f} or newer.")
    return version


def _domain(domain: str) -> str:
    if not re.fullmatch(r"(login|test|[a-z0-9][a-z0-9.-]*\.my)", domain):
        raise problem(
            f"'{domain}' is no Salesforce domain",
            "Use login, test, or the My Domain, e.g. acme.my or acme--dev.sandbox.my.",
        )
    return domain


def _database(url: str) -> str:
    if not re.match(r"(sqlite:///|postgresql(\+psycopg)?://)", url):
        raise problem("is no database address", "Use sqlite:///var/leadbridge.sqlite or postgresql://host/name.")
    if re.match(r"[^:]+://[^/@]*:[^/@]+@", url):
        raise problem("holds a password", "Set LEADBRIDGE_DATABASE_URL in the environment instead.")
    return url


class HubSpotConnection(Settings):
    """How HubSpot is reached."""

    api: Literal["v3", "2026-09"] = Field(default="2026-09", description="Path version; v3 ends in September 2027.")
    tier: Literal["free", "starter", "professional", "enterprise"] = Field(
        default="professional", description="The subscription, for its limits: 100 or 190 calls per 10 s."
    )
    base_url: Annotated[str, AfterValidator(hubspot_url)] = Field(
        default="https://api.hubapi.com", description="Another region's address, or the sandbox's."
    )


class SalesforceConnection(Settings):
    """How Salesforce is reached."""

    api_version: Annotated[str, BeforeValidator(_version), AfterValidator(_new_enough)] = Field(
        default="66.0", description="60.0 or newer.", examples=["66.0"]
    )
    login: Literal["client_credentials", "jwt"] = Field(
        default="client_credentials", description="How the bridge signs in; client_credentials needs a My Domain."
    )
    domain: Annotated[str, AfterValidator(_domain)] = Field(
        default="login", description="login, test, or the My Domain such as acme.my.", examples=["acme.my"]
    )
    base_url: Annotated[str, AfterValidator(salesforce_url)] | None = Field(
        default=None, description="Only for the sandbox: its address instead of the domain's."
    )


class Database(Settings):
    """Where facts and decisions are kept."""

    url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///var/leadbridge.sqlite",
        description="SQLite needs nothing; PostgreSQL serves several workers.",
    )


class Batches(Settings):
    """How many at once."""

    decide: int = Field(default=500, ge=1, le=5000, description="Leads decided in one transaction.")
    workers: int = Field(
        default=1,
        ge=0,
        le=64,
        description="Processes beside this one that clean and reconcile when 2,000 leads or more are due, each with up to 300 MB; 0: none.",
    )
    push: int = Field(
        default=200,
        ge=1,
        le=200,
        description="Records in one Salesforce call; Salesforce takes 200. Fewer where the org's triggers run into Apex's limits.",
    )
    bulk_from: int = Field(default=2000, ge=200, description="From so many records on, Salesforce's Bulk API is used.")
    write_back: int = Field(default=100, ge=1, le=100, description="Contacts in one HubSpot update; HubSpot takes 100.")


class Pull(Settings):
    """How reading overlaps, so that records that show up late are not missed, and what is read of what people said."""

    look_back: int = Field(
        default=10, ge=0, le=1440, description="Minutes read again each time; HubSpot's search lags behind."
    )
    talk: tuple[Literal["call", "feedback_submission", "ticket", "chat"], ...] = Field(
        default=("call", "feedback_submission", "ticket", "chat"),
        description="What people said that is read beside forms and notes; feedback_submission: answers to surveys.",
    )
    talk_minutes: int = Field(
        default=10, ge=0, le=1440, description="Minutes after which it is read again although no contact has changed."
    )
    chat_days: int = Field(
        default=365, ge=1, le=3650, description="Days of chats that are read at first; HubSpot gives them one by one."
    )


class Deadlines(Settings):
    """Seconds after which waiting ends."""

    call: float = Field(default=60.0, gt=0, le=600, description="One call, with everything that drips.")
    cycle: float = Field(default=3600.0, ge=60, description="One whole cycle; the watchdog ends it after that.")


class Brakes(Settings):
    """A run that would do more than this stops and shows its plan; `--approve HASH` lets exactly that plan through."""

    send: int = Field(default=500, ge=1, description="Handoffs to Sales in one run.")
    change: int = Field(default=1000, ge=1, description="Leads whose verdict changes because a file changed.")
    recall: int = Field(
        default=50, ge=1, description="Leads taken back from Sales in one run. Nothing is taken back yet."
    )
    vanish_count: int = Field(
        default=10, ge=1, description="Records missing at once that are believed without asking …"
    )
    vanish_percent: int = Field(default=10, ge=1, le=100, description="… or this share of all, whichever is more.")


class Budget(Settings):
    """Calls left to others, in per cent of the daily limit."""

    hubspot_reserve: int = Field(default=20, ge=0, le=95, description="HubSpot calls a day left to other programs.")
    salesforce_reserve: int = Field(
        default=30, ge=0, le=95, description="Salesforce calls a day left to Sales' other programs."
    )
    backfill_share: int = Field(
        default=50,
        ge=1,
        le=90,
        description="Share of the rest a backfill may use; it stops where the other share begins.",
    )

    def left(self, reserve: int, *, backfilling: bool) -> float:
        """The share of a day's calls that is left alone, 0 to 1, with `reserve` per cent for others.

        >>> Budget().left(30, backfilling=False), Budget().left(30, backfilling=True)
        (0.3, 0.65)
        """
        kept = reserve / 100
        return round(kept + (1 - kept) * (1 - self.backfill_share / 100), 4) if backfilling else kept


class SegmentLanding(Settings):
    """What a new person of one segment becomes; what is left out is as for everybody."""

    known_account: Literal["lead", "contact"] | None = Field(default=None, description="As under `landing`.")
    open_opportunity: Literal["tell_owner", "lead"] | None = Field(default=None, description="As under `landing`.")
    customer: Literal["tell_owner", "service", "lead"] | None = Field(default=None, description="As under `landing`.")


class Landing(Settings):
    """What a qualified lead becomes in Salesforce."""

    known_account: Literal["lead", "contact"] = Field(
        default="lead", description="A new person of a known account becomes a Lead, or a Contact on that account."
    )
    open_opportunity: Literal["tell_owner", "lead"] = Field(
        default="tell_owner",
        description="A new person where an opportunity is open: its owner is told, or a lead made.",
    )
    customer: Literal["tell_owner", "service", "lead"] = Field(
        default="tell_owner",
        description="A new person of a customer: the account's owner is told, service, or a lead made.",
    )
    service_team: str | None = Field(default=None, description="The team of routing.yaml that is told for `service`.")
    segments: dict[str, SegmentLanding] = Field(
        default_factory=dict,
        description="What is different for single segments.",
        examples=[{"enterprise": {"known_account": "contact"}}],
    )

    def of(self, segment: str) -> SegmentLanding:
        """The policy for one segment, nothing left open."""
        own = self.segments.get(segment)
        names = ("known_account", "open_opportunity", "customer")
        return SegmentLanding.model_construct(
            **{name: getattr(own, name, None) or getattr(self, name) for name in names}
        )


class Bridge(Settings):
    """The bridge itself."""

    hubspot: HubSpotConnection = Field(default_factory=HubSpotConnection, description="How HubSpot is reached.")
    salesforce: SalesforceConnection = Field(
        default_factory=SalesforceConnection, description="How Salesforce is reached."
    )
    database: Database = Field(default_factory=Database, description="Where facts and decisions are kept.")
    batches: Batches = Field(default_factory=Batches, description="How many at once.")
    pull: Pull = Field(default_factory=Pull, description="How reading overlaps, and what is read beside contacts.")
    deadlines: Deadlines = Field(default_factory=Deadlines, description="When waiting ends.")
    brakes: Brakes = Field(default_factory=Brakes, description="When a run stops and asks.")
    budget: Budget = Field(default_factory=Budget, description="Calls left to others.")
    landing: Landing = Field(default_factory=Landing, description="Lead or Contact.")
    handoff: Handoff = Field(default_factory=Handoff, description="One organisation's people are one handoff.")
