"""Kills while the database is brought to the newest schema: after each, it is the old one or the new one, whole, with everything that was in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from book import Run
from chamber import Chamber, chamber
from kills import at_rest
from sqlalchemy import Connection, inspect, text

from bridge.staging.database import reading, writing
from bridge.staging.migrate import NEWEST, to_revision

BETWEEN = "migrations: a script was run"
POINTS = (BETWEEN, "migrate.migrate: before commit", "migrate.migrate: after commit")
OLDER = ("0003", "0004", "0005")
"""Schemas that hold all a bridge of today needs to go on: going back to them and forth loses nothing of a lead."""
DIRECTORIES = "0005"
"""From this schema on the directories are kept as today."""
ROUNDS, CHAIN = 20, 4
KEPT = ("record", "lead", "delivery", "written", "event", "handoff", "cursor", "alias")
"""Tables whose rows no script touches."""


@dataclass(frozen=True)
class Rows:
    """What a database holds: its schema's number, the columns looked at, a hash of what stands in them."""

    revision: str
    columns: Mapping[str, str]
    hashed: str


def chapter(run: Run, seed: int, database_url: str, rounds: int = ROUNDS) -> None:
    """An installation with a few people in it; so many times it is put back to an older schema and dies at each point of its way to the newest."""
    began, chance = time.monotonic(), Random(seed)
    with chamber(seed, database_url) as here:
        here.busy()
        here.known()
        here.run()
        put_back(here, OLDER[0])
        assert here.run(deed="warm").ended == "done"
        wrong: list[str] = []
        for number in range(rounds):
            wrong += deaths(run, here, chance)
            if wrong or number % CHAIN == CHAIN - 1:
                still, cycles = here.recover()
                wrong += still
                run.add("chains of kills", 1)
                run.add("recovered in one cycle", cycles == 1 and not still)
                here.act()
            if wrong:
                break
        run.problems += [f"seed {seed}: {one}" for one in [*wrong, *at_rest(here)]]
    run.seconds += time.monotonic() - began


def deaths(run: Run, here: Chamber, chance: Random) -> list[str]:
    """Back to an older schema, and a death at each point of the way; what is wrong."""
    older = chance.choice(OLDER)
    put_back(here, older)
    before, wrong = digest(here), list[str]()
    for point in POINTS:
        scripts = int(NEWEST) - int(older)
        ended = here.run(point, chance.randint(1, scripts) if point == BETWEEN else 1)
        if ended.killed:
            run.trials[point] += 1
        else:
            wrong.append(f"{point}: it came not by")
        now = digest(here, before)
        if now.revision != (NEWEST if point.endswith("after commit") else older):
            wrong.append(f"{point}: from {older} it came to {now.revision}")
        if now.hashed != before.hashed:
            wrong.append(f"{point}: from {older} rows have changed")
    return [*wrong, *here.never()]


def put_back(here: Chamber, revision: str) -> None:
    """As a leadbridge of that schema would have left it: its directories were not of today's format."""
    with writing(here.here.engine) as connection:
        to_revision(connection, revision)
        if revision < DIRECTORIES:
            connection.execute(text("DELETE FROM cursor WHERE source = 'directory' AND kind = 'format'"))


def digest(here: Chamber, like: Rows | None = None) -> Rows:
    """The schema's number, and a hash of all rows that no script touches; of the columns that are there, or were in `like`."""
    told = sha256()
    with reading(here.here.engine) as connection:
        revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        columns = like.columns if like else {one: _columns(connection, one) for one in KEPT}
        for table, names in columns.items():
            rows = connection.execute(text(f'SELECT {names} FROM "{table}"'))
            told.update("\n".join(sorted(str(tuple(row)) for row in rows)).encode())
    return Rows(revision, columns, told.hexdigest())


def _columns(connection: Connection, table: str) -> str:
    return ", ".join(f'"{one["name"]}"' for one in inspect(connection).get_columns(table))
