"""What a log line is about: the run, source, article and host, by the keys of its message and by who wrote it.

Lines state them as `source=%s`; the names are read from the format, not from the formatted message, in which the text
of a page could forge them. Lines of Scrapy name their spider.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

FACTS = ("decision", "source", "article", "host", "url", "reason")
MAX_LENGTH = 2048  # characters of one fact, as of a URL
_PLACEHOLDER = re.compile(r"%(?:\(\w++\))?[-+ #0]*+(?:\*|\d++)?(?:\.(?:\*|\d++))?([a-zA-Z%])")
_NO_WORD = re.compile(r"\W")
_RUNS: dict[str, str] = {}  # source → id of its run in this process, of which there is at most one


def enter_run(source: str, run_id: str) -> None:
    """Let the lines about a source carry its run from now on, also those that follow its end."""
    _RUNS[source] = run_id


def leave_run(source: str) -> None:
    """Let them carry none: another crawl of the source begins, which may never become a run."""
    _RUNS.pop(source, None)


def facts_of(record: logging.LogRecord) -> dict[str, str]:
    """Return what a line is about, as far as it is known: `run` and those of FACTS."""
    found = {name: str(value)[:MAX_LENGTH] for name, value in _stated(record) if value not in (None, "", "-")}
    host = found.get("host") or _host_of(found.get("url", ""))
    run = getattr(record, "run", None) or _RUNS.get(found.get("source", ""))
    facts = {"run": run, **{name: found.get(name) for name in FACTS}, "host": host}
    return {name: value for name, value in facts.items() if value}


def _stated(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """Yield the facts of a record, the more exact ones last: of its spider, of its arguments, of its own."""
    spider = getattr(record, "spider", None)
    if spider is not None:
        yield "source", getattr(spider, "name", None)
    if isinstance(record.args, Mapping):
        yield from _of_mapping(record.args)
    elif record.args:
        names = _names(str(record.msg))
        yield from ((name, value) for name, value in zip(names, record.args, strict=False) if name in FACTS)
    for name in FACTS:
        if name in record.__dict__:
            yield name, record.__dict__[name]


def _of_mapping(arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the facts of named arguments; Scrapy's lines name the request or response that they are about."""
    for name in ("request", "response"):
        if (url := getattr(arguments.get(name), "url", None)) is not None:
            yield "url", url
    yield from ((name, arguments[name]) for name in FACTS if name in arguments)


@lru_cache(maxsize=1024)
def _names(form: str) -> tuple[str | None, ...]:
    """Return the key in front of each placeholder of a format, None where there is none."""
    found = (match for match in _PLACEHOLDER.finditer(form) if match[1] != "%")
    return tuple(_key(form[: match.start()]) for match in found)


def _key(before: str) -> str | None:
    """Return the word of `word=` at the end of a text."""
    return (_NO_WORD.split(before[:-1])[-1] or None) if before.endswith("=") else None


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that hold no address
        return None
