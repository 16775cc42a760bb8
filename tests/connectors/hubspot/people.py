"""Contacts and companies to fill a sandbox with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from connectors.records import Page, Record
from connectors.sandbox.world import Thing

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def contact(number: int, at: datetime, **more: object) -> Thing:
    values = {"firstname": f"N{number}", "email": f"n{number}@example.com"}
    return Thing("contacts", f"c{number}", values, created_at=at, changed_at=at, **more)  # type: ignore[arg-type]


def contacts(count: int, at: datetime | None = None, step: timedelta = timedelta(seconds=1)) -> Iterator[Thing]:
    """So many contacts, one each `step`, the last one an hour before noon."""
    start = (at or NOON - timedelta(hours=1)) - step * (count - 1)
    for number in range(count):
        yield contact(number, start + step * number)


def company(number: int) -> Thing:
    at = NOON - timedelta(days=1)
    values = {"name": f"Company {number}", "domain": f"company{number}.example.com"}
    return Thing("companies", f"o{number}", values, created_at=at, changed_at=at)


def names(pages: Iterable[Page]) -> list[str]:
    return [str(record.values["firstname"]) for record in rows(pages)]


def rows(pages: Iterable[Page]) -> list[Record]:
    return [record for page in pages for record in page.records]
