"""A sandbox in a process of its own: start it, find it again, act in it, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from bridge.errors import RemoteDown, UsageError
from bridge.frozen import frozen
from bridge.settings.connections import LOOPBACK

# A million contacts on a busy machine take two minutes; a process that ends early is noticed at once.
READY_SECONDS = 300


@frozen
class RunningSandbox:
    """Where a sandbox is, and what to log in with."""

    state: Mapping[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """What leadbridge needs in its environment or secrets folder to talk to it."""
        credentials = self.state["credentials"]
        salesforce = credentials["salesforce"]
        return {
            "LEADBRIDGE_HUBSPOT_TOKEN": credentials["hubspot"]["access_token"],
            "LEADBRIDGE_HUBSPOT_BASE_URL": self.state["hubspot_url"],
            "LEADBRIDGE_SALESFORCE_BASE_URL": self.state["salesforce_url"],
            "LEADBRIDGE_SALESFORCE_CLIENT_ID": salesforce["client_id"],
            "LEADBRIDGE_SALESFORCE_CLIENT_SECRET": salesforce["client_secret"],
        }

    def act(self, where: str, what: str, /, **given: Any) -> Any:
        """Let somebody in the sandbox do something. Raises UsageError with the sandbox's own sentence when it cannot be done."""
        answer = self._call("POST", f"/act/{where}/{what}", given)
        return answer.get("result", answer) if isinstance(answer, dict) else answer

    def id_of(self, system: str, kind: str, key: str) -> str:
        """The id that the world's thing `key` has in the sandbox."""
        return str(self.act("world", "id_of", system=system, kind=kind, key=key))

    def acts(self) -> Any:
        """System → act → `asks` and `does`: everything people can do here."""
        return self._call("GET", "/", None)["acts"]

    def advance(self, seconds: float) -> None:
        """Put the sandbox's clock on, so that its search index has caught up."""
        self._call("POST", "/clock/advance", {"seconds": seconds})

    def ledger(self, since: int = 0) -> Any:
        """Every call the sandbox has answered."""
        return self._call("GET", f"/ledger?since={since}", None)

    def _call(self, method: str, path: str, given: Mapping[str, Any] | None) -> Any:
        try:
            answer = requests.request(method, f"{self.state['control_url']}{path}", json=given, timeout=30)
        except requests.RequestException:
            raise RemoteDown(
                "the sandbox does not answer", "Start it again: leadbridge demo, or leadbridge sandbox."
            ) from None
        body = orjson.loads(answer.content) if answer.content else None
        if answer.status_code >= 400:
            raise UsageError(
                str(body.get("error", body)) if isinstance(body, dict) else str(body),
                "leadbridge sandbox act --list shows what can be done.",
            )
        return body


def start(state: Path, log: Path, world: str, seed: int, arguments: tuple[str, ...] = ()) -> RunningSandbox:
    """Start a sandbox that goes on after this process ends; returns when it answers."""
    stop(state)
    state.unlink(missing_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "connectors.sandbox", "--world", world, "--seed", str(seed), "--state", str(state), *arguments],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        found = find(state)
        if found is not None:
            return found
        time.sleep(0.05)
    process.terminate()
    raise RemoteDown("the sandbox did not start", f"Its last words are in {log}.")


def find(state: Path) -> RunningSandbox | None:
    """The sandbox that wrote `state`, if it still runs."""
    try:
        told = orjson.loads(state.read_bytes())
        os.kill(int(told["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return RunningSandbox(told)


def stop(state: Path) -> bool:
    """Stop the sandbox that wrote `state`; False when none runs."""
    found = find(state)
    if found is None:
        return False
    os.kill(int(found.state["pid"]), signal.SIGTERM)
    until = time.monotonic() + 10
    while find(state) is not None and time.monotonic() < until:
        time.sleep(0.05)
    return True


def wait(running: RunningSandbox) -> None:
    """Return when its process has ended."""
    while _alive(int(running.state["pid"])):
        time.sleep(0.2)


def _alive(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)  # a child of ours that has ended would be there until it is asked
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def refuse_real_secrets(home: Path) -> None:
    """Raise UsageError when the secrets folder of `home` holds anything else than a sandbox's: they would be lost."""
    folder = home / "secrets"
    found = sorted(path.name for path in folder.glob("leadbridge_*"))
    address = folder / "leadbridge_hubspot_base_url"
    if found and not (address.is_file() and urlsplit(address.read_text().strip()).hostname in LOOPBACK):
        raise UsageError(f"{folder} holds {found[0]} of a real system", "Name another folder with --home.")


def keep_secrets(home: Path, running: RunningSandbox) -> None:
    """The sandbox's credentials as an admin would mount them: one file each, for the owner's eyes."""
    folder = home / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, value in running.environment.items():
        path = folder / name.lower()
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")
