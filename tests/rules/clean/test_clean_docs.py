"""The page about formats knows every format and every reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.stages.clean.formats import FORMATS
from bridge.stages.clean.reasons import REASONS

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*FORMATS, *REASONS])
def test_named_on_the_page(word: str) -> None:
    assert f"`{word}`" in PAGE
