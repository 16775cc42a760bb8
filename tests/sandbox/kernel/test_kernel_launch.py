"""Starting and stopping the sandbox, in this process and in one of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3

from connectors.sandbox.__main__ import main
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Ref, Thing, World

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_both_systems_are_served_and_closed() -> None:
    with Sandbox() as sandbox, urllib3.PoolManager() as pool:
        assert pool.request("GET", sandbox.hubspot_url + "/crm/v3/objects/contacts").status == 401
        assert pool.request("GET", sandbox.salesforce_url + "/services/data").status == 200
        acts = pool.request("GET", sandbox.control_url).json()["acts"]
        assert set(acts) >= {"hubspot", "salesforce"}
        assert {entry.system for entry in sandbox.ledger.since()} == {"hubspot", "salesforce"}
        url = sandbox.hubspot_url
    with pytest.raises(urllib3.exceptions.MaxRetryError), urllib3.PoolManager() as pool:
        pool.request("GET", url, retries=0)


def test_in_a_process_of_its_own_until_sigterm(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.json"
    asked = [
        "--world",
        "empty",
        "--seed",
        "3",
        "--now",
        "2026-03-01T00:00:00+00:00",
        "--state",
        str(state),
        "--no-limits",
    ]
    process = subprocess.Popen([sys.executable, "-m", "connectors.sandbox", *asked], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        assert said == json.loads(state.read_text(encoding="utf-8"))
        assert (said["world"], said["seed"], said["pid"]) == ("empty", 3, process.pid)
        assert state.stat().st_mode & 0o777 == 0o600
        with urllib3.PoolManager() as pool:
            headers = {"authorization": f"Bearer {said['credentials']['hubspot']['access_token']}"}
            assert pool.request("GET", said["hubspot_url"] + "/crm/v3/objects/contacts", headers=headers).status == 200
            assert pool.request("GET", said["control_url"] + "/clock").json()["now"].startswith("2026-03-01")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert not state.exists()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_same_world_has_the_same_ids() -> None:
    things = [Thing("contacts", f"c{n}", {"lastname": str(n)}) for n in range(5)]
    ids = []
    for _ in range(2):
        with Sandbox(World("w", 1, NOW, things), systems=("hubspot",)) as sandbox:
            ids.append([sandbox.hubspot.id_of("contacts", f"c{n}") for n in range(5)])
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("thing", "says"),
    [
        (Thing("contacts", "c", {"shoe_size": "44"}), "shoe_size"),
        (Thing("contacts", "c", {"createdate": "x"}), "createdate"),
        (Thing("contacts", "c", {"lastname": 5}), "lastname"),
        (Thing("contacts", "c", {"hubspot_owner_id": Ref("owners", "nobody")}), "no owners with key nobody"),
        (Thing("contacts", "c", {}, (("companies", "none"),)), "no companies with key none"),
    ],
)
def test_things_that_do_not_fit_are_named(thing: Thing, says: str) -> None:
    with pytest.raises((ValueError, LookupError), match=says):
        Sandbox(World("w", 1, NOW, [thing]), systems=("hubspot",))


def test_merges_of_the_past_are_made_while_loading() -> None:
    then = NOW - timedelta(days=5)
    things = [
        Thing("contacts", "a", {"email": "a@example.com"}, created_at=then),
        Thing("contacts", "b", {"email": "b@example.com"}, created_at=then),
        Thing("merges", "m", {"objectType": "contacts", "primary": Ref("contacts", "a"), "merged": Ref("contacts", "b")}, (), then),
        Thing("notes", "n", {"hs_note_body": "x"}, (("contacts", "b"),), then),
    ]  # fmt: skip
    with Sandbox(World("w", 1, NOW, things), systems=("hubspot",)) as sandbox:
        store = sandbox.hubspot.account.portal.store("contacts")
        [row] = store.live_rows()
        assert (row.get("hs_additional_emails"), row.created, row.changed) == (
            "b@example.com",
            *["2026-11-17T09:00:00.000Z"] * 2,
        )
        assert store.resolve(sandbox.hubspot.id_of("contacts", "b")) is row
        notes = sandbox.hubspot.account.portal.links.of(("contacts", "notes"), row.id)
        assert list(notes) == [int(sandbox.hubspot.id_of("notes", "n"))]


@pytest.mark.parametrize(
    "asked",
    [
        ["--world", "csv"],
        ["--world", "empty", "--folder", "."],
        ["--world", "empty", "--size", "5"],
        ["--world", "big", "--size", "0"],
        ["--world", "huge"],
    ],
)
def test_options_that_do_not_go_together_are_refused(asked: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(asked)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--world", "csv", "--folder", str(tmp_path / "none")]) == 2
    assert "none is no folder" in capsys.readouterr().err
