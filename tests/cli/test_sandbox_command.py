"""`leadbridge sandbox`: start, look, act, stop, and no real secret overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from bridge.cli import run, sandbox_process
from bridge.cli.sandbox_acts import arguments
from bridge.errors import UsageError

ACTS = {
    "hubspot": {
        "edit": {"asks": "(kind: 'str', id: 'str', properties: 'Mapping[str, Any]') -> 'str'", "does": ""},
        "limits": {"asks": "(enabled: 'bool' = True, daily: 'int | None' = None) -> 'None'", "does": ""},
        "add_to_list": {"asks": "(list_id: 'str', ids: 'list[str]') -> 'None'", "does": ""},
    }
}


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("edit", ["kind=contacts", "id=0101"], {"kind": "contacts", "id": "0101"}),
        (
            "edit",
            ["properties.jobtitle=VP Sales", "properties.phone=5"],
            {"properties": {"jobtitle": "VP Sales", "phone": "5"}},
        ),
        ("edit", ['properties={"jobtitle": "a=b"}'], {"properties": {"jobtitle": "a=b"}}),
        ("edit", ["id=a=b"], {"id": "a=b"}),
        ("edit", ["id="], {"id": ""}),
        ("limits", ["enabled=false", "daily=100"], {"enabled": False, "daily": 100}),
        ("limits", ["daily=null"], {"daily": None}),
        ("add_to_list", ['ids=["1", "2"]'], {"ids": ["1", "2"]}),
    ],
)
def test_words_become_arguments(name: str, words: list[str], expected: dict[str, Any]) -> None:
    assert arguments(ACTS, "hubspot", name, words) == expected


@pytest.mark.parametrize(
    ("system", "name", "words", "message"),
    [
        ("hubspto", "edit", [], "no system 'hubspto' in the sandbox. .*hubspot"),
        ("hubspot", "edti", [], "nobody in hubspot can 'edti'. .*edit"),
        ("hubspot", "edit", ["contacts"], "'contacts' is not key=value"),
        ("hubspot", "edit", ["=x"], "'=x' is not key=value"),
        ("hubspot", "edit", ["properties={jobtitle: x}"], "properties: .* cannot be read"),
        ("hubspot", "limits", ["daily=many"], "daily: 'many' cannot be read"),
        ("hubspot", "edit", ["properties=x", "properties.a=y"], "given twice"),
    ],
)
def test_what_cannot_be_done_is_said(system: str, name: str, words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        arguments(ACTS, system, name, words)


def test_a_sandbox_from_start_to_stop(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    home = ["--home", str(tmp_path)]

    def told(*words: str, code: int = 0) -> Any:
        assert run(["sandbox", *words, *home, "--json"]) == code
        return orjson.loads(capfdbinary.readouterr().out)

    try:
        state = told("start", "--world", "empty")
        assert told("status")["hubspot_url"] == state["hubspot_url"]
        assert (tmp_path / "secrets" / "leadbridge_hubspot_token").stat().st_mode & 0o777 == 0o600
        assert "edit" in told("act", "--list")["hubspot"]
        made = told("act", "hubspot", "create", "kind=contacts", "properties.email=ada@example.com")
        assert told("act", "hubspot", "edit", "kind=contacts", f"id={made}", "properties.jobtitle=CTO") == made
        assert run(["sandbox", "act", "hubspot", "edit", "kind=contacts", "id=999", "properties.a=b", *home]) == 2
        capfdbinary.readouterr()
        assert told("stop") == {"stopped": True}
    finally:
        sandbox_process.stop(tmp_path / "sandbox.json")
    assert told("status", code=3) == {"running": False}
    assert told("stop") == {"stopped": False}
    assert run(["sandbox", "act", "--list", *home]) == 3


def test_real_secrets_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    token = tmp_path / "secrets" / "leadbridge_hubspot_token"
    token.write_text("the real one")
    assert run(["sandbox", "start", "--world", "empty", "--home", str(tmp_path)]) == 2
    assert token.read_text() == "the real one"
    assert not (tmp_path / "sandbox.json").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--world", "csv"], "a csv world needs its files"),
        (["--folder", "nowhere"], "there is no folder nowhere"),
        (["--folder", ".", "--size", "5"], "--folder makes a csv world"),
        (["--world", "empty", "--size", "5"], "--size is a number of contacts"),
        (["--size", "0"], "--size is a number of contacts"),
    ],
)
def test_worlds_that_cannot_be_are_refused(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sandbox", "start", *words, "--home", str(tmp_path)]) == 2
    assert says in capsys.readouterr().err
