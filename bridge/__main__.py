"""The `leadbridge` command; `python -m bridge` is the same."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code (see `bridge.errors`)."""
    from bridge.cli import run
    from bridge.crashes import keep_words_out

    keep_words_out()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
