"""People's names as they arrive: capitals, small letters, mojibake, own scripts, invisible characters, emoji, everything in one field."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from connectors.sandbox.worlds.draft import ContactDraft
from connectors.sandbox.worlds.people import Person

NAMES = ("firstname", "lastname")
INVISIBLE = ("\u200b", "\ufeff", "\u00ad", "\u00a0", "\u2060", "\u200e")


def roughen(rng: random.Random, contact: ContactDraft, person: Person) -> None:
    """Spoil the name, the way one source would, in about a fifth of the contacts."""
    values = contact.values
    if person.native_last and rng.random() < 0.35:
        values["firstname"], values["lastname"] = person.native_first, person.native_last
        if person.organisation.native and rng.random() < 0.5:
            values["company"] = person.organisation.native
        return
    kind = rng.random()
    if kind < 0.06:
        _each(values, str.upper)
        if rng.random() < 0.4 and values.get("jobtitle"):
            values["jobtitle"] = str(values["jobtitle"]).upper()
    elif kind < 0.12:
        _each(values, str.lower)
    elif kind < 0.16:
        _mojibake(values)
    elif kind < 0.17:
        mark = rng.choice(INVISIBLE)
        values["firstname"] = f"{str(values['firstname'])[:2]}{mark}{str(values['firstname'])[2:]} "
    elif kind < 0.173:
        values["firstname"] = f"{values['firstname']} {rng.choice('🌻🚀🙂⭐')}"
    elif kind < 0.175:
        values["lastname"] = f"{values['lastname']}\x00"
    elif kind < 0.185:
        values["firstname"], values["lastname"] = f"{values['firstname']} {values['lastname']}", None
    elif kind < 0.19:
        values["lastname"] = values["email"]


def _each(values: dict[str, Any], change: Callable[[str], str]) -> None:
    for name in NAMES:
        if values.get(name):
            values[name] = change(str(values[name]))


def _mojibake(values: dict[str, Any]) -> None:
    """Read UTF-8 as Latin-1 wherever there is something to spoil: 'Müller' → 'MÃ¼ller'."""
    for name in (*NAMES, "city", "company"):
        text = str(values.get(name) or "")
        if text and not text.isascii():
            values[name] = text.encode().decode("latin-1")
