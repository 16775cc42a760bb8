"""What can go wrong in the bridge itself, named by who can help, each with its exit code.

BridgeError
├── UsageError        2  the command was called wrongly
├── ConfigError       2  a YAML file or a setting is wrong; `problems` lists every one
├── RemoteDown        3  a system cannot be reached or refuses us; nothing was lost, run again later
└── BrakePulled       4  the run would change more than allowed; `--approve HASH` lets exactly this plan through

A run that worked but left something for a person ends with exit code 1; it is not an error.
"""

from __future__ import annotations

from dataclasses import dataclass

DONE, NEEDS_PERSON, USAGE, REMOTE, BRAKE = 0, 1, 2, 3, 4


class BridgeError(Exception):
    """Something the person at the keyboard must know; `hint` says what to do next."""

    exit_code = USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(BridgeError):
    """The command was called with something that cannot be."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a YAML file: `file:line:col`, the key, what is wrong in words, and what was probably meant."""

    file: str
    line: int
    column: int
    key: str
    text: str
    suggestion: str = ""

    def __str__(self) -> str:
        tail = f" {self.suggestion}" if self.suggestion else ""
        return f"{self.file}:{self.line}:{self.column} {self.key}: {self.text}{tail}"


class ConfigError(BridgeError):
    """One or more files or settings are wrong. Nothing was run."""

    def __init__(
        self, problems: list[Problem], hint: str = "Mend the lines above, then run `leadbridge check`."
    ) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), hint)
        self.problems = problems


class RemoteDown(BridgeError):
    """A remote system stopped the run; what was read so far is kept."""

    exit_code = REMOTE


class BrakePulled(BridgeError):
    """The run would do more than the brakes allow."""

    exit_code = BRAKE


def ended_as(problem: Exception) -> str:
    """The one word the record of a run is closed with when it ended with this error."""
    if isinstance(problem, BrakePulled):
        return "brake"
    if isinstance(problem, RemoteDown):
        return "remote_down"
    if isinstance(problem, UsageError | ConfigError):
        return "configuration"
    return "failed" if isinstance(problem, BridgeError) else "stopped"
