"""Being told to stop, from the first line of a command on: before that a signal would end the process without a word."""

from __future__ import annotations

import os
import signal
from typing import Any

from bridge.errors import DONE


def stop_signals() -> tuple[signal.Signals, ...]:
    """What tells us to stop. A terminal that closes does, but not under nohup, where SIGHUP is ignored."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    both = (signal.SIGTERM, signal.SIGINT)
    return both if ignored else (*both, signal.SIGHUP)


def hear(daemon: bool) -> None:
    """A command that is told to stop does as on Ctrl-C. A daemon that was not at work yet holds nothing: it ends at once, and well."""
    for number in stop_signals():
        signal.signal(number, _end if daemon else signal.default_int_handler)


def hear_no_more() -> None:
    """All is done and told: a signal while Python takes itself down changes nothing of the exit code."""
    for number in stop_signals():
        signal.signal(number, signal.SIG_IGN)


def _end(*_: Any) -> None:
    os._exit(DONE)
