"""Answers of CDX servers: JSON of Wayback machines, a JSON object a line (pywb, Common Crawl), CDX and CDXJ lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from newscrawl.archive.capture_lists import JSON_BEHIND
from newscrawl.items import MAX_URL_LENGTH

_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")  # of Wayback machines
_ELEVEN = (*_FIELDS[:6], "redirect", "robotflags", "length", "offset", "filename")
_LETTERS = {
    "N": "urlkey", "b": "timestamp", "a": "original", "m": "mimetype", "s": "statuscode", "k": "digest", "S": "length",
    "V": "offset", "g": "filename",
}  # fmt: skip
_OTHER_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}  # pywb, Common Crawl
_NONE_FOUND = re.compile(r"no captures? found|not found", re.IGNORECASE)
_BASE32 = re.compile(r"[A-Z2-7]{32}")
MAX_FAULTS = 20  # rows that an answer names one by one


class BadAnswer(ValueError):
    """What came is no answer of an index: a page of HTML, JSON that breaks off, an error."""


@dataclass(frozen=True, slots=True)
class ListedCapture:
    """A row of an index. What it does not say is empty, or None."""

    urlkey: str  # the URL without scheme and www, as the index sorts it
    timestamp: str  # 14 digits
    url: str
    mime: str
    status: int | None
    digest: str  # as in WARC-Payload-Digest: sha1:…
    length: int | None = None
    filename: str = ""
    offset: int | None = None

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


@dataclass(slots=True)
class IndexAnswer:
    rows: list[ListedCapture] = field(default_factory=list)
    resume_key: str = ""  # by which the next answer begins
    damaged: int = 0
    faults: list[str] = field(default_factory=list)  # the first ones

    def add(self, values: Mapping[str, object], shown: str) -> None:
        try:
            self.rows.append(_capture(values))
        except (ValueError, TypeError) as error:
            self.damaged += 1
            if len(self.faults) < MAX_FAULTS:
                self.faults.append(f"{error}: {shown[:100]!r}")


def parse_answer(body: bytes) -> IndexAnswer:
    """Return what an answer lists; rows that are none are counted. Raises BadAnswer."""
    text = body.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    answer = IndexAnswer()
    if text.startswith("["):
        _read_table(text, answer)
    elif text.startswith("<"):
        raise BadAnswer(f"a page in place of an index: {' '.join(text.split())[:100]!r}")
    else:
        _read_lines(text, answer)
    return answer


def parse_pages(body: bytes) -> int:
    """Return how many pages an index says that there are; raises BadAnswer."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"no number of pages: {body[:100]!r}") from error
    pages = value.get("pages") if isinstance(value, dict) else value
    if isinstance(pages, bool) or not isinstance(pages, int) or pages < 0:
        raise BadAnswer(f"no number of pages: {body[:100]!r}")
    return pages


def _read_table(text: str, answer: IndexAnswer) -> None:
    """Read a list of lists: names of fields, rows, and perhaps an empty one and the key of the next answer."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"JSON that breaks off or is none: {str(error)[:100]}") from error
    if not all(isinstance(row, list) for row in table):
        raise BadAnswer("JSON that is no table")
    names, *rows = table or [[]]
    if names and "timestamp" not in names:
        raise BadAnswer(f"a table without timestamps: {str(names)[:100]}")
    for number, row in enumerate(rows):
        if not row:
            answer.resume_key = str(rows[number + 1][0]) if rows[number + 1 :] and rows[number + 1] else ""
            return
        answer.add(dict(zip(map(_name, names), row, strict=False)), str(row))


def _name(name: object) -> str:
    return _OTHER_NAMES.get(str(name), str(name))


def _read_lines(text: str, answer: IndexAnswer) -> None:
    names: Sequence[str] = ()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.lstrip().startswith("CDX "):
            names = [_LETTERS.get(letter, letter) for letter in line.split()[1:]]
        elif not line.strip():
            answer.resume_key = lines[number + 1].strip() if number + 1 < len(lines) else ""
            return
        else:
            is_last = number == len(lines) - 1
            for values in _values(line, names, is_last=is_last):
                answer.add(values, line)


def _values(line: str, names: Sequence[str], *, is_last: bool) -> Iterator[dict[str, object]]:
    """Yield the fields of a line; nothing for one that says that there is nothing. Raises BadAnswer."""
    found = JSON_BEHIND.search(line)
    if found is None:
        values = line.split()
        names = names or (_ELEVEN if len(values) == len(_ELEVEN) else _FIELDS)
        yield dict(zip(names, values, strict=False))
        return
    try:
        stated = json.loads(found[1])
    except (ValueError, RecursionError) as error:
        if is_last:
            raise BadAnswer(f"JSON that breaks off or is none: {str(error)[:100]}") from error
        stated = {}
    message = stated.get("message") or stated.get("error")
    head = line[: found.start(1)]
    if message and "timestamp" not in stated and not head:
        if _NONE_FOUND.search(str(message)):
            return
        raise BadAnswer(f"an error: {str(message)[:200]}")
    key_and_time = dict(zip(("urlkey", "timestamp"), head.split(), strict=False))
    yield key_and_time | {_name(name): value for name, value in stated.items()}


def _capture(values: Mapping[str, object]) -> ListedCapture:
    """Return the capture of a row; raises ValueError or TypeError."""
    timestamp, url = str(values.get("timestamp", "")), str(values.get("original", ""))
    if re.fullmatch(r"[0-9]{14}", timestamp) is None:
        raise ValueError("a row without a timestamp of 14 digits")
    if not url.lower().startswith(("http://", "https://")) or len(url) > MAX_URL_LENGTH:
        raise ValueError("a row without an http URL")
    if any(character <= " " or character == "\x7f" for character in url):
        raise ValueError("a row whose URL has blanks or control characters")
    urlkey = str(values.get("urlkey") or url.partition("://")[2].removeprefix("www."))
    found = ListedCapture(
        urlkey=urlkey[: 2 * MAX_URL_LENGTH],
        timestamp=timestamp,
        url=url,
        mime=str(values.get("mimetype") or "").lower(),
        status=_number(values.get("statuscode")),
        digest=_digest(str(values.get("digest") or "")),
        length=_number(values.get("length")),
        filename=str(values.get("filename") or "").replace("\0", ""),
        offset=_number(values.get("offset")),
    )
    _ = found.at  # raises ValueError for a 30th of February
    return found


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _digest(text: str) -> str:
    bare = text.removeprefix("sha1:").upper()
    if _BASE32.fullmatch(bare):
        return f"sha1:{bare}"
    return text if ":" in text else ""
