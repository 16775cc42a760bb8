"""How many HTTP calls new qualified leads cost, all systems together, from the first search to the last answer written back."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.installation import MovableClock, environment_of, make_home, open_app
from benchmarks.quiet import by_purpose, difference
from bridge.cycle import cycle
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Thing
from connectors.sandbox.worlds import make, marketing
from connectors.sandbox.worlds.draft import ContactDraft, Draft
from connectors.sandbox.worlds.interest import Interest

SEED = 11
PEOPLE_OF_A_COMPANY = 3
LATER = timedelta(minutes=45)
"""After the cycle that learned everything else; what is new is not older than half an hour then."""


def measure(size: int) -> Result:
    """`size` new contacts worth a call, a third as many companies, forms and some notes, in an installation that knows everything else.

    Once as the demo world has them, once with the newest form of each alone: HubSpot gives submissions fifty a page and form.
    """
    figures = []
    for said, one_form in (("one or two forms each", False), ("one form each", True)):
        calls, counts = _cycle(size, one_form)
        qualified, total = counts.get("verdict qualified", 0), sum(calls.values())
        figures += [
            Figure(
                f"{said}: HTTP calls per 1,000 new qualified leads", f"{total / max(1, qualified) * 1000:.0f}", "≤ 60"
            ),
            Figure(f"{said}: HTTP calls, both systems", f"{total}"),
            *(Figure(f"{said}: calls: {name}", str(number)) for name, number in sorted(calls.items())),
            *(Figure(f"{said}: counted: {name}", f"{number:,}") for name, number in sorted(counts.items())),
        ]
    return Result(
        "calls",
        f"python -m benchmarks calls --size {size}",
        f"One cycle with {size:,} new contacts, all worth a call, with room for all of them in Sales; with their companies, their forms, and notes "
        "on every fifth.",
        figures,
    )


def _cycle(size: int, one_form: bool) -> tuple[dict[str, int], Mapping[str, int]]:
    """The calls of the cycle that takes them in, by purpose, and what it counted."""
    now = datetime.now(UTC)
    world = make("empty", SEED, now - timedelta(hours=2))
    with (
        tempfile.TemporaryDirectory(prefix="leadbridge-bench-") as folder,
        Sandbox(world, limits=False) as sandbox,
    ):
        sandbox.hubspot.acts["index_lag"](low=0, high=0)
        home = make_home(Path(folder) / "home", environment_of(sandbox.state))
        clock = MovableClock()
        app = open_app(home, sandbox.state, clock)
        cycle(app)
        clock.ahead += LATER
        sandbox.clock.advance(LATER.total_seconds())
        things = newcomers(size, clock())
        sandbox.hubspot.load(_newest_form(things) if one_form else things)
        before = by_purpose(app)
        report = cycle(app)
        calls = difference(before, by_purpose(app))
        app.engine.dispose()
    return calls, report.counts


def _newest_form(things: Sequence[Thing]) -> list[Thing]:
    """These things without all but the newest form of each contact."""
    newest = {
        thing.links: thing.key
        for thing in sorted(things, key=lambda thing: thing.changed_at)
        if thing.kind == "form_submissions"
    }
    return [thing for thing in things if thing.kind != "form_submissions" or newest[thing.links] == thing.key]


def newcomers(size: int, now: datetime) -> list[Thing]:
    """Contacts that came to be in the half hour before `now`, all ready for a salesperson."""
    draft = Draft(SEED, now)
    interest, rng = Interest(draft), draft.rng("newcomers")
    for number in range(max(1, size // PEOPLE_OF_A_COMPANY)):
        organisation = draft.inventor.invent(f"n-{number}")
        draft.organisations[organisation.key] = organisation
        marketing.company(draft, organisation, rng)
    organisations = list(draft.organisations.values())
    for number in range(size):
        organisation = organisations[number % len(organisations)]
        person = draft.registry.person(organisation, "director")
        contact = ContactDraft(
            f"n-{number}",
            {
                "email": person.email, "firstname": person.first, "lastname": person.last, "jobtitle": person.title.text,
                "company": organisation.name, "phone": person.phone or None, "country": person.country.name,
            },
            draft.ago(hours=0.5), organisation.key, "ready", organisation,
        )  # fmt: skip
        interest.tell(contact)
        marketing.finish(draft, draft.contact(contact))
    kinds = {"companies", "contacts", "form_submissions", "notes"}
    return [_of_late(thing, number, now) for number, thing in enumerate(draft.hubspot_things()) if thing.kind in kinds]


def _of_late(thing: Thing, number: int, now: datetime) -> Thing:
    """Companies are as new as their people, each at a moment of its own."""
    if thing.kind != "companies":
        return thing
    at = now - timedelta(minutes=31) - timedelta(milliseconds=number)
    return replace(thing, created_at=at, changed_at=at)
