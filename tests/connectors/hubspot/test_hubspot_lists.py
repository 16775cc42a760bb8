"""Lists of whoever has one value: made once, found by name, filled by HubSpot itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW

from connectors.errors import NotAllowed
from connectors.sandbox.world import Thing


def person(key: str, city: str) -> Thing:
    then = NOW - timedelta(hours=1)
    return Thing("contacts", key, {"email": f"{key}@acme.io", "city": city}, (), then, then)


def members(sandbox, id):
    account = sandbox.hubspot.account
    return set(account.lists.members(account.lists.find(id)))


def test_a_list_is_made_once_and_fills_itself(portal, client):
    sandbox = portal(person("a", "Ulm"), person("b", "Bonn"))
    hubspot = client(sandbox)
    name = "leadbridge: those of Ulm & more / 100 %"
    assert hubspot.list_named("contact", name) is None
    assert hubspot.create_list("contact", name, "city", "Ulm") is True
    assert hubspot.create_list("contact", name, "city", "Ulm") is False
    found = hubspot.list_named("contact", name)
    assert found is not None
    assert (found.name, found.follows("city", "Ulm"), found.follows("city", "Bonn")) == (name, True, False)
    assert members(sandbox, found.id) == {int(sandbox.id_of("hubspot", "contacts", "a"))}
    sandbox.hubspot.acts["edit"](
        kind="contacts", id=sandbox.id_of("hubspot", "contacts", "b"), properties={"city": "Ulm"}
    )
    assert len(members(sandbox, found.id)) == 2


def test_a_list_filled_by_hand_follows_nothing(portal, client):
    sandbox = portal(person("a", "Ulm"))
    sandbox.hubspot.account.lists.create("By hand", "contacts", "MANUAL", None, "2026-11-22T12:00:00.000Z")
    found = client(sandbox).list_named("contact", "By hand")
    assert found is not None
    assert not found.follows("city", "Ulm")


def test_lists_without_the_right_to_see_them(portal, client):
    sandbox = portal(person("a", "Ulm"))
    sandbox.hubspot.acts["revoke_scope"]("crm.lists.read")
    with pytest.raises(NotAllowed, match=r"crm\.lists\.read"):
        client(sandbox).list_named("contact", "Anything")
