"""Log lines: one per decision, as key=value or JSON, without the text of articles."""

from __future__ import annotations

import errno
import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from newscrawl.errors import NewscrawlError
from newscrawl.log_facts import facts_of
from newscrawl.secret_text import MASK

KV_FORMAT = "%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"
# C0 and C1 control characters: a headline with a newline or an escape must not forge or colour a log line.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != 9}
# Line and paragraph separators end a line for some readers of logs; overrides and isolates reorder it on a terminal.
_REORDERING = {code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_C1 = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
ADDED = ("source", "run")  # to key=value lines
_ESCAPES = _CONTROLS | _REORDERING | {10: "\\n", 13: "\\r"}


# User name and password of a URL, wherever in a line: the last @ before the path counts.
_CREDENTIALS = re.compile(r"(?<=://)(?:[^\s/@\"'<>]*@)+")


def _utc_time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _message_of(record: logging.LogRecord) -> str:
    """Return a record's message without credentials; of a format that its arguments do not fit, both as they are."""
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        message = f"{record.msg} {record.args!r}"
    return _masked(message)


def _masked(text: str) -> str:
    return _CREDENTIALS.sub(f"{MASK}@", text) if "@" in text else text


def _is_explained(record: logging.LogRecord) -> bool:
    """Return whether a record's exception says all there is: a store or disk that is away is no defect of ours."""
    error = record.exc_info[1] if record.exc_info else None
    return isinstance(error, NewscrawlError) and error.exit_code != NewscrawlError.exit_code


class OneLine(logging.Formatter):
    """Key=value lines in UTC; the traceback of a defect follows in lines of its own, for a person to read."""

    def __init__(self) -> None:
        super().__init__(KV_FORMAT)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _utc_time(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_ESCAPES)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; source and run stand at its end where the message does not state them."""
        facts, message = facts_of(record), _message_of(record)
        added = "".join(f" {name}={facts[name]}" for name in ADDED if name in facts and f"{name}=" not in message)
        own = {"msg": message + added, "args": None}
        if _is_explained(record):
            own |= {"exc_info": None, "exc_text": None}
        return super().format(logging.makeLogRecord({**record.__dict__, **own}))

    def formatException(self, ei: Any) -> str:
        return _masked(super().formatException(ei))


class JsonLine(logging.Formatter):
    """One JSON object per record, on one line; docs/logs.md lists the keys."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": _utc_time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _message_of(record),
            **{name: _masked(value) for name, value in facts_of(record).items()},
        }
        if record.exc_info and not _is_explained(record):
            line["traceback"] = _masked(self.formatException(record.exc_info))
        # What the format itself escapes stays as it is.
        text = json.dumps(line, ensure_ascii=False).translate(_REORDERING | _C1)
        return text.encode("utf-8", "backslashreplace").decode()  # of a lone surrogate its escape


class Lines(logging.StreamHandler[TextIO]):
    """Log lines on standard error; `has_lost` says whether a full disk took one of them no more."""

    has_lost = False

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            self.has_lost = True
        else:
            super().handleError(record)


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
        root.addHandler(Lines())
    for handler in root.handlers:
        handler.setFormatter(formatter)
        handler.setLevel(level)
    if style == "json":
        logging.captureWarnings(True)  # warnings of Python are lines of the logger `py.warnings`, not text between them
    root.setLevel(min(root.level or logging.WARNING, logging.getLevelName(level)))
    quiet()


def _about(item: Any) -> dict[str, object]:
    """Return what a line about an item names: its kind, and the article as far as it is known."""
    return {"kind": type(item).__name__, "article": getattr(item, "article_id", None)}


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
            "args": {**_about(item), "reason": str(exception)},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {
            "level": logging.ERROR,
            "msg": "decision=failed kind=%(kind)s reason=%(reason)r",
            "args": {**_about(item), "reason": f"{type(exception).__name__}: {exception}"},
        }

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        return {
            "level": logging.ERROR,
            "msg": "decision=failed url=%(url)s reason=%(reason)r",
            "args": {"url": request.url, "reason": f"{type(failure.value).__name__}: {failure.value}"},
        }
