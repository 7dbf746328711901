"""Saved pages to one line of JSON each, for evaluation by outside tools."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import newscrawl.settings  # noqa: F401  puts the project's root on sys.path: `spiders` is found from there
from newscrawl.errors import ConfigError
from newscrawl.items import GZIP_MAGIC, Capture, Instant, PageKind, Precision, Source
from newscrawl.languages import language_tag
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import source_names, spider_class
from newscrawl.spider import reader_of

_PARALLEL_FROM = 32  # pages; below that, starting processes costs more than it saves


def extract_pages(pages: Path, root: Path, out: TextIO) -> None:
    """Write what is read from each page of the list, a line of JSON per page.

    An input line names `id`, `source`, `url`, `html` (path below `root`, gzip or plain), `captured`, `status` and
    `headers` (an object, or a list of pairs); all but id and html may be missing. Sources with a spider are read by its
    rules, others by the generic extractor. An output line has id, title, authors, published, modified, language,
    paragraphs, optional, verdict, rules, guid, url and origins; of a page that cannot be read, `error`.
    Raises ConfigError for an input file that is not such a list.
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
    found |= {"language": None, "paragraphs": [], "optional": [], "verdict": str(PageKind.EMPTY)}
    try:
        return found | read_page(entry, _body(root / entry["html"]))
    except (OSError, EOFError) as error:
        return found | {"error": str(error)}


def read_page(entry: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return what a page says, whatever kind of page it is."""
    url = str(entry.get("url") or "")
    reader = _reader(str(entry.get("source") or ""), url)
    # Without a URL, links stay unresolved and nothing is taken for the source's own.
    fetched = url or "http://unknown.invalid/"
    capture = Capture(fetched, fetched, int(entry.get("status") or 200), _headers(entry), body, _moment(entry))
    extraction = reader.extract(capture)
    stated = language_tag(extraction.in_language)
    if not reader.layouts and stated:
        reader = PageReader(replace(reader.source, languages=(stated,)))
    found = {
        "verdict": str(extraction.kind),
        "title": extraction.headline,
        "paragraphs": list(extraction.paragraphs),
        "language": stated,
        "rules": extraction.rules,
        "guid": extraction.guid,
        "url": extraction.url,
        "origins": dict(extraction.origins),
    }
    if not extraction.headline or not extraction.paragraphs:
        return found
    article = reader.normalise(extraction, capture, guid=str(entry["id"])).article
    if article is None:
        return found
    return found | {
        "title": article.headline,
        "authors": list(article.author),
        "published": _iso(article.date_published),
        "modified": _iso(article.date_modified),
        "language": article.in_language,
        "paragraphs": list(article.paragraphs),
        "url": article.url,
    }


@lru_cache(maxsize=1024)
def _reader(source: str, url: str) -> PageReader:
    """Return the reader of a source: by its spider's rules, or generic where there is none."""
    if source in source_names():
        return reader_of(spider_class(source))
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return PageReader(Source(name=source, publisher=source, domains=(host,) if host else ()))


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
    return gzip.decompress(body) if body.startswith(GZIP_MAGIC) else body


def _headers(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    stated = entry.get("headers") or ()
    pairs = stated.items() if isinstance(stated, Mapping) else stated
    return tuple((str(name).lower(), str(value)) for name, value in pairs)


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
