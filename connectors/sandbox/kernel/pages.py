"""Faults that keep an answer valid JSON but make its page of rows wrong."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import orjson

PAGE_FAULTS = frozenset({"duplicate_page", "short_page", "shuffled_page", "wrong_total"})


class Pages:
    """Spoils pages; remembers the rows last sent for each address, for the fault that sends them again."""

    def __init__(self) -> None:
        self._before: dict[str, list[Any]] = {}

    def remember(self, address: str, body: bytes) -> None:
        """Keep the rows of a page that went out unharmed."""
        self._before[address] = list(_rows(orjson.loads(body))[1])

    def spoil(self, name: str, address: str, body: bytes, params: Mapping[str, Any]) -> bytes:
        """The body with its rows or total made wrong; unchanged where it holds no rows."""
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return body
        key, rows = _rows(answer)
        if name == "wrong_total":
            for total in ("total", "totalSize"):
                if isinstance(answer, dict) and total in answer:
                    answer[total] += int(params.get("by", 7))
            return orjson.dumps(answer)
        changed = list(rows)
        if name == "duplicate_page":
            changed = self._before.get(address, changed) + changed
        elif name == "short_page":
            changed = changed[: len(changed) // 2]
        elif name == "shuffled_page":
            # The same page is shuffled the same way, whatever came before it: a run can be repeated.
            random.Random(f"{params.get('seed', 0)}/{address}/{len(rows)}").shuffle(changed)
        self._before[address] = list(rows)
        if key is None:
            return orjson.dumps(changed) if isinstance(answer, list) else body
        answer[key] = changed
        return orjson.dumps(answer)


def _rows(answer: Any) -> tuple[str | None, list[Any]]:
    """Where the rows of an answer are, and the rows."""
    if isinstance(answer, list):
        return None, answer
    if isinstance(answer, dict):
        for key in ("results", "records"):
            if isinstance(answer.get(key), list):
                return key, answer[key]
    return None, []
