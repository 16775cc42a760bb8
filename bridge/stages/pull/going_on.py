"""Where reading goes on, or that it begins anew, because a mapping names something that the staged records were read without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.stages.context import Context
from bridge.staging import asked, records


def positions(
    context: Context, source: str, wanted: Mapping[str, Iterable[str]]
) -> dict[str, Mapping[str, Any] | None]:
    """Of each kind, read with these fields from now on: where it goes on; None is the beginning. Writes only where the fields are other ones."""
    with context.reading() as connection:
        stand = {kind: records.position(connection, source, kind) for kind in wanted}
        changed = [kind for kind, fields in wanted.items() if not asked.is_as_before(connection, source, kind, fields)]
    if changed:
        with context.writing() as connection:
            now = context.now()
            stand |= {kind: asked.position(connection, source, kind, wanted[kind], now) for kind in changed}
    return stand
