"""Every command and option that README and docs show exists, and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.cli.main import COMMANDS, application

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
SHOWN = re.compile(r"leadbridge ((?:[a-z]+ ?)+)((?: ?--[a-z-]+(?:[ =][^\s`|]+)?| [^-\s`|#][^\s`|#]*)*)")
NAMES = [name for name, *_ in COMMANDS]


def shown_commands() -> list[tuple[str, str, str]]:
    """(page, command, rest of the line) of every `leadbridge …` in code spans and console blocks."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        spans = re.findall(r"`(leadbridge [^`]+)`", text) + re.findall(r"^\$ (leadbridge [^#\n]+)", text, re.MULTILINE)
        for span in spans:
            words = span.split()
            found.append((page.name, words[1], " ".join(words[2:])))
    return sorted(set(found))


def help_of(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    application([name])([name, "--help"], exit_on_error=False, result_action="return_value")
    return capsys.readouterr().out


@pytest.mark.parametrize(("page", "command", "rest"), shown_commands())
def test_a_command_that_is_shown_exists_with_its_options(
    page: str, command: str, rest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if command.startswith("-"):
        return
    assert command in NAMES, f"{page} shows `leadbridge {command}`"
    options = re.findall(r"--[a-z][a-z-]*", rest)
    words = rest.split()
    told = help_of(command, capsys)
    if words and re.fullmatch(r"[a-z]+", words[0]):
        application([command])([command, words[0], "--help"], exit_on_error=False, result_action="return_value")
        told += capsys.readouterr().out
    for option in options:
        assert option in told, f"{page} shows {option} of `leadbridge {command}`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
