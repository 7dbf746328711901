"""Pages as scripts draw them: what a page asks for passes the gates that every request of the crawl passes.

The page itself was received in the ordinary way, and is handed to the browser as it is. Scripts and data of the
source's own hosts are requested by the crawl's engine: robots.txt, the egress filter, pace, budget, limits, proxies and
recording hold for them. All else is not requested.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response
from scrapy.http.request import NO_CALLBACK

from newscrawl.fetch.browser import PAGES_AT_ONCE, Browser
from newscrawl.fetch.captures import note_response_body, resource_meta
from newscrawl.fetch.failures import (
    REFUSALS,
    FetchFailed,
    Interrupted,
    NotDrawn,
    RobotsRefused,
    TooLarge,
    classify_failure,
)
from newscrawl.fetch.source_options import fault_of_headers
from newscrawl.items import Resource

logger = logging.getLogger(__name__)

KINDS = frozenset({"script", "xhr", "fetch"})  # of what a page asks for; images, styles and frames are not its text
MAX_REQUESTS = 60  # of one page
MAX_REDIRECTS = 5
CACHE_BYTES = 32 * 2**20  # of scripts, which all pages of a source have in common
START_SECONDS = 60.0  # that a browser gets to start
QUIET_SECONDS = 0.5  # without a request or a change of the page, after which it is drawn
RESTLESS_SECONDS = 10.0  # after which, or a third of its time, a page that goes on changing is taken as it is
# Asked behind whatever scripts have begun: on a slow machine they may be about to ask for something.
IS_LOADED = "() => new Promise(r => setTimeout(() => r(document.readyState === 'complete'), 100))"
# Headers that are of the transfer, or would reach beyond the page.
_NOT_FOR_PAGES = frozenset(
    {b"Content-Encoding", b"Content-Length", b"Transfer-Encoding", b"Connection", b"Set-Cookie", b"Alt-Svc"}
)


class NotForPages(Exception):
    """Raised for a redirect that leads a page's request to where it may not ask."""


