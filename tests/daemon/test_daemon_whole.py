"""The real daemon, its real jobs, against the sandbox: it becomes ready by working, and says when it no longer can."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
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


def test_it_works_and_tells_the_truth(
    home: Home, sandbox: sandbox_process.RunningSandbox, tmp_path: Path, wait_for: Callable[..., None]
) -> None:
    apply_setup(App(home), permission_set=sandbox.state["credentials"]["salesforce"]["permission_set"])
    schedule = home.config / "schedule.yaml"
    schedule.write_text(schedule.read_text().replace("every: 5m", "every: 10s"))
    log = tmp_path / "daemon.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge", "daemon", "--home", str(home.path), "--port", "0"],
            stderr=out,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )

    def events(name: str) -> list[dict[str, object]]:
        return [line for line in map(orjson.loads, log.read_bytes().splitlines()) if line["event"] == name]

    try:
        wait_for(lambda: bool(events("run_ended")))
        assert events("run_ended")[0]["outcome"] == "done", events("run_ended")[0]
        url = f"http://127.0.0.1:{events('daemon_started')[0]['port']}"
        wait_for(lambda: _get(f"{url}/readyz")[1]["last_success"] is not None)
        assert _get(f"{url}/readyz")[0] == 200
        wait_for(lambda: {"sync", "follow_up"} <= {one["job"] for one in events("run_ended")})
        sandbox_process.stop(tmp_path / "sandbox.json")
        wait_for(lambda: _get(f"{url}/readyz")[0] == 503, seconds=120)
        assert "no sync has ended well within three intervals" in str(_get(f"{url}/readyz")[1]["reasons"])
        assert _get(f"{url}/healthz")[0] == 200
        assert any(one["outcome"] == "remote_down" for one in events("run_ended"))
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


def _get(url: str) -> tuple[int, dict[str, object]]:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(url, timeout=10)
    return answer.status_code, orjson.loads(answer.content)
