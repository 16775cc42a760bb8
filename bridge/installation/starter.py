"""The starter files: the YAML an installation begins with, from the wheel or from the source tree."""

from __future__ import annotations

import shutil
from pathlib import Path

from bridge.errors import UsageError

FOLDERS = ("config", "mappings")


def starter_folder(name: str) -> Path:
    """Where the starter files of `config` or `mappings` lie."""
    packed = Path(__file__).parent / "starter" / name
    return packed if packed.is_dir() else Path(__file__).parents[2] / name


def copy_starter(home: Path, *, replace: bool = False) -> list[Path]:
    """Copy the starter files into `home`; files that are there already stay as they are unless `replace`. Returns what was written."""
    written: list[Path] = []
    for name in FOLDERS:
        source = starter_folder(name)
        if not source.is_dir():
            raise UsageError(
                f"the starter files of {name} are missing from this installation", "Install leadbridge again."
            )
        (home / name).mkdir(parents=True, exist_ok=True)
        for path in sorted(source.glob("*.yaml")):
            target = home / name / path.name
            if replace or not target.exists():
                shutil.copyfile(path, target)
                written.append(target)
    return written
