"""Phones, countries and states as people type them."""

from __future__ import annotations

import random

from connectors.sandbox.worlds.draft import ContactDraft
from connectors.sandbox.worlds.people import Person, international

JUNK_PHONES = ("n/a", "none", "-", "000000", "12345", "call me", "via e-mail please", "+", "see website")
STATES = {
    "CA": ("calif.", "California", "Cal"), "NY": ("New York", "N.Y.", "ny"), "TX": ("Texas", "tex."), "MA": ("Mass.", "massachusetts"),
    "DC": ("D.C.", "District of Columbia"), "NSW": ("New South Wales", "nsw", "N.S.W."), "Bayern": ("Bavaria", "BY", "bayern"),
    "SP": ("São Paulo", "sp"), "ON": ("Ontario", "Ont."), "Vic.": ("VIC", "Victoria"),
}  # fmt: skip


def roughen(rng: random.Random, contact: ContactDraft, person: Person) -> None:
    """Write phone, country and state in one of the ways they come in."""
    values = contact.values
    phone = str(values.get("phone") or "")
    kind = rng.random()
    if phone and kind < 0.25:
        values["phone"] = international(person.country, phone)
    elif phone and person.mobile and kind < 0.28:
        values["phone"] = f"{phone}{rng.choice((' / ', ', ', ' or ', '; '))}{person.mobile}"
    elif kind > 0.98:
        values["phone"] = rng.choice(JUNK_PHONES)
    where = rng.random()
    if where < 0.3:
        values["country"] = rng.choice(person.country.typed)
    elif where < 0.33:
        values["country"] = None
    elif where < 0.335:
        values["country"] = rng.choice(("Europe", "worldwide", "n/a", "Home"))
    state = str(values.get("state") or "")
    if state in STATES and rng.random() < 0.5:
        values["state"] = rng.choice(STATES[state])
