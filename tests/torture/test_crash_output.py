"""Whatever ends a process, a thread or a worker, and whatever a command says for machines: kinds and places, no values."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from small_world import person, small_world
from sqlalchemy import insert

from bridge.staging.database import writing
from bridge.staging.schema import delivery

CANARIES = ("zinnober", "quittenbaum", "kanarienwunsch", "9017731", "c0ffee")
VALUES = {
    "firstname": "Zinnober", "lastname": "Quittenbaum", "email": "zinnober.quittenbaum@zinnoberwerke.de", "phone": "+49 30 9017731",
    "need_description": "Kanarienwunsch", "company": "Zinnober Werke",
}  # fmt: skip

UNEXPECTED = """
import sys, threading
from bridge import app, __main__ as command
words = "Zinnober Quittenbaum zinnober.quittenbaum@zinnoberwerke.de Bearer c0ffee"

def fails(*_):
    try:
        raise KeyError(words)
    except KeyError as problem:
        raise ValueError(words) from problem

class Unhappy:
    def __del__(self):
        raise RuntimeError(words)

def in_a_thread():
    thread = threading.Thread(target=fails, name="renewing")
    thread.start()
    thread.join()
    import logging
    logging.getLogger("urllib3.connectionpool").warning("retrying %s", words)
    try:
        fails()
    except ValueError:
        logging.getLogger("concurrent.futures").critical("Exception in initializer:", exc_info=True)
    Unhappy()

if sys.argv[1] == "process":
    from bridge.crashes import keep_words_out
    keep_words_out()
    fails()
real = app.App.workplan
app.App.workplan = lambda self: (in_a_thread(), fails())
sys.argv[1:2] = ["sync"]
command.main()
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    world = small_world([("canary", person(90)[1] | VALUES)])
    made = Installation(tmp_path, world, "sqlite:///var/leadbridge.sqlite", {})
    yield made
    made.close()


def sung(*texts: str) -> list[str]:
    everything = "\n".join(texts).lower()
    return [word for word in CANARIES if word in everything]


@pytest.mark.parametrize("where", ["process", "command"])
def test_what_nobody_expected_is_told_without_words(here: Installation, where: str) -> None:
    here.app.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-c", UNEXPECTED, where, "--home", str(here.folder)],
        env={**os.environ, "LEADBRIDGE_DEBUG": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert "KeyError" in done.stderr, "and what it came from"
    assert ("the thread renewing died" in done.stderr) == (where == "command")
    assert sung(done.stdout, done.stderr) == []


WORKER = """
from sqlalchemy import create_engine
from bridge.crashes import keep_words_out
from bridge.deciding.crew import Crew

keep_words_out()
rules = type("Rules", (), {"facts_mapping": None, "match": None, "facts": None})()
with Crew(1, create_engine("sqlite+pysqlite:////proc/zinnober.quittenbaum/x.sqlite"), rules, 10) as crew:
    crew.start(["L1"])()
"""


def test_a_worker_that_cannot_begin_tells_no_words() -> None:
    """What it could not open is named in the error's own words only."""
    done = subprocess.run([sys.executable, "-c", WORKER], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Exception in initializer" in done.stderr
    assert "FileNotFoundError" in done.stderr
    assert sung(done.stdout, done.stderr) == []


def test_a_refusal_of_the_database_hides_what_was_to_be_written(engine: Any) -> None:
    """SQLAlchemy's own message; PostgreSQL's adds the key, which holds ids."""
    row = {"lead_id": "L1", "target": "salesforce.Lead", "about": "", "operation": "upsert", "payload": VALUES, "state": "ready", "next_at": 0,
           "created_at": 0}  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(delivery).values(row))
    with pytest.raises(Exception, match=r"UNIQUE|unique") as refused, writing(engine) as connection:
        connection.execute(insert(delivery).values(row))
    assert sung(str(refused.value), repr(refused.value)) == []


@pytest.mark.parametrize(
    "words", [("status", "--json"), ("doctor", "--json"), ("check", "--json"), ("sync", "--json"), ("plan", "--json")]
)
def test_what_commands_say_to_machines_holds_no_person(here: Installation, words: tuple[str, ...]) -> None:
    here.cycle()
    here.edit("canary", need_description="Kanarienwunsch 2")
    here.app.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "bridge", *words, "--home", str(here.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    secrets = [value for name, value in here.environment().items() if "URL" not in name]
    assert [one for one in secrets if one in done.stdout + done.stderr] == []
    assert sung(done.stdout, done.stderr) == []
