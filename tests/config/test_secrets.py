"""Secrets come from the environment or a folder, print as stars, and are never repeated in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import ConfigError
from bridge.settings.secrets import Secrets, load_secrets

CANARY = "pat-canary-5e1f"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Secrets.model_fields:
        monkeypatch.delenv(f"LEADBRIDGE_{name.upper()}", raising=False)
    monkeypatch.delenv("LEADBRIDGE_SECRETS_DIR", raising=False)


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADBRIDGE_HUBSPOT_TOKEN", CANARY)
    secrets = load_secrets()
    assert secrets.hubspot_token is not None
    assert secrets.hubspot_token.get_secret_value() == CANARY
    assert CANARY not in f"{secrets!r} {secrets} {secrets.model_dump_json()}"


def test_from_a_folder_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "leadbridge_hubspot_token").write_text("from-file\n")
    (tmp_path / "leadbridge_salesforce_client_id").write_text("id-from-file")
    monkeypatch.setenv("LEADBRIDGE_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("LEADBRIDGE_SALESFORCE_CLIENT_ID", "id-from-environment")
    secrets = load_secrets()
    assert secrets.hubspot_token is not None
    assert secrets.hubspot_token.get_secret_value() == "from-file"
    assert secrets.salesforce_client_id == "id-from-environment"


def test_line_breaks_and_marks_around_a_secret_are_none_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "leadbridge_salesforce_client_secret").write_bytes(b"\xef\xbb\xbffrom-file\r\n")
    monkeypatch.setenv("LEADBRIDGE_SALESFORCE_CLIENT_ID", "an-id\n")
    secrets = load_secrets(tmp_path)
    assert secrets.salesforce_client_id == "an-id"
    assert secrets.salesforce_client_secret is not None
    assert secrets.salesforce_client_secret.get_secret_value() == "from-file"


def test_a_secret_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "leadbridge_hubspot_token").write_bytes(f"{CANARY}ä".encode("latin-1"))
    with pytest.raises(ConfigError, match="Save its files as UTF-8") as caught:
        load_secrets(tmp_path)
    assert CANARY not in str(caught.value)


def test_a_secret_file_of_another_user_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a container's user finds it, when the file was left to its owner alone."""
    path = tmp_path / "leadbridge_hubspot_token"
    path.write_text(CANARY)

    def closed(self: Path, *_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_text", closed)
    with pytest.raises(ConfigError, match=f"'{path}' cannot be read: Permission denied") as caught:
        load_secrets(tmp_path)
    assert "UTF-8" not in str(caught.value)


def test_nothing_set_is_nothing() -> None:
    assert load_secrets().hubspot_token is None


def test_an_empty_variable_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADBRIDGE_HUBSPOT_TOKEN", "")
    assert load_secrets().hubspot_token is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LEADBRIDGE_HUBSPOT_BASE_URL", f"https://evil.example/{CANARY}", "no address of that system"),
        ("LEADBRIDGE_SALESFORCE_PRIVATE_KEY_FILE", "/nowhere/key.pem", "cannot be read"),
        ("LEADBRIDGE_HUBSPOT_TOKN", CANARY, "did you mean 'LEADBRIDGE_HUBSPOT_TOKEN'?"),
    ],
)
def test_what_is_wrong_is_named_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_secrets()
    assert words in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEADBRIDGE_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(ConfigError, match="there is no folder"):
        load_secrets()


def test_the_sandbox_may_be_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADBRIDGE_HUBSPOT_BASE_URL", "http://127.0.0.1:8801/")
    assert load_secrets().hubspot_base_url == "http://127.0.0.1:8801"
