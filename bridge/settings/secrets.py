"""Secrets, and addresses that change from machine to machine: from the environment or a folder of secret files, never from YAML.

`LEADBRIDGE_HUBSPOT_TOKEN=…`, or a file `leadbridge_hubspot_token` in the secrets folder (as Docker and Kubernetes mount them). The
environment wins. Values print as stars; messages never repeat them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bridge.errors import ConfigError, Problem
from bridge.settings.base import did_you_mean, problem
from bridge.settings.connections import hubspot_url, salesforce_url
from bridge.settings.words import findings_of

PREFIX = "LEADBRIDGE_"
FOLDER = f"{PREFIX}SECRETS_DIR"
ELSEWHERE = ("SECRETS_DIR", "CONFIG_DIR", "MAPPINGS_DIR", "HOME", "DEBUG", "LOG_LEVEL", "TEST_DATABASE_URL")
"""Variables of ours that are read elsewhere and are no secrets."""


class Secrets(BaseSettings):
    """What must not stand in a file that is shared."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    hubspot_token: SecretStr | None = Field(default=None, description="HubSpot service key or private app token.")
    hubspot_webhook_secret: SecretStr | None = Field(
        default=None, description="Client secret HubSpot signs webhooks with. None are taken yet."
    )
    salesforce_client_id: str | None = Field(default=None, description="Consumer key of the External Client App.")
    salesforce_client_secret: SecretStr | None = Field(default=None, description="Its secret, for client_credentials.")
    salesforce_private_key_file: Path | None = Field(
        default=None, description="PEM file with the private key, for jwt."
    )
    salesforce_username: str | None = Field(default=None, description="User name to act as, for jwt.")
    database_url: SecretStr | None = Field(
        default=None, description="Instead of database.url, when it holds a password."
    )
    hubspot_base_url: Annotated[str, AfterValidator(hubspot_url)] | None = Field(
        default=None, description="Instead of hubspot.base_url, e.g. the sandbox's address."
    )
    salesforce_base_url: Annotated[str, AfterValidator(salesforce_url)] | None = Field(
        default=None, description="Instead of salesforce.base_url, e.g. the sandbox's address."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        """Mounted secrets often end in a line break, files saved by editors may begin with a byte order mark."""
        return value.strip("\ufeff \t\r\n") or None if isinstance(value, str) else value

    @model_validator(mode="after")
    def _key_can_be_read(self) -> Self:
        path = self.salesforce_private_key_file
        if path is not None and not os.access(path, os.R_OK):
            raise problem(f"salesforce_private_key_file: '{path}' cannot be read")
        return self


def load_secrets(folder: Path | None = None) -> Secrets:
    """Read the environment and `folder` (or the one LEADBRIDGE_SECRETS_DIR names).

    Raises ConfigError; its messages name variables, never values.
    """
    named = folder or (Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
    if named is not None and not named.is_dir():
        raise ConfigError([Problem("environment", 1, 1, FOLDER, f"there is no folder '{named}'.")])
    problems = _strangers()
    try:
        secrets = Secrets(_secrets_dir=named)  # type: ignore[call-arg] # pydantic-settings takes it, the type checker does not know
    except ValidationError as error:
        problems += [
            _problem(finding.path, finding.text, finding.suggestion) for finding in findings_of(error, Secrets)
        ]
    except SettingsError as error:  # its words name the field, never what the file holds
        raise ConfigError([_unreadable(error)]) from None
    if problems:
        raise ConfigError(sorted(problems), "Set the variables named above, then run `leadbridge check`.")
    return secrets


def _unreadable(error: SettingsError) -> Problem:
    """A file of the folder, or the folder itself, that this user may not read is named; another cause is what the file holds."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        text, suggestion = (
            f"'{cause.filename}' cannot be read: {cause.strerror}.",
            "Give this user the right to read it.",
        )
        return Problem("environment", 1, 1, FOLDER, text, suggestion)
    return Problem("environment", 1, 1, FOLDER, f"cannot be read: {error}.", "Save its files as UTF-8.")


def _strangers() -> list[Problem]:
    """A variable with our prefix that nobody reads is a misspelled one: without this its secret would silently be missing."""
    known = [name.upper() for name in Secrets.model_fields]
    given = [name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)]
    unknown = [name for name in given if name not in known and name not in ELSEWHERE]
    near = {name: did_you_mean(name, (*known, *ELSEWHERE)).replace("'", f"'{PREFIX}", 1) for name in unknown}
    return [_problem((name,), "is not a variable the bridge reads.", near[name]) for name in unknown]


def _problem(path: tuple[Any, ...], text: str, suggestion: str) -> Problem:
    name = f"{PREFIX}{path[0]}".upper() if path else f"{PREFIX}*"
    return Problem("environment", 1, 1, name, text, suggestion)
