"""Lists of addresses that people bring along: one a line, CSV, or OPML; each row with its line, bad ones with why."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from newscrawl.discover.addresses import is_http_url
from newscrawl.errors import ConfigError
from newscrawl.harmless_text import spreadsheet_cell, without_cell_mark
from newscrawl.sources.opml import is_opml, read_opml

MAX_BYTES = 16 * 2**20
MAX_ROWS = 50_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# Columns by their names, as spreadsheets, feed readers and watchers of pages export them.
_PAGES = ("url", "address", "link", "page", "site", "website", "htmlurl", "html_url")
_FEEDS = ("feed", "xmlurl", "xml_url", "feed_url", "rss")
_TITLES = ("title", "name", "publisher", "text", "source")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """A row; `fault` says why it is none, and `text` what it is instead."""

    line: int
    page: str = ""
    feed: str = ""
    title: str = ""
    text: str = ""
    fault: str = ""

    @property
    def shown(self) -> str:
        return self.feed or self.page or self.text


def read_list(path: Path) -> list[ListedAddress]:
    """Return the rows of a file; raises ConfigError for one that cannot be read as a whole, or has none."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if len(body) > MAX_BYTES:
        raise ConfigError(f"{path}: is larger than {MAX_BYTES >> 20} MB; split it")
    text = _text(body)
    if text is None:
        raise ConfigError(f"{path}: is no text; a list is OPML, CSV, or one address a line")
    try:
        rows = _rows(text)
    except (ConfigError, csv.Error) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not rows:
        raise ConfigError(f"{path}: has no address")
    if len(rows) > MAX_ROWS:
        raise ConfigError(f"{path}: has {len(rows)} rows, more than {MAX_ROWS}; split it")
    return rows


def _text(body: bytes) -> str | None:
    """Return a file as text: by its mark, by what its XML states, as UTF-8, or as Windows writes it in the west."""
    encoding = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    stated = _ENCODING.match(body)
    candidates = [encoding] if encoding else [stated[1].decode()] if stated else []
    for name in (*candidates, "utf-8", "cp1252"):
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        return None if "\0" in text else text.lstrip("\ufeff")
    return None


def _rows(text: str) -> list[ListedAddress]:
    if is_opml(text):
        return [
            _checked(ListedAddress(each.line, each.page, each.feed, each.title, each.title)) for each in read_opml(text)
        ]
    if text.lstrip().startswith("<"):
        raise ConfigError("is XML without an <opml> element; a list is OPML, CSV, or one address a line")
    delimiter = _delimiter_of(text)
    return list(_lines(text) if delimiter is None else _table(text, delimiter))


def _delimiter_of(text: str) -> str | None:
    """Return what separates the columns of a table; None for a list of lines."""
    first = next((line for line in text.splitlines() if line.strip()), "").strip()
    names = re.split(f"[{re.escape(_DELIMITERS)}]", first.lower().replace('"', ""))
    if any(name.strip() in (*_PAGES, *_FEEDS) for name in names):
        return next((mark for mark in _DELIMITERS if mark in first), ",")
    # Without a header: addresses have commas themselves, and what follows one is a column only where none goes on so.
    found = re.match(r"\"|https?://[^\t]*?(\t|[,;|](?=[\s\"]|https?://))", first)
    if found is None:
        return None
    return found[1] or next((mark for mark in "\t;|" if mark in first), ",")


def _lines(text: str) -> Iterator[ListedAddress]:
    """Read one address a line; blank lines and comments say nothing, words after the address are labels."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield _checked(ListedAddress(number, words[0], text=line.strip()))


def _table(text: str, delimiter: str) -> Iterator[ListedAddress]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] | None = None
    begun = 1
    for cells in reader:
        line, begun = begun, reader.line_num + 1
        cells = [without_cell_mark(cell.strip()) for cell in cells]
        if not any(cells):
            continue
        if columns is None:
            names = [cell.lower() for cell in cells]
            is_header = any(name in (*_PAGES, *_FEEDS) for name in names)
            columns = names if is_header else ["url" if is_http_url(cell) else "" for cell in cells]
            if is_header:
                continue
        row: dict[str, str] = {}
        for name, cell in zip(columns, cells, strict=False):
            row.setdefault(name, cell)
        page, feed, title = (next(filter(None, map(row.get, each)), "") for each in (_PAGES, _FEEDS, _TITLES))
        yield _checked(ListedAddress(line, page, feed, title, delimiter.join(cells)))


def _checked(row: ListedAddress) -> ListedAddress:
    if not (row.page or row.feed):
        return ListedAddress(row.line, text=row.text, fault="it has no address")
    wrong = next((url for url in (row.page, row.feed) if url and not is_http_url(url)), None)
    if wrong is not None:
        return ListedAddress(
            row.line, text=row.text, fault="it is not an http or https URL without user name and password"
        )
    return row


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table with a header (RFC 4180); no cell is a formula to a spreadsheet."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(columns)
    table.writerows([spreadsheet_cell("" if each is None else str(each)) for each in row] for row in rows)
    return file.getvalue()
