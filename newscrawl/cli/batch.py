"""`newscrawl extract`: pages from files to one line of JSON each, for evaluation by outside tools."""

from __future__ import annotations

import gzip
import importlib
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import newscrawl.settings  # noqa: F401  puts the project's root on sys.path: `spiders` is found from there
from newscrawl.errors import ConfigError, ExtractionError
from newscrawl.extract import Rules, layouts_of, read, stamp
from newscrawl.items import Capture, Instant, PageKind, Precision, Source
from newscrawl.normalize import article, language

_KEY = re.compile(r"[a-z0-9_]+")
_PARALLEL_FROM = 32  # pages; below that, starting processes costs more than it saves


def extract_pages(pages: Path, root: Path, out: TextIO) -> None:
    """Write a line {id, title, authors, published, modified, language, paragraphs, verdict} for each line of `pages`.

    A line names `id`, `source`, `url`, `html` (path below `root`, gzip or plain) and `captured`; all but id and html
    may be missing. Sources with a spider are read by its rules, others by the generic extractor. A page that cannot be
    read gives a line with `error`. Raises ConfigError for an input file that is not such a list.
    """
    entries = list(_entries(pages))
    work = partial(extract_page, root=root)
    if len(entries) < _PARALLEL_FROM:
        out.writelines(map(_line, map(work, entries)))
        return
    with ProcessPoolExecutor() as pool:
        out.writelines(map(_line, pool.map(work, entries, chunksize=8)))


def extract_page(entry: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Return the prediction for one page of the list."""
    found: dict[str, Any] = {"id": entry["id"], "title": None, "authors": [], "published": None, "modified": None}
    found |= {"language": None, "paragraphs": [], "verdict": str(PageKind.EMPTY)}
    try:
        return found | read_page(entry, _body(root / entry["html"]))
    except (OSError, EOFError, ExtractionError) as error:
        return found | {"error": str(error)}


def read_page(entry: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return what a page says; raises ExtractionError where it cannot be read at all."""
    url = str(entry.get("url") or "")
    source, layouts = _source(str(entry.get("source") or ""), url)
    # Without an address, links stay unresolved and nothing is taken for the site's own.
    capture = Capture(url or "http://unknown.invalid/", url or "http://unknown.invalid/", 200, (), body, _moment(entry))
    extraction = read(capture, layouts, source)
    stated = language(extraction.in_language)
    if not layouts and stated:
        source = replace(source, languages=(stated,))
    found = {
        "verdict": str(extraction.kind),
        "title": extraction.headline,
        "paragraphs": list(extraction.paragraphs),
        "language": stated,
    }
    if not extraction.headline or not extraction.paragraphs:
        return found
    told = article(extraction, capture, source, guid=str(entry["id"]), rules_stamp=_stamp(layouts))
    return found | {
        "title": told.headline,
        "authors": list(told.author),
        "published": _iso(told.date_published),
        "modified": _iso(told.date_modified),
        "language": told.in_language,
        "paragraphs": list(told.paragraphs),
    }


@lru_cache(maxsize=256)
def _spider(key: str) -> Any:
    """Return the spider class of a source key, or None where there is none."""
    if not _KEY.fullmatch(key) or find_spec(f"spiders.{key}") is None:
        return None
    module = importlib.import_module(f"spiders.{key}")
    return next(
        (one for one in vars(module).values() if isinstance(one, type) and getattr(one, "name", "") == key), None
    )


_stamp = lru_cache(maxsize=256)(stamp)


def _source(key: str, url: str) -> tuple[Source, tuple[type[Rules], ...]]:
    spider = _spider(key)
    if spider is None:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        return Source(name=key, publisher=key, domains=(host,) if host else ()), ()
    source = Source(
        name=key,
        publisher=spider.publisher or key,
        domains=tuple(spider.domains),
        languages=tuple(spider.languages),
        timezone=spider.timezone,
        date_order=spider.date_order,
    )
    return source, layouts_of(spider)


def _entries(pages: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = pages.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{pages}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise ConfigError(f"{pages}, line {number}: {error}") from error
        if not isinstance(entry, dict) or not isinstance(entry.get("html"), str) or "id" not in entry:
            raise ConfigError(f"{pages}, line {number}: a page needs at least id and html")
        yield entry


def _body(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _moment(entry: Mapping[str, Any]) -> datetime:
    """Return when the page was captured; today where the list does not say, as for a page just fetched."""
    try:
        found = datetime.fromisoformat(str(entry.get("captured")))
    except ValueError:
        return datetime.now(UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _iso(instant: Instant | None) -> str | None:
    if instant is None:
        return None
    return instant.value.date().isoformat() if instant.precision is Precision.DAY else instant.value.isoformat()


def _line(found: Mapping[str, Any]) -> str:
    # A lone surrogate has no UTF-8 form: it is written as an escape, which JSON allows.
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n"
