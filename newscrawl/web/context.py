"""The context of all pages, one per process: reader, clock, templates, caches and the public base URL."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Hashable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from newscrawl import diff
from newscrawl.clock import Clock
from newscrawl.config import Config
from newscrawl.humanize import LANGUAGES, Locale, current
from newscrawl.items import Diff, Version
from newscrawl.lru_cache import LruCache
from newscrawl.store.reader import ChangeEntry, FrontPage, Reader, SourceOverview, SourceProfile, SourceRow, TakenDown
from newscrawl.store.reader.validators import Listed, Validator
from newscrawl.web.diff_layout import DiffLayout, diff_layout
from newscrawl.web.entries import entry_view
from newscrawl.web.localization import NOTHING_CHOSEN, Choice, with_carried
from newscrawl.web.templating import Templates, joined

# Sizes of the caches. Versions never change; what is shown of them changes with a takedown.
MAX_DIFF_PARAGRAPHS = 30_000  # of diffs, and again of their markup: some 60 MB
MAX_ENTRIES = 4_000  # of lists, and again of feeds: some kilobytes each
MAX_FRONTS = 100  # pages of what matters: so many as the reader remembers
MAX_SELECTS = 1_000
MAX_ANSWERS_BYTES = 32 << 20
MAX_FRAMES_BYTES = 4 << 20  # what is around the entries of lists
MAX_CARD_BYTES = 16 * 2**20  # some 300 pictures
SOURCES_MAX_AGE_SECONDS = 60.0
MAX_PARAGRAPHS_IN_EVENT_LOOP = 150  # of both versions together; a larger diff is made in a thread
DiffKey = tuple[str, int, int, str, str, str]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer, and the validator of what it was made from."""

    validator: tuple[Validator, datetime]
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Caches:
    """Everything that is kept from one request to the next, of one visibility generation."""

    def __init__(self, taken: TakenDown) -> None:
        self.taken = taken
        self.overview: tuple[float, SourceOverview] = (-math.inf, SourceOverview())
        self.source_rows: tuple[float, tuple[SourceRow, ...]] = (-math.inf, ())
        self.profiles: dict[str, tuple[float, SourceProfile | None]] = {}
        self.diffs: LruCache[DiffKey, tuple[Diff, DiffLayout]] = LruCache(MAX_DIFF_PARAGRAPHS)
        self.diff_markup: LruCache[tuple[DiffKey, str], Markup] = LruCache(MAX_DIFF_PARAGRAPHS)
        self.entry_markup: LruCache[tuple[str, int, int, str, str | None, int, Locale], Markup] = LruCache(MAX_ENTRIES)
        self.fronts: LruCache[Hashable, tuple[FrontPage, Markup]] = LruCache(MAX_FRONTS)
        self.selects: LruCache[Hashable, Markup] = LruCache(MAX_SELECTS)
        self.frames: LruCache[Hashable, tuple[str, str]] = LruCache(MAX_FRAMES_BYTES)
        self.answers: LruCache[tuple[str, bytes, bool, Locale], KeptAnswer] = LruCache(MAX_ANSWERS_BYTES)
        self.cards: LruCache[Hashable, Any] = LruCache(MAX_ENTRIES)  # Card or NoFont
        self.card_images: LruCache[str, bytes] = LruCache(MAX_CARD_BYTES)
        self.feed_contents: LruCache[tuple[str, str, int, Locale], str] = LruCache(MAX_ENTRIES)