class Renderer:
    """Draws the articles of one crawl."""

    def __init__(self, crawler: Crawler, *, seconds: float, max_bytes: int) -> None:
        definition: Any = crawler.spidercls
        self._crawler = crawler
        self.seconds = seconds
        self.max_bytes = max_bytes
        self.restless_seconds = min(RESTLESS_SECONDS, seconds / 3)
        self._scripts: dict[str, Response] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # for scripts, by URL
        self._places = asyncio.Semaphore(PAGES_AT_ONCE)
        self._browser = Browser(
            crawler,
            user_agent=crawler.settings["USER_AGENT"],
            locale=definition.languages[0],
            timezone=definition.timezone,
        )
        crawler.signals.connect(self.close, signals.engine_stopped)

    async def drawn(self, received: Response) -> bytes:
        """Return the page that scripts draw from a response, as HTML in UTF-8; raises NotDrawn or TooLarge."""
        async with self._places:
            page = await self._page(received)
        return page.text.encode("utf-8", "replace")

    async def _page(self, received: Response) -> _Page:
        page = _Page(self, received)
        try:
            async with asyncio.timeout(START_SECONDS) as page.deadline:
                await self._browser.draw(received.url, page.begun, page.route, page.settled)
        except TimeoutError as error:
            page.raise_fault()
            text = f"{received.url}: not drawn within {self.seconds:g} seconds of its own"
            raise NotDrawn(text, "timeout") from error
        except self._browser.error as error:
            page.raise_fault()
            raise NotDrawn(f"{received.url}: {' '.join(str(error).split())[:300]}", "browser") from error
        page.raise_fault()
        return page

    def may_ask(self, url: str) -> bool:
        """Return whether a page may ask for a URL: on the source's own domains, and on those that it names for this."""
        spider: Any = self._crawler.spider
        host = (urlsplit(url).hostname or "").lower()
        return bool(url.startswith(("http://", "https://")) and (spider.is_ours(url) or host in spider.rendered_hosts))

    async def script(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return a script, which is requested once for all pages."""
        async with self._asking[url]:
            if url in self._scripts:
                return self._scripts[url]
            response = await self.fetch(url, headers)
            kept = sum(len(script.body) for script in self._scripts.values())
            if response.status == 200 and kept + len(response.body) <= CACHE_BYTES:
                self._scripts[url] = response
            return response

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the response to a request of a page, redirects followed where it may ask."""
        for _ in range(MAX_REDIRECTS):
            response = await self._download(url, headers)
            target = response.headers.get("Location")
            if not (300 <= response.status < 400 and target):
                return response
            url = urljoin(url, target.decode("latin-1"))
            if not self.may_ask(url):
                break
        raise NotForPages(f"{url}: a redirect to where a page may not ask, or one too many")

    async def _download(self, url: str, headers: Mapping[str, str]) -> Response:
        # A slot of its own: the page's request occupies its host's until the page is drawn. Pace and places in the
        # queue are the downloader's, by host.
        slot = f"drawing {urlsplit(url).hostname}"
        meta = {"dont_redirect": True, "allow_offsite": True, "download_slot": slot, **resource_meta(Resource.LISTING)}
        request = Request(url, headers=headers, callback=NO_CALLBACK, meta=meta, dont_filter=True)
        engine: Any = self._crawler.engine
        response: Response = await engine.download_async(request)
        return response

    async def close(self) -> None:
        await self._browser.close()


def as_drawn(request: Request, received: Response, html: bytes) -> Response:
    """Return the response with a page that scripts drew from it; the one received is noted with the request."""
    note_response_body(request, received.body)
    headers = received.headers.copy()
    headers["Content-Type"] = "text/html; charset=utf-8"
    return HtmlResponse(
        received.url,
        status=received.status,
        headers=headers,
        body=html,
        encoding="utf-8",
        flags=[*received.flags, "rendered"],
        ip_address=received.ip_address,
        protocol=received.protocol,
    )


class _Page:
    """One page while it is drawn."""

    def __init__(self, renderer: Renderer, received: Response) -> None:
        self._renderer = renderer
        self._received = received
        self._is_begun = False
        self._asked = 0
        self._pending = 0
        self._bytes = 0
        self._left: float | None = None
        self._fault: FetchFailed | None = None
        self.deadline: asyncio.Timeout | None = None
        self.text = ""

    def begun(self) -> None:
        """Begin anew, in a browser that has started: from now on the page's own time counts."""
        self._is_begun, self._asked, self._bytes, self._fault, self.text = False, 0, 0, None, ""
        if self.deadline is not None:
            self.deadline.reschedule(asyncio.get_running_loop().time() + self._renderer.seconds)

    async def route(self, route: Any) -> None:
        """Answer a request of the page."""
        asked = route.request
        is_page = not self._is_begun and asked.is_navigation_request()
        if is_page:
            self._is_begun = True
            await _fulfill(route, self._received)
        elif asked.resource_type not in KINDS or asked.method != "GET" or self._fault:
            await route.abort("aborted")
        elif not self._renderer.may_ask(asked.url):
            await route.abort("blockedbyclient")
        else:
            await self._answer(route, asked)

    async def _answer(self, route: Any, asked: Any) -> None:
        self._asked += 1
        try:
            if self._asked > MAX_REQUESTS:
                raise NotDrawn(f"{self._received.url}: asks for more than {MAX_REQUESTS} resources", "too_many")
            with self._paused():
                response = await self._response(asked)
            self._count(response)
        except (RobotsRefused, NotForPages):  # each time, so the page is the same
            await route.abort("blockedbyclient")
        except Exception as error:  # noqa: BLE001 - whatever failed, the page lacks something
            self._note(error, asked.url)
            await route.abort("failed")
        else:
            await _fulfill(route, response)

    async def _response(self, asked: Any) -> Response:
        if asked.resource_type == "script":
            return await self._renderer.script(asked.url, _headers_of(asked))
        return await self._renderer.fetch(asked.url, _headers_of(asked))

    def _count(self, response: Response) -> None:
        if response.status in REFUSALS or response.status >= 500:
            raise NotDrawn(f"{self._received.url}: {response.url} answered {response.status}", "incomplete")
        self._bytes += len(response.body)
        if self._bytes > self._renderer.max_bytes:
            raise TooLarge(f"{self._received.url}: asks for more than {self._renderer.max_bytes} bytes")

    def _note(self, error: Exception, url: str) -> None:
        """Keep the first fault: a page that lacks something may show another text (promise P4)."""
        if self._fault is not None:
            return
        if isinstance(error, Interrupted | NotDrawn | TooLarge):
            self._fault = error
        else:
            _, reason, detail, retry_at = classify_failure(error)
            text = f"{self._received.url}: without {url} ({reason}: {detail})"
            self._fault = NotDrawn(text, "incomplete", retry_at=retry_at)

    def raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    @contextmanager
    def _paused(self) -> Iterator[None]:
        """Count no time in which the page waits for us: for its turn at a host, and for the network."""
        loop = asyncio.get_running_loop()
        if self._pending == 0 and self.deadline is not None and (when := self.deadline.when()) is not None:
            self._left = when - loop.time()
            self.deadline.reschedule(None)
        self._pending += 1
        try:
            yield
        finally:
            self._pending -= 1
            if self._pending == 0 and self.deadline is not None and self._left is not None:
                self.deadline.reschedule(loop.time() + self._left)

    async def settled(self, page: Any) -> None:
        """Wait until the page is drawn, and take its text."""
        loop = asyncio.get_running_loop()
        waited, before = 0.0, ""
        while waited < self._renderer.restless_seconds:
            self.raise_fault()
            since = loop.time()
            await asyncio.sleep(QUIET_SECONDS)
            if self._pending:
                continue
            waited += loop.time() - since
            is_loaded = await page.evaluate(IS_LOADED)
            self.text = await self._content(page)
            if is_loaded and self.text == before and not self._pending:
                return
            before = self.text

    async def _content(self, page: Any) -> str:
        characters = await page.evaluate("() => document.documentElement?.outerHTML.length ?? 0")
        if characters > self._renderer.max_bytes:
            self._note(TooLarge(f"{self._received.url}: the page drawn has {characters} characters"), "")
            return ""
        text: str = await page.content()
        return text


def _headers_of(asked: Any) -> dict[str, str]:
    """Return the headers that scripts set for their own servers; no others, above all no secrets."""
    return {
        name: value
        for name, value in asked.headers.items()
        if name in {"accept", "origin"} or (name.startswith("x-") and not fault_of_headers({name: value}))
    }


async def _fulfill(route: Any, response: Response) -> None:
    headers = {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if name not in _NOT_FOR_PAGES
    }
    await route.fulfill(status=response.status, headers=headers, body=response.body)
