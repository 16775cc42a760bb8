"""What the machine may deny: room for the logs, file descriptors. The work goes on, or ends with a sentence and goes on later."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bridge.cli import sandbox_process
from bridge.installation.home import Home

STUB = Path(__file__).parent / "stub_daemon.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_room_for_the_logs_stops_no_work(
    home: Home, shared: Engine, tmp_path: Path, wait_for: Callable[..., None]
) -> None:
    """Every line that is written fails, as on a full disk."""
    record = tmp_path / "ran"
    with open("/dev/full", "wb") as full:
        process = subprocess.Popen(
            [sys.executable, str(STUB), str(home.path), str(record), "quick", "1"], stderr=full, stdout=full, env=ENVIRONMENT
        )  # fmt: skip
        try:
            wait_for(lambda: record.exists() and len(record.read_text().splitlines()) >= 4)
            process.terminate()
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()


def test_too_few_file_descriptors_end_a_cycle_and_lose_nothing(home: Home, tmp_path: Path) -> None:
    """From so few that nothing can be opened to enough: each ends by itself with an exit code, and the last one does the work."""
    sandbox = sandbox_process.start(tmp_path / "sandbox.json", tmp_path / "sandbox.log", "empty", 7)
    try:
        sandbox_process.keep_secrets(home.path, sandbox)
        ended = [_cycle(home, limit) for limit in (8, 9, 10, 11, 12, 64)]
    finally:
        sandbox_process.stop(tmp_path / "sandbox.json")
    assert ended[-1] in (0, 1)
    assert any(code != 0 for code in ended[:-1]), "some had too few"


def _cycle(home: Home, limit: int) -> int:
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "bridge", "sync", "--home", str(home.path)],
        env=ENVIRONMENT, preexec_fn=few, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1, 2, 3), done.stderr.decode()
    return done.returncode
