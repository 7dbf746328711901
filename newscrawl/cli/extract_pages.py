"""Extract articles from saved pages: one line of JSON per page, for evaluation by other tools."""

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

from newscrawl.errors import ConfigError
from newscrawl.items import GZIP_MAGIC, Capture, Instant, PageKind, Precision, Source
from newscrawl.languages import language_tag
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider, source_names
from newscrawl.spider import reader_of

_MIN_PARALLEL_PAGES = 32  # for fewer pages, starting processes costs more than it saves


def extract_pages(pages: Path, root: Path, out: TextIO) -> None:
    """Write what is read from each page of the list, a line of JSON per page.

    An input line names `id`, `source`, `url`, `html` (path below `root`, gzip or plain), `captured`, `status` and
    `headers` (an object, or a list of pairs); all but id and html may be missing. Sources with a spider are read by its
    rules, others by the generic extractor. An output line has id, title, authors, published, modified, language,
    paragraphs, optional (with optional_types), shown, verdict, rules, guid, url and origins; of a page that cannot be
    read, `error`.
    Raises ConfigError for an input file that is not such a list.
    """
    entries = list(_entries(pages))
    extract = partial(extract_page, root=root)
    if len(entries) < _MIN_PARALLEL_PAGES:
        out.writelines(map(_line, map(extract, entries)))
        return
    with ProcessPoolExecutor() as pool:
        out.writelines(map(_line, pool.map(extract, entries, chunksize=8)))


def extract_page(entry: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Return the prediction for one page of the list."""
    empty: dict[str, Any] = {"id": entry["id"], "title": None, "authors": [], "published": None, "modified": None}
    empty |= {"language": None, "paragraphs": [], "optional": [], "optional_types": [], "verdict": str(PageKind.EMPTY)}
    try:
        return empty | read_page(entry, _body(root / entry["html"]))
    except (OSError, EOFError) as error:
        return empty | {"error": str(error)}


def read_page(entry: Mapping[str, Any], body: bytes, reader: PageReader | None = None) -> dict[str, Any]:
    """Return the fields of a page, also of one that is no article; `reader` replaces that of its source."""
    url = str(entry.get("url") or "")
    reader = reader or _reader(str(entry.get("source") or ""), url)
    # Without a URL, links stay relative and no link counts as the source's own.
    uri = url or "http://unknown.invalid/"
    capture = Capture(uri, uri, int(entry.get("status") or 200), _headers(entry), body, _captured_at(entry))
    extraction = reader.extract(capture)
    language = language_tag(extraction.in_language)
    if not reader.layouts and language:
        reader = PageReader(replace(reader.source, languages=(language,)))
    fields = {
        "verdict": str(extraction.kind),
        "title": extraction.headline,
        "paragraphs": list(extraction.paragraphs),
        "optional": [each.text for each in extraction.optional],
        "optional_types": [each.type.value for each in extraction.optional],
        "shown": extraction.shown.value,
        "language": language,
        "rules": extraction.rules,
        "guid": extraction.guid,
        "url": extraction.url,
        "origins": dict(extraction.origins),
    }
    if not extraction.headline or not extraction.paragraphs:
        return fields
    article = reader.normalise(extraction, capture, guid=str(entry["id"])).article
    if article is None:
        return fields
    return fields | {
        "title": article.headline,
        "authors": list(article.author),
        "published": _iso(article.date_published),
        "modified": _iso(article.date_modified),
        "language": article.in_language,
        "paragraphs": list(article.paragraphs),
        "optional": [each.text for each in article.optional],
        "optional_types": [each.type.value for each in article.optional],
        "url": article.url,
    }


@lru_cache(maxsize=1024)
def _reader(source: str, url: str) -> PageReader:
    """Return the page reader of a source: with its spider's rules, or the generic one if it has no spider."""
    if source in source_names():
        return reader_of(load_spider(source))
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
            raise ConfigError(f"{pages}, line {number}: must be an object with id and html")
        yield entry


def _body(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if body.startswith(GZIP_MAGIC) else body


def _headers(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    stated = entry.get("headers") or ()
    pairs = stated.items() if isinstance(stated, Mapping) else stated
    return tuple((str(name).lower(), str(value)) for name, value in pairs)


def _captured_at(entry: Mapping[str, Any]) -> datetime:
    """Return when the page was captured; now if the list has no date, as for a page just fetched."""
    try:
        captured_at = datetime.fromisoformat(str(entry.get("captured")))
    except ValueError:
        return datetime.now(UTC)
    return captured_at if captured_at.tzinfo else captured_at.replace(tzinfo=UTC)


def _iso(instant: Instant | None) -> str | None:
    if instant is None:
        return None
    return instant.value.date().isoformat() if instant.precision is Precision.DAY else instant.value.isoformat()


def _line(fields: Mapping[str, Any]) -> str:
    # A lone surrogate has no UTF-8 form: it is written as an escape, which JSON allows.
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n"
