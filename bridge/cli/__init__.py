"""The command line: one small file per command group. Every command has `--help` that suffices, `--json`, and the exit codes of `bridge.errors`."""

from bridge.cli.main import run

__all__ = ["run"]
