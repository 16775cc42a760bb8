"""The real daemon, its real jobs, against the sandbox: it becomes ready by working, and says when it no longer can."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
import requests

from bridge.app import App
from bridge.cli import sandbox_process
from bridge.installation.home import Home
from bridge.installation.setup import apply_setup


@pytest.fixture
def sandbox(home: Home, tmp_path: Path) -> Iterator[sandbox_process.RunningSandbox]:
    made = sandbox_process.start(tmp_path / "sandbox.json", tmp_path / "sandbox.log", "empty", 7)
    sandbox_process.keep_secrets(home.path, made)
    yield made
    sandbox_process.stop(tmp_path / "sandbox.json")


@dataclass
class Daemon:
    """A real daemon with a cycle every ten seconds."""

    popen: subprocess.Popen[bytes]
    log: Path

    def events(self, name: str) -> list[dict[str, object]]:
        return [line for line in map(orjson.loads, self.log.read_bytes().splitlines()) if line["event"] == name]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.events('daemon_started')[0]['port']}"

    def ready(self) -> bool:
        return _get(f"{self.url}/readyz")[0] == 200


@pytest.fixture
def real(
    home: Home, sandbox: sandbox_process.RunningSandbox, tmp_path: Path, wait_for: Callable[..., None]
) -> Iterator[Daemon]:
    """One that has worked."""
    apply_setup(App(home), permission_set=sandbox.state["credentials"]["salesforce"]["permission_set"])
    schedule, bridge = home.config / "schedule.yaml", home.config / "bridge.yaml"
    schedule.write_text(schedule.read_text().replace("every: 5m", "every: 10s"))
    bridge.write_text(bridge.read_text().replace("call: 60", "call: 3"))
    log = tmp_path / "daemon.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge", "daemon", "--home", str(home.path), "--port", "0"],
            stderr=out,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    made = Daemon(process, log)
    try:
        wait_for(lambda: bool(made.events("run_ended")))
        assert made.events("run_ended")[0]["outcome"] == "done", made.events("run_ended")[0]
        wait_for(lambda: _get(f"{made.url}/readyz")[1]["last_success"] is not None)
        yield made
    finally:
        process.kill()
        process.wait()


def test_it_works_and_tells_the_truth(real: Daemon, tmp_path: Path, wait_for: Callable[..., None]) -> None:
    assert real.ready()
    wait_for(lambda: {"sync", "follow_up"} <= {one["job"] for one in real.events("run_ended")})
    sandbox_process.stop(tmp_path / "sandbox.json")
    wait_for(lambda: not real.ready(), seconds=120)
    assert "no sync has ended well within three intervals" in str(_get(f"{real.url}/readyz")[1]["reasons"])
    assert _get(f"{real.url}/healthz")[0] == 200
    assert any(one["outcome"] == "remote_down" for one in real.events("run_ended"))
    real.popen.terminate()
    assert real.popen.wait(10) == 0


@pytest.mark.parametrize(("fault", "path"), [("slow_drip", "*/search"), ("black_hole", "*/composite")])
def test_a_server_that_never_ends_its_answer_holds_no_cycle(
    real: Daemon, sandbox: sandbox_process.RunningSandbox, wait_for: Callable[..., None], fault: str, path: str
) -> None:
    """A call may take three seconds; each answer would take minutes. Cycles end, the daemon says so, and works again by itself."""
    wait_for(lambda: real.ready())
    faults = f"{sandbox.state['control_url']}/faults"
    requests.post(faults, json={"name": fault, "path": path, "seconds": 120}, timeout=10).raise_for_status()
    wait_for(lambda: not real.ready(), seconds=120)
    ended = [one for one in real.events("run_ended") if one["outcome"] == "remote_down"]
    assert ended, "cycles come to an end"
    requests.delete(faults, timeout=10).raise_for_status()
    wait_for(lambda: real.ready(), seconds=120)


def _get(url: str) -> tuple[int, dict[str, object]]:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(url, timeout=10)
    return answer.status_code, orjson.loads(answer.content)
