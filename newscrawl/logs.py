"""Log lines: one per decision, as key=value or JSON, without the text of articles."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

KV_FORMAT = "%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"
# C0 and C1 control characters: a headline with a newline or an escape must not forge or colour a log line.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != 9}
_ESCAPES = _CONTROLS | {10: "\\n", 13: "\\r"}


def _utc_time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class OneLine(logging.Formatter):
    """Key=value lines in UTC; a traceback follows in lines of its own, for a person to read."""

    def __init__(self) -> None:
        super().__init__(KV_FORMAT)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _utc_time(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_ESCAPES)
        return super().formatMessage(record)


class JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": _utc_time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def quiet() -> None:
    """Silence libraries that log per request, or at each start what `newscrawl doctor` prints on demand."""
    for name in (
        "pymongo", "asyncio", "trafilatura", "htmldate", "charset_normalizer", "scrapy.core.engine",
        "scrapy.middleware",
        "scrapy.utils.log", "scrapy.crawler", "scrapy.addons", "scrapy.extensions.logstats",
    ):  # fmt: skip
        logging.getLogger(name).setLevel(logging.WARNING)


def install(style: str, level: str) -> None:
    """Set style ("json" or key=value) and level of every handler of the root logger."""
    root = logging.getLogger()
    formatter = JsonLine() if style == "json" else OneLine()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(formatter)
        handler.setLevel(level)
    root.setLevel(min(root.level or logging.WARNING, logging.getLevelName(level)))
    quiet()


class QuietLogFormatter(LogFormatter):
    """Scrapy's own lines without the items: the record stage logs one line per decision."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return {"level": logging.DEBUG, "msg": "scraped %(kind)s", "args": {"kind": type(item).__name__}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {
            "level": logging.WARNING,
            "msg": "decision=dropped kind=%(kind)s reason=%(reason)r",
            "args": {"kind": type(item).__name__, "reason": str(exception)},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {
            "level": logging.ERROR,
            "msg": "decision=failed kind=%(kind)s reason=%(reason)r",
            "args": {"kind": type(item).__name__, "reason": f"{type(exception).__name__}: {exception}"},
        }
