"""An installation to measure on: a home with the starter files, room for everybody in Sales, and no brake in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bridge.app import App
from bridge.installation.home import Home
from bridge.installation.setup import apply_setup
from bridge.installation.starter import copy_starter

PLENTY = 10_000_000
ROOM = {"rep": {"open_leads": PLENTY, "new_per_day": PLENTY}, "teams": {}}
NO_BRAKES = {"brakes": {"send": PLENTY, "change": PLENTY, "recall": PLENTY}}


class MovableClock:
    """The clock on the wall, put on as far as `ahead` says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def make_home(folder: Path, environment: Mapping[str, str]) -> Home:
    """A home at `folder` whose secrets are those of a sandbox."""
    copy_starter(folder)
    configure(folder, "capacity", ROOM)
    configure(folder, "bridge", NO_BRAKES)
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    for name, value in environment.items():
        path = secrets / name.lower()
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")
    return Home(folder)


def configure(folder: Path, name: str, changes: Mapping[str, Any]) -> None:
    """Merge `changes` into `config/<name>.yaml`."""
    path = folder / "config" / f"{name}.yaml"
    known = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        if isinstance(value, dict) and value and isinstance(known.get(key), dict):
            known[key].update(value)
        else:
            known[key] = value
    path.write_text(yaml.safe_dump(known, sort_keys=False), encoding="utf-8")


def open_app(home: Home, state: Mapping[str, Any], clock: Callable[[], datetime]) -> App:
    """The installation with our fields and properties made in both systems."""
    app = App(home, clock=clock)
    apply_setup(app, permission_set=str(state["credentials"]["salesforce"]["permission_set"]))
    return app


def environment_of(state: Mapping[str, Any]) -> dict[str, str]:
    """What leadbridge needs in its secrets folder to talk to the sandbox of that state."""
    hubspot, salesforce = state["credentials"]["hubspot"], state["credentials"]["salesforce"]
    return {
        "LEADBRIDGE_HUBSPOT_TOKEN": hubspot["access_token"],
        "LEADBRIDGE_HUBSPOT_BASE_URL": state["hubspot_url"],
        "LEADBRIDGE_SALESFORCE_BASE_URL": state["salesforce_url"],
        "LEADBRIDGE_SALESFORCE_CLIENT_ID": salesforce["client_id"],
        "LEADBRIDGE_SALESFORCE_CLIENT_SECRET": salesforce["client_secret"],
    }
