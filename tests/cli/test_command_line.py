"""The commands without any system: help that suffices, exit codes, no tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli import main as main_module
from bridge.cli.demo import _prepare as prepare_demo
from bridge.cli.main import COMMANDS, run
from connectors.errors import BudgetSpent, NotAllowed, SchemaChanged, Unavailable


@pytest.mark.parametrize("name", [name for name, *_ in COMMANDS])
def test_every_command_helps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"Usage: leadbridge {name}" in said
    assert len(said.splitlines()) > 5


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert [name for name, *_ in COMMANDS if name not in said] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["sync", "--nonsense"],
        ["backfill", "--since", "yesterday-ish"],
        ["explain"],
        ["sync", "--home", "/nowhere/at/all"],
        ["status", "--home", "/nowhere/at/all"],
        ["plan", "--home", "/nowhere/at/all"],
        ["check", "--home", "/nowhere/at/all"],
        ["doctor", "--home", "/nowhere/at/all"],
        ["setup", "--home", "/nowhere/at/all"],
        ["daemon", "--home", "/nowhere/at/all"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_two_and_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert (said.err + said.out).strip()


@pytest.mark.parametrize("arguments", [["nonsense"], ["sync", "--nonsense"], ["explain"], ["match"]], ids=" ".join)
def test_a_wrong_call_is_told_to_programs_as_json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*arguments, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"]
    assert told["hint"]
    assert told["exit_code"] == 2


def test_a_full_disk_is_named_and_is_no_fault_of_ours() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "bridge", "init", "--help"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, "No space left" in ended.stderr, "itself failed" in ended.stderr) == (2, True, False)


def test_init_makes_an_installation_and_leaves_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["written"]) > 8
    mine = tmp_path / "config" / "capacity.yaml"
    mine.write_text("rep: {open_leads: 3}\n", encoding="utf-8")
    assert run(["init", str(tmp_path)]) == 0
    assert mine.read_text(encoding="utf-8") == "rep: {open_leads: 3}\n"
    capsys.readouterr()
    assert run(["check", "--offline", "--json", "--home", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []


def test_missing_secrets_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LEADBRIDGE_HUBSPOT_TOKEN", "LEADBRIDGE_SALESFORCE_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    run(["init", str(tmp_path)])
    capsys.readouterr()
    assert run(["sync", "--home", str(tmp_path)]) == 2
    assert "LEADBRIDGE_" in capsys.readouterr().err


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "bridge", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.strip()


def test_check_without_credentials_checks_the_files_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("LEADBRIDGE_")]:
        monkeypatch.delenv(name)
    assert run(["init", str(tmp_path)]) == 0
    assert run(["check", "--home", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("note: the live schemas could not be read")
    assert "error" not in said.err
    (tmp_path / "config" / "follow_up.yaml").write_text("first_touch: 0\n")
    assert run(["check", "--home", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "first_touch" in said.out
    assert said.err.startswith("note: the live schemas were not asked")
    assert "first_touch" not in said.err, "a mistake is told once"


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (NotAllowed("HubSpot does not accept the access token", system="hubspot", status=401), 2),
        (SchemaChanged("no such property", system="hubspot", names=("x",)), 2),
        (Unavailable("did not answer", system="salesforce"), 3),
        (BudgetSpent("HubSpot's calls of the day are used up", system="hubspot"), 3),
    ],
)
def test_what_a_person_must_mend_is_two_and_what_passes_is_three(
    problem: Exception, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_named: object) -> object:
        raise problem

    monkeypatch.setattr(main_module, "application", lambda _wanted: fails)
    assert run(["status"]) == code
    said = capsys.readouterr().err
    assert "HubSpot" in said or "Salesforce" in said
    assert "hubspot" not in said


@pytest.mark.parametrize("command", [["status"], ["plan"], ["explain", "5"], ["erase", "5"]], ids=" ".join)
def test_a_database_that_cannot_be_used_is_three_and_says_what_to_do(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path)]) == 0
    file = tmp_path / "var" / "leadbridge.sqlite"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"no database at all" * 1_000)
    capsys.readouterr()
    assert run([*command, "--home", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert "is no SQLite database" in said
    assert "newest backup" in said
    monkeypatch.setenv("LEADBRIDGE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert run([*command, "--home", str(tmp_path)]) == 3
    said = capsys.readouterr().err
    assert "the database does not answer" in said
    assert "LEADBRIDGE_DATABASE_URL" in said


def test_the_doctor_names_a_damaged_database_among_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path)]) == 0
    file = tmp_path / "var" / "leadbridge.sqlite"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"no database at all" * 1_000)
    capsys.readouterr()
    assert run(["doctor", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "mend database: the database file is no SQLite database" in said
    assert "LEADBRIDGE_HUBSPOT_TOKEN is not set" in said, "what comes after is looked at all the same"


def test_an_error_is_json_for_who_asked_for_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--json", "--home", "/nowhere/at/all"]) == 2
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["exit_code"] == 2
    assert "holds no config/bridge.yaml" in told["error"]
    assert "leadbridge init" in told["hint"]


def test_check_names_a_misspelled_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path)]) == 0
    monkeypatch.setenv("LEADBRIDGE_HUBSPOT_TOKN", "pat-canary")
    capsys.readouterr()
    assert run(["check", "--offline", "--home", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    assert (
        "LEADBRIDGE_HUBSPOT_TOKN: is not a variable the bridge reads. did you mean 'LEADBRIDGE_HUBSPOT_TOKEN'?" in said
    )
    assert "pat-canary" not in said


@pytest.mark.parametrize("command", [["status"], ["handoffs", "waiting"]], ids=" ".join)
def test_what_needs_no_connection_needs_no_secrets(command: list[str], tmp_path: Path) -> None:
    assert run(["init", str(tmp_path)]) == 0
    assert run([*command, "--home", str(tmp_path)]) == 0


def test_a_demo_replaces_nothing_but_a_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path)]) == 0
    own = tmp_path / "config" / "bridge.yaml"
    own.write_text("brakes: {send: 7}\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["demo", "--folder", str(tmp_path)]) == 2
    assert "that no demo made" in " ".join(capsys.readouterr().err.split())
    assert own.read_text(encoding="utf-8") == "brakes: {send: 7}\n", "somebody's installation is left alone"
    fresh = tmp_path / "demo"
    prepare_demo(fresh)
    (fresh / "var").mkdir()
    prepare_demo(fresh)
    assert sorted(one.name for one in fresh.iterdir()) == [".leadbridge-demo", "config", "mappings"]


def test_a_path_that_cannot_be_used_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one piece, however long it is, so that it can be copied."""
    file = tmp_path / ("file" * 40)
    file.write_text("x", encoding="utf-8")
    for command in (["init", str(file / "here")], ["demo", "--folder", str(file)]):
        assert run(command) == 2
        said = capsys.readouterr().err
        assert str(file) in said
        assert "Not a directory" in said
