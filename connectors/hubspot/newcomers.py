"""Who came in: contacts made, or whose form was sent in, since a moment. A hurry beside `changes`, which alone is complete.

A bulk write to many contacts changes all of them and makes none of them new: here they do not stand before those who have just come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.http import Answer
from connectors.hubspot.changes import PAGE, sorted_search
from connectors.hubspot.known import Known
from connectors.hubspot.rows import each_once, merges_of, modified_property, next_after, results_of, to_ms, to_record
from connectors.records import Page

MOST = 2_000
"""More than these are left to `changes`; far below the search's own end."""
CAME_IN = ("createdate", "recent_conversion_date")

Search = Callable[[Mapping[str, Any]], Answer]


def newcomers(search: Search, properties: Sequence[str], since: datetime, known: Known) -> Iterator[Page]:
    """Contacts who came in since then, the newest first, up to `MOST`; each page's position is HubSpot's time of the first answer."""
    wanted = list(dict.fromkeys([*properties, modified_property("contact"), "hs_object_id", *merges_of("contact")]))
    body: dict[str, Any] = {
        "filterGroups": [{"filters": [{"propertyName": name, "operator": "GTE", "value": str(to_ms(since))}]} for name in CAME_IN],
        "properties": wanted,
        "limit": PAGE,
    }  # fmt: skip
    position: Mapping[str, Any] = {"since": since.isoformat()}
    for number in range(MOST // PAGE):
        answer = sorted_search(search, body, "createdate", descending=True)
        if number == 0 and answer.date is not None:
            position = {"since": answer.date.isoformat()}
        rows = each_once("contact", results_of(answer.data, "the search for newcomers"))
        known.check("contact", rows, properties)
        following = next_after(answer.data)
        last = not rows or following is None or number == MOST // PAGE - 1
        yield Page(tuple(to_record("contact", row, properties) for row in rows), position, last)
        if last:
            return
        body = {**body, "after": following}
