"""A small set of settings that is right, in a folder of its own, for tests that break it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

BASE = Path(__file__).parent / "base"


@dataclass(frozen=True)
class Files:
    """A copy of the base files."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def mappings(self) -> Path:
        return self.root / "mappings"

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace `old`, which stands in the file exactly once, by `new`; an empty `old` replaces everything."""
        path = self.root / file
        if not old:
            path.write_bytes(new.encode("utf-8", "surrogateescape"))
            return
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_bytes(text.replace(old, new).encode("utf-8", "surrogateescape"))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    return Files(tmp_path)
