"""Does a property still exist? HubSpot leaves unknown ones out of its answers in silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from connectors.errors import NotAllowed, Refused, SchemaChanged
from connectors.hubspot.rows import SOURCE, is_archived, properties_of

#: Seconds for which a property that no row carried is believed to exist because the schema named it.
BELIEVED = 60.0

Names = Callable[[str], Iterable[str]]


class Known:
    """Looks for properties that were asked for and came with no row.

    An unset property is mostly sent as null, so one that no row carries is probably gone; where a server leaves unset ones out
    the live schema decides. `names` gives the names of a kind's properties, by one call.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._seen: dict[str, tuple[frozenset[str], float]] = {}

    def check(self, kind: str, rows: Sequence[Mapping[str, Any]], properties: Iterable[str]) -> None:
        """Raises `SchemaChanged` with the names of the properties that do not exist (any more)."""
        living = [properties_of(row) for row in rows if not is_archived(row)]
        if not living:
            return
        silent = tuple(name for name in properties if not any(name in row for row in living))
        missing = self._missing(kind, silent) if silent else ()
        if missing:
            message = f"HubSpot does not know {', '.join(missing)} (any more); mend the mapping or create the property"
            raise SchemaChanged(message, names=missing, system=SOURCE, status=200, code="PROPERTY_NOT_SENT")

    def _missing(self, kind: str, silent: tuple[str, ...]) -> tuple[str, ...]:
        known, until = self._seen.get(kind, (frozenset(), 0.0))
        if time.monotonic() >= until or not known.issuperset(silent):
            try:
                known = frozenset(self._names(kind))
            except (NotAllowed, Refused):  # a schema we may not read says nothing for them
                return silent
            self._seen[kind] = (known, time.monotonic() + BELIEVED)
        return tuple(name for name in silent if name not in known)
