"""The keys of an index through a life of changes: counts and lists are always those of an index made anew, and only what is concerned changes."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest
from sqlalchemy import Connection, Engine, select

from bridge.index_rows import LISTED, IndexRow, Ruling
from bridge.staging import directory
from bridge.staging.database import reading, writing
from bridge.staging.directory_keys import CHANGES, KEPT, RULINGS, SIZE
from bridge.staging.directory_tables import ACCOUNTS


def row(name: str, *keys: int) -> IndexRow:
    """An entry with these keys."""
    return IndexRow(name, name.title(), keys, name.encode())


def found(connection: Connection, keys: list[int]) -> dict[int, tuple[int, list[str]]]:
    """Key → how many entries have it, and the ids of those listed."""
    index = directory.accounts(connection)
    wanted = np.array(keys, dtype=np.int64)
    counts, (starts, numbers) = index.counts(wanted), index.postings(wanted)
    ids = [entry.id for entry in index.rows(numbers)]
    return {
        key: (count, sorted(ids[start:end]))
        for key, count, start, end in zip(keys, counts.tolist(), starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    }


def stored(connection: Connection) -> dict[int, tuple[int, bytes | None]]:
    """All rows of the keys."""
    key = ACCOUNTS.key
    return {one[0]: (one[1], one[2]) for one in connection.execute(select(key.c.key, key.c.entries, key.c.numbers))}


def test_a_life_of_changes_ends_as_an_index_made_anew(engine: Engine) -> None:
    chance = random.Random(7)
    alive: dict[str, IndexRow] = {}
    for _ in range(25):
        came = [row(f"e{chance.randrange(80)}", *chance.sample(range(1, 40), 5)) for _ in range(12)]
        went = [f"e{chance.randrange(80)}" for _ in range(6)]
        with writing(engine) as connection:
            directory.upsert_accounts(connection, came)
            directory.remove_accounts(connection, went)
        alive |= {one.id: one for one in came}
        alive = {id_: one for id_, one in alive.items() if id_ not in went}
    having: dict[int, list[str]] = defaultdict(list)
    for one in alive.values():
        for key in one.keys:
            having[key].append(one.id)
    with reading(engine) as connection:
        assert found(connection, list(range(1, 40))) == {
            key: (len(having[key]), sorted(having[key])) for key in range(1, 40)
        }
        assert directory.accounts(connection).size == len(alive)


def test_a_change_touches_the_keys_concerned_and_nothing_else(engine: Engine) -> None:
    with writing(engine) as connection:
        directory.upsert_accounts(connection, [row(f"e{i}", i, i + 1, 1_000) for i in range(1, 50)])
    with reading(engine) as connection:
        before = stored(connection)
    with writing(engine) as connection:
        directory.upsert_accounts(connection, [row("e7", 7, 900, 1_000)])
    with reading(engine) as connection:
        after = stored(connection)
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} == {8, 900, CHANGES}
    assert after[SIZE] == before[SIZE]


@pytest.mark.parametrize("at_once", [600, 4_000])
def test_a_common_key_is_counted_and_listed_again_when_it_is_rare(engine: Engine, at_once: int) -> None:
    everybody = [row(f"e{i}", 1, 2 + i) for i in range(KEPT + 10)]
    with writing(engine) as connection:
        for start in range(0, len(everybody), at_once):
            directory.upsert_accounts(connection, everybody[start : start + at_once])
    with reading(engine) as connection:
        assert found(connection, [1, 2]) == {1: (KEPT + 10, []), 2: (1, ["e0"])}
    with writing(engine) as connection:
        directory.remove_accounts(connection, [f"e{i}" for i in range(LISTED, KEPT + 10)])
    with reading(engine) as connection:
        assert found(connection, [1]) == {1: (LISTED, sorted(f"e{i}" for i in range(LISTED)))}


def test_what_was_remembered_is_forgotten_when_the_index_changed(engine: Engine) -> None:
    with writing(engine) as connection:
        directory.upsert_accounts(connection, [row("a", 1), row("b", 1)])
    with reading(engine) as connection:
        assert found(connection, [1])[1] == (2, ["a", "b"])
    with writing(engine) as connection:
        directory.upsert_accounts(connection, [row("c", 1, 2)])
    with reading(engine) as connection:
        assert directory.accounts(connection).counts(np.array([1, 2], dtype=np.int64)).tolist() == [3, 1]


def test_what_was_taken_back_is_not_remembered(engine: Engine) -> None:
    with writing(engine) as connection:
        directory.upsert_accounts(connection, [row("a", 1)])
    with pytest.raises(ValueError, match="stop"), writing(engine) as connection:  # noqa: PT012 - the block is the transaction
        directory.upsert_accounts(connection, [row("b", 1)])
        assert found(connection, [1])[1][0] == 2
        raise ValueError("stop")
    with reading(engine) as connection:
        assert found(connection, [1])[1] == (1, ["a"])


def test_rulings_are_counted_so_that_an_index_without_any_is_not_asked(engine: Engine) -> None:
    with reading(engine) as connection:
        assert directory.accounts(connection).rulings([5]) == {}
        assert RULINGS not in stored(connection)
    with writing(engine) as connection:
        directory.record_ruling(connection, 5, Ruling("a", False))
    with reading(engine) as connection:
        assert directory.accounts(connection).rulings([5, 6]) == {5: [Ruling("a", False)]}
