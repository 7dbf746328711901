"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import Any

from newscrawl.discover import plain_words
from newscrawl.discover.addresses import as_stated, is_http_url
from newscrawl.discover.limits import MAX_ENTRIES
from newscrawl.items import Candidate

_DECODER = json.JSONDecoder(strict=False)
# What servers put before JSON, so that no script runs it, or one does; and warnings, in a feed that says what it is.
_BEFORE = re.compile(
    r"[\ufeff\s\0]*(?:\)\]\}'?,?\s*|(?:while\(1\)|for\(;;\));\s*|(?:/\*\*/\s*)?[\w.$]{1,100}\(\s*)?(?=\{)"
)
_SAYS_WHAT_IT_IS = re.compile(r'\{\s{0,99}"version"\s{0,99}:\s{0,99}"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_ITEMS = re.compile(r'"items"\s*:\s*[\[{]')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)
_FIRST_KEY = re.compile(r'"items"\s*:\s*\[\s*\{\s*("[^"\\]{1,40}")\s*:')
_KEY_OF_ITEM = re.compile(r'[\[}]\s{0,99},?\s{0,99}(\{\s{0,99}("[^"\\]{1,40}")\s{0,99}:)')
_QUOTED = re.compile(r'[\ufeff\s]*"\s*\{(?:\s|\\[rnt])*\\"')  # encoded twice
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_MAX_COMPANY = 1 << 16  # characters before the feed


def start_of(text: str) -> int | None:
    """Return where JSON begins in a text; None if it is none."""
    if before := _BEFORE.match(text):
        return before.end()
    found = _SAYS_WHAT_IT_IS.search(text, 0, _MAX_COMPANY)
    return found.start() if found and "<script" not in text[: found.start()].lower() else None


def unquoted(text: str) -> str:
    """Return a feed that was encoded as JSON twice as it was after the first time; other texts as they are."""
    if not _QUOTED.match(text):
        return text
    try:
        once, _ = _DECODER.raw_decode(text.lstrip("\ufeff \t\r\n"))
    except ValueError:
        return text
    return once if isinstance(once, str) else text


def read(text: str, url: str) -> list[Candidate]:
    """Return the candidates of a JSON Feed; raises ValueError if it is none. What is no item is left out.

    Of one that is not well formed each item is read alone, so that none costs another.
    """
    try:
        feed, _ = _DECODER.raw_decode(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError:
        ways = (_readable_items(spans) for spans in (_spans(text), _spans_by_key(text)))
        items: object = max((list(islice(way, MAX_ENTRIES + 1)) for way in ways), key=len)
        if not items:
            raise
    else:
        items = feed.get("items") if isinstance(feed, dict) else None
        if isinstance(items, dict):  # PHP writes a list from which entries were taken as an object
            items = list(items.values())
    if not isinstance(items, list):
        raise ValueError("it has no list of items")
    entries = islice((item for item in items if isinstance(item, dict)), MAX_ENTRIES + 1)
    return [_candidate(item, url) for item in entries]


def _readable_items(spans: Iterable[str]) -> Iterator[object]:
    """Yield the items of a broken feed that can be read, with or without their last comma."""
    for item in spans:
        for attempt in (item, _LAST_COMMA.sub("", item)):
            try:
                yield _DECODER.raw_decode(attempt)[0]
                break
            except (ValueError, RecursionError):
                continue


def _spans(text: str) -> Iterator[str]:
    """Yield the texts of the items, each from its brace to the one that closes it."""
    items = _ITEMS.search(text)
    depth = begins = 0
    for token in _TOKEN.finditer(text, items.end() if items else len(text)):
        if token[0] in "{[":
            begins = token.start() if depth == 0 else begins
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth < 0:
                return
            if depth == 0:
                yield text[begins : token.end()]


def _spans_by_key(text: str) -> Iterator[str]:
    """Yield the texts of the items, each from the key that the first one begins with to the next such key.

    A quote that is not escaped turns all texts behind it inside out, and no braces can be counted there.
    """
    first = _FIRST_KEY.search(text)
    if first is None:
        return
    found = _KEY_OF_ITEM.finditer(text, first.start())
    starts = [begin.start(1) for begin in found if begin[2] == first[1]]
    for begin, end in pairwise([*starts, len(text)]):
        yield text[begin : text.rfind("}", begin, end) + 1]


def _candidate(item: dict[str, Any], base: str) -> Candidate:
    return Candidate(
        url=_address(item, base),
        guid=_text(item.get("id")),
        headline=plain_words.of_either(_text(item.get("title"))),  # plain by its standard, escaped by many
        published=_text(item.get("date_published")),
        modified=_text(item.get("date_modified")),
        listing_url=base,
    )


def _address(item: dict[str, Any], base: str) -> str:
    """Return the item's own page, else the page that it is about, else an id that is an address (as 1.1 advises)."""
    for name in ("url", "external_url"):
        if is_http_url(address := as_stated(base, _text(item.get(name)) or "")):
            return address
    identifier = _text(item.get("id")) or ""
    return identifier if is_http_url(identifier) else ""


def _text(value: object) -> str | None:
    is_stated = isinstance(value, str | int | float) and not isinstance(value, bool)
    return plain_words.plain(str(value)) if is_stated else None
