"""A recording: the captures of a WARC file or of a folder of them, and the editions that they make up."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import safe_url_string

from newscrawl.errors import RecordingError
from newscrawl.fetch.warc_reader import Damage, Record, scan

logger = logging.getLogger(__name__)

_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_FAILED = re.compile(rb"HTTP/\d(?:\.\d)?\s+(?:408|429|5\d\d)")
_MAX_NAMED = 3


@dataclass(frozen=True, slots=True)
class RecordedResponse:
    """One recorded response: where its record is, when it was received, and whether another try was to follow."""

    url: str
    key: str  # the URL in one spelling
    date: datetime
    path: Path
    offset: int
    inner: int
    is_failed: bool

    @property
    def is_robots(self) -> bool:
        return urlsplit(self.key).path == "/robots.txt"


class Recording:
    """The captures in a WARC file, or in the files of a folder, in the order of their dates.

    What cannot be read is passed over and kept in `damages`. Raises RecordingError for a path that holds no response.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.by_digest: dict[str, RecordedResponse] = {}
        self.damages: list[Damage] = []
        self.drawn: dict[tuple[str, datetime], RecordedResponse] = {}  # pages that scripts drew, by key and date
        records = (record for file in _files(path) for record in scan(file, self.damages.append))
        captures = [capture for record in records for capture in self._readable(record)]
        for damage in self.damages if captures else ():
            logger.warning("decision=record_passed_over %s", damage)
        if not captures:
            raise RecordingError(str(self.damages[0]) if self.damages else f"{path}: contains no response")
        self.captures = sorted(
            captures, key=lambda capture: (capture.date, capture.path, capture.offset, capture.inner)
        )

    def editions(self, concerns: Callable[[str], bool]) -> Sequence[Edition]:
        """Return the captures in stretches in which no URL of a source was read twice: what one crawl could see.

        `concerns` tells which URLs are the source's, listings included. A repeat after an answer that failed is another
        try and belongs to the same edition. A robots.txt is read again within one crawl and begins none.
        """
        editions: list[list[RecordedResponse]] = [[]]
        read: set[str] = set()
        for capture in self.captures:
            if capture.key in read and not capture.is_robots:
                editions.append([])
                read = set()
            editions[-1].append(capture)
            if not capture.is_failed and concerns(capture.url):
                read.add(capture.key)
        return [Edition(self, captures) for captures in editions]

    def refuse_several(self, concerns: Callable[[str], bool]) -> None:
        """Raise RecordingError, with the names of what one crawl would leave out, if there are several editions."""
        editions = self.editions(concerns)
        later = [found for edition in editions[1:] for found in edition.captures if concerns(found.url)]
        if not later:
            return
        named = ", ".join(f"{capture.url} of {capture.date:%Y-%m-%d %H:%M}" for capture in later[:_MAX_NAMED])
        more = f" and {len(later) - _MAX_NAMED} more" if len(later) > _MAX_NAMED else ""
        raise RecordingError(
            f"{self._path}: holds {len(editions)} editions, which `newscrawl crawl SOURCE --replay` plays "
            f"one after another; one crawl would leave out {named}{more}"
        )

    def robots(self, key: str, at: datetime) -> Sequence[RecordedResponse]:
        """Return the robots.txt with this key that held at a moment: the last one before, else the first one."""
        found = self._robots.get(key, ())
        return ([capture for capture in found if capture.date <= at] or found[:1])[-1:]

    @cached_property
    def _robots(self) -> dict[str, list[RecordedResponse]]:
        found: dict[str, list[RecordedResponse]] = defaultdict(list)
        for capture in self.captures:
            if capture.is_robots:
                found[capture.key].append(capture)
        return found

    def _readable(self, record: Record) -> list[RecordedResponse]:
        if not record.is_complete:  # its request is answered with what there is, as cut off
            self.damages.append(Damage(record.path, record.offset, "the file ends within the record", record.inner))
        try:
            return list(self._captures(record))
        except ValueError as error:
            self.damages.append(Damage(record.path, record.offset, str(error), record.inner))
            return []

    def _captures(self, record: Record) -> Iterator[RecordedResponse]:
        """Yield the capture of a record, if it is one; raises ValueError if its fields do not say what of and when."""
        url = record.target_uri
        if not record.kind and record.is_complete:
            raise ValueError("it states no WARC-Type")
        if record.kind not in {"response", "revisit", "conversion"}:
            return
        if not url:
            raise ValueError("it states no WARC-Target-URI")
        if not url.lower().startswith(("http://", "https://")):
            return
        is_failed = not record.is_complete or _FAILED.match(record.block) is not None
        key, date = comparable_url(url), date_of(record)
        capture = RecordedResponse(url, key, date, record.path, record.offset, record.inner, is_failed)
        if record.kind == "conversion":
            self.drawn.setdefault((key, date), capture)
            return
        digest = record.fields.get("warc-payload-digest")
        if digest and record.kind == "response":
            self.by_digest.setdefault(digest, capture)
        yield capture


@dataclass(frozen=True, slots=True)
class Edition:
    """A part of a recording that one crawl plays."""

    recording: Recording
    captures: Sequence[RecordedResponse]


def comparable_url(url: str) -> str:
    """Return a URL in one spelling, so that equal URLs compare equal."""
    parts = urlsplit(safe_url_string(url))
    netloc = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, " "))
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise RecordingError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.name.endswith(_SUFFIXES))
    if not files:
        raise RecordingError(f"{path}: contains no file whose name ends in .warc, .arc, .warc.gz or .arc.gz")
    return files


def date_of(record: Record) -> datetime:
    """Return when a record's capture was made, in UTC; raises ValueError if it does not say so."""
    text = record.fields.get("warc-date", "")
    try:
        moment = _instant(text)
    except ValueError as error:
        raise ValueError(f"WARC-Date {text!r}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _instant(text: str) -> datetime:
    """Return the time of a WARC-Date, which may end with its year or month (WARC 1.1, 5.4), or be ARC's digits."""
    if re.fullmatch(r"[0-9]{4}(?:-[0-9]{2})?", text):
        return datetime.fromisoformat(f"{text}-01-01"[: len("2026-05-01")])
    if re.fullmatch(r"[0-9]{14}", text):
        text = f"{text[:8]}T{text[8:]}"
    return datetime.fromisoformat(text)
