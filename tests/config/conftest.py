"""A small set of settings that is right, in a folder of its own, for tests that break it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.settings.loading import read_settings

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

    def expect(self, file: str, at: str, key: str, words: str) -> None:
        """Loading finds one problem: in `file` at `line:column`, with this key and words."""
        problems = read_settings(self.config, self.mappings).problems
        assert len(problems) == 1, [str(problem) for problem in problems]
        problem = problems[0]
        assert problem.file == str(self.root / file)
        assert (f"{problem.line}:{problem.column}", problem.key) == (at, key)
        assert words in f"{problem.text} {problem.suggestion}"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    return Files(tmp_path)
