"""What publishers state about keeping and mining their pages: noarchive, and the TDM Reservation Protocol. Pure.

Sources: developers.google.com/search/docs/crawling-indexing/robots-meta-tag and w3.org/2022/tdmrep. The
protocol's file /.well-known/tdmrep.json is not read: it would take a request of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

NOARCHIVE, TDM_RESERVATION = "noarchive", "tdm_reservation"
PAGES = "pages"
STAT = "newscrawl/rights/"  # prefix of the stats in which the normalize stage counts pages, and those with a signal
MAX_HEAD_BYTES = 256 * 2**10  # of a page that are searched: its elements meta stand at its beginning
_TAGS = re.compile(rb"<!--|<(?:script|style|meta|body)\b|</head\b", re.IGNORECASE)
_CLOSED_BY = {b"<!--": b"-->", b"<script": b"</script", b"<style": b"</style"}
_META = re.compile(rb"<meta\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# In X-Robots-Tag a name and a colon address one crawler; these have values.
_FOR_ONE_CRAWLER = re.compile(
    r"\s*(?!unavailable_after|max-snippet|max-image-preview|max-video-preview)[\w*-]+\s*:", re.IGNORECASE
)


def rights_signals(headers: Iterable[tuple[str, str]], body: bytes) -> frozenset[str]:
    """Return the signals of a response: those of its header fields, whose names are in lower case, and of its head."""
    stated = [("robots" if name == "x-robots-tag" else name, value) for name, value in headers]
    stated = [(name, value) for name, value in stated if name != "robots" or not _FOR_ONE_CRAWLER.match(value)]
    found = {signal for name, value in [*stated, *_metas(body)] if (signal := _signal(name, value))}
    return frozenset(found)


def _signal(name: str, value: str) -> str | None:
    if name == "robots" and NOARCHIVE in (part.strip().lower() for part in value.split(",")):
        return NOARCHIVE
    return TDM_RESERVATION if name == "tdm-reservation" and value.strip() == "1" else None


def _metas(body: bytes) -> list[tuple[str, str]]:
    head = body[:MAX_HEAD_BYTES]
    lower = head.lower()
    # Most pages have neither word: nothing further is searched then. One pattern for both would take ten times as long.
    if b"noarchive" not in lower and b"tdm-reservation" not in lower:
        return []
    metas = []
    for found in _metas_of_head(head):
        attributes = {key.lower(): a or b or c for key, a, b, c in reversed(_ATTRIBUTE.findall(found))}
        name, content = attributes.get(b"name", b""), attributes.get(b"content", b"")
        metas.append((name.decode("latin-1").strip().lower(), content.decode("latin-1")))
    return metas


def _metas_of_head(page: bytes) -> Iterator[bytes]:
    """Yield what stands in each element meta before the body, without those in comments and scripts."""
    lower, at = page.lower(), 0
    while (tag := _TAGS.search(lower, at)) is not None:
        name = tag[0]
        if name in {b"<body", b"</head"}:
            return
        if name == b"<meta":
            if meta := _META.match(page, tag.start()):
                yield meta[1]
            at = tag.end()
        elif (at := lower.find(_CLOSED_BY[name], tag.end())) < 0:
            return


def counted(stats: Mapping[str, object]) -> dict[str, int]:
    """Return how many pages a run's stats count, and how many of them with each signal; empty if it read none."""
    counts = {name: stats.get(STAT + name, 0) for name in (PAGES, NOARCHIVE, TDM_RESERVATION)}
    return {name: int(str(count)) for name, count in counts.items()} if counts[PAGES] else {}
