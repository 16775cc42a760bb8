"""A signal that comes at any moment after a command began ends it in good order: its own exit code, a sentence, nothing held."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.installation.starter import copy_starter

AT_IMPORT = """
import os, signal, sys
class Teller:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{how})
sys.meta_path.insert(0, Teller())
sys.argv = ["leadbridge", *{arguments!r}]
from bridge.__main__ import main
main()
"""
"""The command, told to stop at the moment at which it asks for that module."""
AT_EXIT = """
import os, signal, sys
class Teller:
    def __del__(self):
        os.kill(os.getpid(), signal.{how})
sys.teller = Teller()
sys.argv = ["leadbridge", *{arguments!r}]
from bridge.__main__ import main
main()
"""
"""The command, told to stop when it has ended and its modules are taken down."""
IN_A_RUN = """
import os, signal, sys
from pathlib import Path
from unittest import mock
from bridge.app import App
from bridge.installation.home import Home
from bridge.cycle import holding_lease
from bridge.staging.database import reading
from bridge.stopping import hear
from sqlalchemy import text
app = App(Home(Path({home!r})))
hear(daemon=False)
try:
    with mock.patch.object(App, "_context"), holding_lease(app) as lease, app.run("cycle", lease=lease):
        os.kill(os.getpid(), signal.{how})
        signal.pause()
except KeyboardInterrupt:
    with reading(app.engine) as connection:
        print(connection.scalar(text("SELECT expires_at FROM lease")), connection.scalar(text("SELECT outcome FROM run")))
    sys.exit(1)
"""
IN_A_PAGE = """
import os, signal, sys, time
from bridge.app import App
from bridge.cli import backfill
from unittest import mock
def page(*arguments, **options):
    began = time.monotonic()
    os.kill(os.getpid(), signal.{how})
    try:
        time.sleep(30)
    finally:
        print(time.monotonic() - began)
backfill.run_backfill = page
with mock.patch.object(App, "_context"), mock.patch.object(App, "workplan"):
    sys.argv = ["leadbridge", "backfill", "--all", "--send", "--home", {home!r}]
    from bridge.__main__ import main
    main()
"""
"""A backfill, told to stop once while it waits for an answer that does not come."""
IN_A_WORKER = """
import os, signal, sys
os.setsid()
from bridge.cli import match_files
def told(*arguments):
    {tell}
    signal.pause()
match_files._answer = told
sys.argv = ["leadbridge", "match", "--accounts", {accounts!r}, "--leads", {leads!r}, "--out", {out!r}, "--workers", "2"]
from bridge.__main__ import main
main()
"""
"""Leads of a file are answered by two processes, in one of which `tell` happens."""
HOWS = ("SIGTERM", "SIGINT", "SIGHUP")
SECRETS = {
    "leadbridge_hubspot_token": "t",
    "leadbridge_hubspot_base_url": "http://127.0.0.1:9",
    "leadbridge_salesforce_base_url": "http://127.0.0.1:9",
    "leadbridge_salesforce_client_id": "i",
    "leadbridge_salesforce_client_secret": "s",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation whose systems are not there."""
    copy_starter(tmp_path)
    (tmp_path / "secrets").mkdir(mode=0o700)
    for name, value in SECRETS.items():
        (tmp_path / "secrets" / name).write_text(value)
    return tmp_path


def _told_at(module: str, how: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(AT_IMPORT.format(module=module, how=how, arguments=arguments))


def _run(script: str) -> subprocess.CompletedProcess[str]:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests under nohup
    try:
        return subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
    finally:
        signal.signal(signal.SIGHUP, before)


def _files(tmp_path: Path) -> dict[str, str]:
    """An account, a lead and where the answers go, as IN_A_WORKER takes them."""
    (tmp_path / "accounts.csv").write_text("account_id,name\n1,ACME\n")
    (tmp_path / "leads.csv").write_text("lead_id,company\n1,ACME\n")
    return {name: str(tmp_path / f"{name}.csv") for name in ("accounts", "leads", "out")}


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize(
    "module", ["bridge.cli", "bridge.daemon.service", "connectors.hubspot.client", "alembic.command"]
)
def test_a_daemon_that_has_just_begun_ends_well(module: str, how: str, home: Path) -> None:
    done = _told_at(module, how, "daemon", "--port", "0", "--home", str(home))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("module", ["bridge.cli", "bridge.app", "connectors.hubspot.client"])
@pytest.mark.parametrize("command", [("sync",), ("backfill", "--all", "--send")])
def test_a_command_that_is_told_to_stop_says_so(command: tuple[str, ...], module: str, how: str, home: Path) -> None:
    done = _told_at(module, how, *command, "--home", str(home))
    assert done.returncode == 1
    assert "Stopped by you." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", HOWS)
def test_what_was_done_stays_done_while_python_takes_itself_down(how: str, home: Path) -> None:
    script = AT_EXIT.format(how=how, arguments=("status", "--json", "--home", str(home)))
    done = _run(script)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("how", HOWS)
def test_a_cycle_that_was_told_to_stop_is_kept_as_stopped_and_leaves_its_lease(how: str, home: Path) -> None:
    done = _run(IN_A_RUN.format(how=how, home=str(home)))
    assert (done.returncode, done.stdout) == (1, "0 stopped\n"), done.stderr


@pytest.mark.parametrize("how", HOWS)
def test_a_backfill_that_is_told_to_stop_once_does_not_wait_for_an_answer_that_does_not_come(
    how: str, home: Path
) -> None:
    done = _run(IN_A_PAGE.format(how=how, home=str(home)))
    assert done.returncode == 1
    assert "Stopped by you." in done.stderr
    assert float(done.stdout) < 10


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("tell", ["os.killpg(0, signal.{how})", "os.kill(os.getppid(), signal.{how})"])
def test_files_that_several_processes_read_are_left_with_one_sentence(tell: str, how: str, tmp_path: Path) -> None:
    done = _run(IN_A_WORKER.format(tell=tell.format(how=how), **_files(tmp_path)))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: Stopped by you.\n  Run the command again; it begins anew.\n"
    assert not (tmp_path / "out.csv").exists()


def test_a_process_that_is_killed_while_it_matches_ends_the_command_with_what_to_do(tmp_path: Path) -> None:
    done = _run(IN_A_WORKER.format(tell="os.kill(os.getpid(), signal.SIGKILL)", **_files(tmp_path)))
    assert done.returncode == 2
    assert "ended from outside" in done.stderr
    assert "--workers 1" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_processes_that_match_end_when_the_command_is_killed(tmp_path: Path) -> None:
    """Whoever is left would hold the command's output open, and this would not end."""
    done = _run(IN_A_WORKER.format(tell="os.kill(os.getppid(), signal.SIGKILL)", **_files(tmp_path)))
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "", "")
