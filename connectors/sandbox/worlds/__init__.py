"""The worlds the sandbox can start with: `make("demo")`, `empty`, `big`, `csv`.

What the kinds carry beside records and their fields: `properties` a property definition with `objectType`; `owners` firstName, lastName, email, type;
`forms` name, formType and the names of their `fields`; `form_submissions` formId (a Ref), submittedAt (epoch ms), pageUrl, pageTitle and
`values` [{name, value, objectTypeId}], linked to their contact; `merges` an act of marketing in the past: objectType, primary and merged (Refs).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from connectors.sandbox.world import World

NAMES = ("demo", "empty", "big", "csv")


def make(
    name: str, seed: int = 7, now: datetime | None = None, size: int | None = None, folder: Path | None = None
) -> World:
    """The world of that name. `now` is its present (UTC; the full hour just begun unless given), `size` its number of HubSpot contacts,
    `folder` where the files of a `csv` world lie. The same arguments give the same things in the same order.

    Raises ValueError for an unknown name or a csv world without a folder.
    """
    moment = (now or datetime.now(UTC).replace(minute=0, second=0, microsecond=0)).astimezone(UTC)
    if name == "demo":
        from connectors.sandbox.worlds.demo import demo

        return demo(seed, moment, size)
    if name == "empty":
        from connectors.sandbox.worlds.empty import empty

        return empty(seed, moment)
    if name == "big":
        from connectors.sandbox.worlds.big import big

        return big(seed, moment, size or 1_000_000)
    if name == "csv":
        from connectors.sandbox.worlds.csv_folder import from_folder

        if folder is None:
            raise ValueError("a csv world needs the folder its files lie in")
        return from_folder(folder, seed, moment)
    raise ValueError(f"no world is called {name!r}; there are {', '.join(NAMES)}")