class AppContext:
    """Made once per process, when the application starts; each request works on a copy with the caches of its time."""

    def __init__(self, reader: Reader, clock: Clock, config: Config) -> None:
        self.reader = reader
        self.clock = clock
        self._config = config
        self._templates = Templates()
        self._lock = asyncio.Lock()
        self._overview_lock = asyncio.Lock()  # of its own: every request may need it
        self.drawing = asyncio.Lock()
        self._unwatched_since: datetime | None = None
        self.caches = Caches(TakenDown())

    async def for_request(self, taken: TakenDown | None = None) -> AppContext:
        """Return the context of one request, with empty caches if anything was taken down, or shown again, since.

        What a request of an earlier generation still computes goes into the caches that it began with.
        """
        taken = taken or await self.reader.taken_down()
        if taken.generation != self.caches.taken.generation:
            self.caches = Caches(taken)
        self._unwatched_since = await self._silent_since()
        return copy(self)

    async def validator(self, subject: Listed | str) -> tuple[Validator, datetime]:
        """Return the validator of pages of a list, or of the article named: what they are made from, and the minute."""
        return await self.reader.validators.of(subject), self.minute

    @property
    def minute(self) -> datetime:
        """The minute that it is: pages say how long ago something was."""
        return self.clock.now().replace(second=0, microsecond=0)

    async def _silent_since(self) -> datetime | None:
        """Return when an article was last read if that is too long ago, at most a minute old; else None."""
        if not self._config.unwatched_after_seconds:
            return None
        watched_at = (await self._overview()).watched_at
        limit = timedelta(seconds=self._config.unwatched_after_seconds)
        return watched_at if watched_at is not None and self.clock.now() - watched_at > limit else None

    def page(self, request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        """Render a page from `values` and the values that all pages share."""
        return HTMLResponse(self._html(request, template, values, status), status_code=status)

    def _html(self, request: Request, template: str, values: Mapping[str, Any], status: int) -> str:
        choice: Choice = request.scope.get("newscrawl.choice", NOTHING_CHOSEN)
        if status in {404, 410}:  # what is not there, or hidden, is not named again
            choice = replace(choice, path="/", rest=())
        shared = {
            "choice": choice,
            "languages": LANGUAGES,
            "root_url": self.root_url,
            "status": status,
            "now": self.clock.now(),
            "path": request.url.path,
            "search_text": "",
            "is_private": False,
            "is_indexed": self.is_indexed,
            "shared": None,
            "unwatched_since": self._unwatched_since,
            "feed": None,
            "width": "",
        }
        html = self._templates.text(template, shared | dict(values))
        return with_carried(html, choice.carried)

    def framed_page(
        self, request: Request, template: str, values: Mapping[str, Any], listed: Markup, *, key: Hashable
    ) -> HTMLResponse:
        """Render a page around what changes often, its `listed`; the rest is kept.

        `key` has whatever `values` are made of, beside the choice of the request.
        """
        choice: Choice = request.scope.get("newscrawl.choice", NOTHING_CHOSEN)
        whole = (key, choice, request.scope["path"], self._unwatched_since)
        frame = self.caches.frames.get(whole)
        if frame is None:
            place = secrets.token_hex(16)  # no stored text can name it
            html = self._html(request, template, {**values, "listed": place}, 200)
            before, _, after = html.partition(place)
            frame = self.caches.frames.put(whole, (before, after), len(html))
        # Joined as plain text: a sum with markup would escape the frame.
        return HTMLResponse("".join((frame[0], with_carried(listed, choice.carried), frame[1])))

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        return self._templates.text(template, values)

    def part(self, template: str, **values: Any) -> Markup:
        """Return a part of a page as markup."""
        return self._templates.markup(template, values)

    def selects(self, **values: Hashable) -> Markup:
        """Return the selects that narrow a list, cached by their values."""
        key = (current(), *values.items())
        return self.caches.selects.get(key) or self.caches.selects.put(
            key, self._templates.markup("selects.html", values)
        )

    def entries_markup(self, entries: Iterable[ChangeEntry]) -> Markup:
        """Return entries of a list as markup; each is cached for all lists that it is in."""
        locale = current()
        return joined([self._entry_markup(entry, locale) for entry in entries])

    def _entry_markup(self, entry: ChangeEntry, locale: Locale) -> Markup:
        version, article = entry.line, entry.story
        facts = (article.versions, article.publisher, entry.previous_headline, article.withheld_changes)
        key = (version.article_id, version.number, *facts, locale)
        markup = self.caches.entry_markup.get(key)
        return markup or self.caches.entry_markup.put(key, self.part("entry.html", view=entry_view(entry)))

    async def diff_markup(self, a: Version, b: Version, view: str) -> Markup:
        """Return the paragraphs of a diff as markup; `view` is "sides" or "inline"."""
        key = (_diff_key(a, b), view)
        markup = self.caches.diff_markup.get(key)
        if markup is None:
            layout = (await self.compare(a, b))[1]
            markup = self.part("diff_layout.html", diff_layout=layout, view=view, a=a.article, b=b.article)
        return self.caches.diff_markup.put(key, markup, _weight(a, b))

    @property
    def is_indexed(self) -> bool:
        """Whether search engines may index lists and histories."""
        return self._config.serve_indexed

    @property
    def framed_by(self) -> tuple[str, ...]:
        """The origins whose pages may show an edit in a frame."""
        return self._config.framed_by

    @property
    def root_url(self) -> str:
        """The URL of this archive, without a trailing slash: as configured, since a request may name any host."""
        return (self._config.public_url or self._config.serve_url).rstrip("/")

    @property
    def watches(self) -> bool:
        """Whether readers may ask for an address to be watched."""
        return self._config.serve_watch

    @property
    def subscribes_by(self) -> tuple[str, ...]:
        """The channels by which readers may subscribe."""
        return self._config.serve_subscribe

    @property
    def subscriptions_keep_months(self) -> int:
        return self._config.subscriptions_keep_months

    @property
    def trusted_proxies(self) -> tuple[str, ...]:
        return self._config.trusted_proxies

    @property
    def contact(self) -> str | None:
        """Where one complains: a mail address or a URL; None if the operator has stated none."""
        return self._config.serve_contact

    async def sources(self) -> tuple[tuple[str, str], ...]:
        """Return (name, publisher) of all sources, at most a minute old."""
        return (await self._overview()).names

    async def _overview(self) -> SourceOverview:
        async with self._overview_lock:  # of several requests at once, one reads
            read_at, overview = self.caches.overview
            if time.monotonic() - read_at > SOURCES_MAX_AGE_SECONDS:
                overview = await self.reader.sources.overview()
                self.caches.overview = (time.monotonic(), overview)
            return overview

    async def source_rows(self) -> tuple[SourceRow, ...]:
        """Return the table of all sources, at most a minute old, as profiles are."""
        async with self._lock:
            read_at, rows = self.caches.source_rows
            if time.monotonic() - read_at > SOURCES_MAX_AGE_SECONDS:
                rows = await self.reader.source_table.rows(self.clock.now())
                self.caches.source_rows = (time.monotonic(), rows)
            return rows

    async def profile(self, source: str) -> SourceProfile:
        """Return a source's profile, at most a minute old: it takes larger queries than other pages and changes slowly.

        Raises Absent for a source of which nothing was recorded.
        """
        async with self._lock:
            read_at, profile = self.caches.profiles.get(source, (-math.inf, None))
            if profile is None or time.monotonic() - read_at > SOURCES_MAX_AGE_SECONDS:
                profile = await self.reader.sources.profile(source, self.clock.now())
                self.caches.profiles[source] = (time.monotonic(), profile)
            return profile

    async def compare(self, a: Version, b: Version) -> tuple[Diff, DiffLayout]:
        """Return the diff of two versions and its layout; both must have passed the visibility policy."""
        key = _diff_key(a, b)
        cached = self.caches.diffs.get(key)
        if cached is not None:
            return cached
        if _weight(a, b) > MAX_PARAGRAPHS_IN_EVENT_LOOP:
            result = await asyncio.to_thread(_compare, a, b)
        else:
            result = _compare(a, b)
        return self.caches.diffs.put(key, result, _weight(a, b))


def _diff_key(a: Version, b: Version) -> DiffKey:
    return a.article_id, a.number, b.number, a.article.display_digest, b.article.display_digest, current().language


def _weight(a: Version, b: Version) -> int:
    return len(a.article.paragraphs) + len(b.article.paragraphs) + 1


def _compare(a: Version, b: Version) -> tuple[Diff, DiffLayout]:
    raw = diff.compare(a.article, b.article)
    readable = diff.readable(raw, a.article, b.article)
    return readable, diff_layout(readable, a.article, b.article)


async def context_of(request: Request) -> AppContext:
    """Return the context that KeptAnswers asked for this request, else a new one."""
    context: AppContext = request.app.state.context
    return request.scope.get("newscrawl.context") or await context.for_request()


Context = Annotated[AppContext, Depends(context_of)]
