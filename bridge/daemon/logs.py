"""JSON lines on standard error, one for each event, other libraries' too; no line leaves unredacted, no error's own words are written.

A line holds `at` (UTC), `level`, `event`, `from`, and what the event counts: numbers, ids, closed words. Errors are told by kind and place:
their words may quote what a source sent.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor

from bridge.crashes import places
from bridge.daemon.redaction import Redaction
from bridge.errors import UsageError

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
OURS = "leadbridge"

Entry = MutableMapping[str, Any]


def log_level() -> int:
    """What `LEADBRIDGE_LOG_LEVEL` asks for; info when it is not set. Raises UsageError for a word that is no level."""
    word = os.environ.get("LEADBRIDGE_LOG_LEVEL", "").strip().lower() or "info"
    if word not in LEVELS:
        raise UsageError(f"LEADBRIDGE_LOG_LEVEL is '{word}'", f"Set it to one of {', '.join(LEVELS)}.")
    return LEVELS[word]


def set_up_logs(level: int, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Route every logger of this process through one formatter. Other libraries speak from `warning` on, with `debug` from there on."""
    redaction = Redaction(secrets)

    def without(value: Any) -> Any:
        if isinstance(value, str):
            return redaction(value.encode("utf-8", "replace").decode())  # half a surrogate pair is no JSON
        if isinstance(value, Mapping):
            return {without(name): without(one) for name, one in value.items()}
        return [without(one) for one in value] if isinstance(value, list | tuple | set | frozenset) else value

    def written(_logger: Any, _method: str, entry: Entry) -> str:
        told = orjson.dumps(without(entry), default=lambda one: without(str(one)), option=orjson.OPT_NON_STR_KEYS)
        return told.decode()

    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _error_without_words,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _in_order, written],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level if level == logging.DEBUG else max(level, logging.WARNING))
    logging.getLogger(OURS).setLevel(level)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written must not be shown raw
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    threading.excepthook = _thread_died


def logger() -> structlog.stdlib.BoundLogger:
    """The daemon's own logger."""
    made: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(OURS)
    return made


def _in_order(_logger: Any, _method: str, entry: Entry) -> Entry:
    first = {"at": entry.pop("at", ""), "level": entry.pop("level", ""), "event": entry.pop("event", "")}
    return {**first, "from": entry.pop("logger", ""), **entry}


def _error_without_words(_logger: Any, _method: str, entry: Entry) -> Entry:
    """In place of an error: its kind and the places it came through."""
    given = entry.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if given and given[0] is not None:
        entry.update(error=given[0].__name__, places=places(given[2]))
    return entry


def _thread_died(args: threading.ExceptHookArgs) -> None:
    thread = args.thread.name if args.thread is not None else "?"
    error = args.exc_value or args.exc_type()
    logger().error("thread_died", thread=thread, exc_info=(args.exc_type, error, args.exc_traceback))
