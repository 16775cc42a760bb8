"""Who came in: contacts made or whose form was sent in, whatever else changed meanwhile."""

from __future__ import annotations

from datetime import timedelta

from people import NOON, contacts, names

from connectors.hubspot.newcomers import MOST
from connectors.sandbox.world import Thing

NAME = ("firstname", "email")
DAY = timedelta(days=1)


def test_newcomers_come_whatever_else_was_changed(portal, client):
    """Everybody was written to a moment ago: by what changed they would all stand before the two who came."""
    sandbox = portal(*contacts(600, at=NOON - DAY))
    sandbox.clock.advance(60)
    for number in range(600):
        sandbox.hubspot.acts["edit"]("contacts", sandbox.hubspot.id_of("contacts", f"c{number}"), {"city": "Bonn"})
    for name in ("Ada", "Bea"):
        sandbox.hubspot.acts["create"]("contacts", {"firstname": name})
        sandbox.clock.advance(1)
    hubspot = client(sandbox)
    (page,) = hubspot.newcomers(NAME, NOON)
    assert names([page]) == ["Bea", "Ada"]
    assert page.position["since"] > NOON.isoformat()
    assert hubspot.usage.by_purpose == {"search": 1}


def test_who_sends_in_a_form_again_comes_in_again(portal, client):
    form = Thing("forms", "demo", {"name": "Request a demo", "fields": ("email",)}, created_at=NOON - DAY)
    sandbox = portal(*contacts(5, at=NOON - DAY), form)
    sandbox.hubspot.acts["submit_form"](form="Request a demo", fields={"email": "n3@example.com"})
    assert names(client(sandbox).newcomers(NAME, NOON)) == ["N3"]


def test_nobody_came(portal, client):
    (page,) = client(portal(*contacts(5, at=NOON - DAY))).newcomers(NAME, NOON)
    assert (page.records, page.last) == ((), True)


def test_more_than_a_hurry_is_for_are_left_to_the_changes(portal, client):
    sandbox = portal(*contacts(MOST + 300, at=NOON))
    pages = list(client(sandbox).newcomers(NAME, NOON - DAY))
    assert len(names(pages)) == MOST
    assert len(set(names(pages))) == MOST
