"""The `leadbridge` command; `python -m bridge` is the same."""

from __future__ import annotations

import sys

from bridge.errors import NEEDS_PERSON
from bridge.stopping import hear, hear_no_more


def main() -> None:
    """Run the command line and leave with its exit code (see `bridge.errors`)."""
    hear(daemon=sys.argv[1:2] == ["daemon"])
    try:
        from bridge.cli import run
        from bridge.crashes import keep_words_out

        keep_words_out()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before `run` could answer for it
        print("error: Stopped by you.", file=sys.stderr)
        code = NEEDS_PERSON
    hear_no_more()
    sys.exit(code)


if __name__ == "__main__":
    main()
