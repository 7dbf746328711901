"""What every page is made with: the reader, the clock, templates, and how addresses look from outside."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from newscrawl import diff
from newscrawl.clock import Clock
from newscrawl.config import Config
from newscrawl.items import Diff, Version
from newscrawl.store.reader import ChangeEntry, Reader, SourceProfile
from newscrawl.web.diff_layout import DiffLayout, diff_layout, in_words
from newscrawl.web.entries import shown
from newscrawl.web.templating import Templates

# What is remembered at most; versions never change, so neither do these.
DIFFS = 30_000  # paragraphs in diffs and their markup: some 60 MB
CONTENTS = 4_000  # entries of lists and contents of feeds, some kilobytes each
SELECTS = 1_000
SOURCES_SECONDS = 60.0
K = TypeVar("K")
V = TypeVar("V")
LARGE = 150  # paragraphs on both sides together from which a diff is made beside the event loop


class LruCache(Generic[K, V]):
    """Values by key, up to a total weight; what was not used for longest is forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._total = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: K, value: V, weight: int = 1) -> V:
        """Keep a value, unless it alone is heavier than all may be; returns it."""
        if key in self._kept:
            self._total -= self._kept.pop(key)[1]
        if weight <= self._most:
            self._kept[key] = (value, weight)
            self._total += weight
        while self._total > self._most:
            self._total -= self._kept.popitem(last=False)[1][1]
        return value


class AppContext:
    """One per process; made when the application starts."""

    def __init__(self, reader: Reader, clock: Clock, config: Config) -> None:
        self.reader = reader
        self.clock = clock
        self._config = config
        self._templates = Templates()
        self._lock = asyncio.Lock()
        self._sources: tuple[float, tuple[tuple[str, str], ...]] = (-math.inf, ())
        self._profiles: dict[str, tuple[float, SourceProfile | None]] = {}
        self._diffs: LruCache[tuple[str, int, int, str, str], tuple[Diff, DiffLayout]] = LruCache(DIFFS)
        self._sheets: LruCache[tuple[str, int, int, str, str, str], Markup] = LruCache(DIFFS)
        self._entries: LruCache[tuple[str, int, int, str, str | None, int], Markup] = LruCache(CONTENTS)
        self._selects: LruCache[Hashable, Markup] = LruCache(SELECTS)
        self.contents: LruCache[tuple[str, str, int, int], str] = LruCache(CONTENTS)

    def page(self, request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """Render a page; `values` come on top of what all pages have."""
        shared = {
            "now": self.clock.now(),
            "path": request.url.path,
            "search_text": "",
            "is_private": False,
            "feed": None,
            "width": "",
        }
        return self._templates.page(template, shared | dict(values), status=status)

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        return self._templates.text(template, values)

    def part(self, template: str, **values: Any) -> Markup:
        """Return a part of a page as markup."""
        return self._templates.markup(template, values)

    def selects(self, **values: Hashable) -> Markup:
        """Return the selects that narrow a list; made of these values alone, they are remembered."""
        key = tuple(values.items())
        return self._selects.get(key) or self._selects.put(key, self._templates.markup("selects.html", values))

    def entry(self, entry: ChangeEntry) -> Markup:
        """Return an entry of a list as markup; it is made once for all lists that it stands in."""
        line, story = entry.line, entry.story
        facts = (story.versions, story.publisher, entry.previous_headline, story.withheld_changes)
        key = (line.article_id, line.number, *facts)
        made = self._entries.get(key)
        return made or self._entries.put(key, self._templates.markup("entry.html", {"shown": shown(entry)}))

    async def diff_layout(self, a: Version, b: Version, view: str) -> Markup:
        """Return the paragraphs of a diff as markup, side by side or inline."""
        key = (*_key(a, b), view)
        made = self._sheets.get(key)
        if made is None:
            laid_out = (await self.compare(a, b))[1]
            made = self._templates.markup(
                "diff_layout.html", {"diff_layout": laid_out, "view": view, "a": a.article, "b": b.article}
            )
        return self._sheets.put(key, made, _weight(a, b))

    def address(self, request: Request) -> str:
        """Return our own address as readers have it, without a closing slash."""
        return (self._config.public_url or str(request.base_url)).rstrip("/")

    async def sources(self) -> tuple[tuple[str, str], ...]:
        """Return (name, publisher) of all sources, at most a minute old."""
        async with self._lock:  # one asks, the others wait for its answer
            read_at, found = self._sources
            if time.monotonic() - read_at > SOURCES_SECONDS:
                found = await self.reader.sources.names()
                self._sources = (time.monotonic(), found)
            return found

    async def profile(self, source: str) -> SourceProfile:
        """Return a source's profile, at most a minute old: it reads more than other pages, and changes slowly."""
        async with self._lock:
            read_at, found = self._profiles.get(source, (-math.inf, None))
            if found is None or time.monotonic() - read_at > SOURCES_SECONDS:
                found = await self.reader.sources.profile(source, self.clock.now())
                self._profiles[source] = (time.monotonic(), found)
            return found

    async def compare(self, a: Version, b: Version) -> tuple[Diff, DiffLayout]:
        """Return the diff of two versions and its layout; the caller has asked whether both may be seen."""
        key = _key(a, b)
        known = self._diffs.get(key)
        if known is not None:
            return known
        if _weight(a, b) > LARGE:
            made = await asyncio.to_thread(_compare, a, b)
        else:
            made = _compare(a, b)
        return self._diffs.put(key, made, _weight(a, b))


def _key(a: Version, b: Version) -> tuple[str, int, int, str, str]:
    # With the fingerprints of what is told: a version never changes, yet passages of it may be withheld.
    return a.article_id, a.number, b.number, a.article.display_digest, b.article.display_digest


def _weight(a: Version, b: Version) -> int:
    return len(a.article.paragraphs) + len(b.article.paragraphs) + 1


def _compare(a: Version, b: Version) -> tuple[Diff, DiffLayout]:
    found = diff.compare(a.article, b.article)
    found = diff.readable(found, a.article, b.article)
    return found, diff_layout(found, a.article, b.article)


async def _context(request: Request) -> AppContext:
    return cast(AppContext, request.app.state.context)


Context = Annotated[AppContext, Depends(_context)]

__all__ = ["AppContext", "Context", "in_words"]
