"""Structured logs: one JSON object a line, without personal data, safe against forged lines."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

MAX_VALUE_CHARACTERS = 500
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """time, level, logger, event and the extra fields of a record; every value bounded and escaped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _bounded(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD:
                line[name] = value if isinstance(value, (int, float, bool)) else _bounded(str(value))
        if record.exc_info:
            line["trace"] = _trace(record.exc_info[1])[-4_000:]
        return json.dumps(line, ensure_ascii=True)


def set_up(level: str, stream: TextIO = sys.stderr) -> None:
    """Send every log record of the process to `stream` as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for noisy in ("httpx", "asyncio", "markdown_it", "alembic", "fontTools", "fpdf", "pypdf", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _trace(error: BaseException | None) -> str:
    """Where it happened and of what kind it was, without the messages: databases quote people's data in theirs."""
    told: list[str] = []
    while error is not None:
        told += [type(error).__name__ + "\n", *traceback.format_tb(error.__traceback__)]
        error = error.__cause__ or error.__context__
    return "".join(told)


def _bounded(text: str) -> str:
    return text if len(text) <= MAX_VALUE_CHARACTERS else text[:MAX_VALUE_CHARACTERS] + "…"
