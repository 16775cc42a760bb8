"""A database that takes every word and answers none: the daemon says that nobody should count on it, and ends itself for its supervisor."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import make_url

from bridge.installation.home import Home
from bridge.staging.database import open_engine

Wait = Callable[..., None]


class Between:
    """A line to PostgreSQL that can go deaf: what comes in is taken and goes nowhere."""

    def __init__(self, url: str) -> None:
        self.deaf = threading.Event()
        self._target = make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        there = self._target.set(host="127.0.0.1", port=port, query={})
        self.url = there.render_as_string(hide_password=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(conn,), daemon=True).start()

    def _server(self) -> socket.socket:
        host = str(self._target.query.get("host", self._target.host))
        if not host.startswith("/"):
            return socket.create_connection((host, self._target.port or 5432))
        made = socket.socket(socket.AF_UNIX)
        made.connect(f"{host}/.s.PGSQL.{self._target.port or 5432}")
        return made

    def _carry(self, conn: socket.socket) -> None:
        with conn, self._server() as server:
            while True:
                ready, _, _ = select.select([conn, server], [], [], 1)
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    if not self.deaf.is_set():
                        (server if one is conn else conn).sendall(data)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def between(home: Home, postgres_url: str) -> Iterator[Between]:
    made = Between(postgres_url)
    (home.secrets / "leadbridge_database_url").write_text(made.url)
    engine = open_engine(made.url)
    engine.connect().close()
    engine.dispose()
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_a_database_that_answers_nothing_ends_the_daemon(
    home: Home, between: Between, daemon, wait_for: Wait, tmp_path: Path
) -> None:
    """A slot a second; a job may take eight seconds, and no more may a look at the database."""
    one = daemon("quick", "1", "8")
    wait_for(lambda: len(one.ran()) >= 2)
    url = f"http://127.0.0.1:{one.events('daemon_started')[0]['port']}"
    wait_for(lambda: ready(url))
    between.deaf.set()
    deaf_since = time.monotonic()
    wait_for(lambda: not ready(url), seconds=20)
    assert one.popen.wait(60) == 3
    assert time.monotonic() - deaf_since < 60
    assert one.events("hung"), "the watchdog says why"
    assert one.events("not_given_back"), "and that the database was not there to give back to"


def ready(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(f"{url}/readyz", timeout=10).status_code == 200
        except requests.ConnectionError:
            return False
