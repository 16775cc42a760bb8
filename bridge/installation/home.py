"""Where an installation lives: one folder with `config/`, `mappings/`, and what it keeps in `var/`."""

from __future__ import annotations

import os
from pathlib import Path

from bridge.errors import UsageError
from bridge.frozen import frozen


@frozen
class Home:
    """An installation's folder. Relative database paths in `config/bridge.yaml` start here."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config"

    @property
    def mappings(self) -> Path:
        return self.path / "mappings"

    @property
    def secrets(self) -> Path:
        """Files named like settings, one secret each; beside the environment."""
        return self.path / "secrets"

    @property
    def var(self) -> Path:
        return self.path / "var"

    def database_url(self, url: str) -> str:
        """`url` with a relative SQLite path made to start in this home."""
        prefix = "sqlite:///"
        if url.startswith(prefix) and not url.startswith("sqlite:////"):
            return f"{prefix}{(self.path / url.removeprefix(prefix)).resolve()}"
        return url


def find_home(given: Path | None = None) -> Home:
    """The folder given, else `LEADBRIDGE_HOME`, else here. Raises UsageError when there is no `config/bridge.yaml` in it."""
    path = given or Path(os.environ.get("LEADBRIDGE_HOME") or ".")
    if not (path / "config" / "bridge.yaml").is_file():
        raise UsageError(
            f"{path.resolve()} holds no config/bridge.yaml",
            "Run `leadbridge init` to make one, or name the folder with --home or LEADBRIDGE_HOME.",
        )
    return Home(path)
