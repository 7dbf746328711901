"""Chromium for pages that scripts draw, by scrapy-playwright (extra `newscrawl[browser]`), cut off from the network.

What a page asks for is answered by route (newscrawl/fetch/rendering.py). Whatever escapes that fails: no name can be
resolved, and the proxy that all connections would take listens nowhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Request

from newscrawl.config import Config
from newscrawl.errors import ConfigError

Route = Callable[[Any], Awaitable[None]]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGES_AT_ONCE = 2
CLOSE_SECONDS = 5.0  # that a page gets to close; the browser is ended if that is not enough
MAX_HEAP_MB = 512  # of the scripts of one page
ARGUMENTS = (
    "--proxy-server=http://127.0.0.1:1",
    "--proxy-bypass-list=<-loopback>",  # else loopback is reached without the proxy
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--no-pings",
    "--disable-background-networking",
    f"--js-flags=--max-old-space-size={MAX_HEAP_MB}",
)
# WebSockets would fail, by the proxy; without them a page does not wait.
INIT_SCRIPT = """
for (const name of ["WebSocket", "WebTransport", "EventSource", "RTCPeerConnection", "webkitRTCPeerConnection"])
    delete window[name];
"""


class _Taken(Exception):
    """Ends scrapy-playwright's work on a page once its text was taken."""


class Browser:
    """One crawl's Chromium. It is started with the first page, and again if it died; it ends with the crawl."""

    def __init__(self, crawler: Crawler, *, user_agent: str, locale: str, timezone: str) -> None:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        values = {
            "PLAYWRIGHT_LAUNCH_OPTIONS": {
                "executable_path": str(_executable(config)),
                "args": list(ARGUMENTS),
                "chromium_sandbox": os.geteuid() != 0,  # root has none
                "handle_sigint": False,
                "handle_sigterm": False,
                "handle_sighup": False,
            },
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
            "PLAYWRIGHT_MAX_CONTEXTS": PAGES_AT_ONCE,
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 0,  # `drawn` has one for all
            "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,
        }
        crawler.settings.setdict(values, priority="cmdline")
        # Each page begins without cookies, storage and caches.
        self._context = {
            "service_workers": "block",
            "accept_downloads": False,
            "user_agent": user_agent,
            "locale": locale,
            "timezone_id": timezone,
            "reduced_motion": "reduce",
        }
        handler = _extra("scrapy_playwright.handler")
        logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)  # it logs each failure, with its traceback
        self._playwright: Any = handler.ScrapyPlaywrightDownloadHandler(crawler)
        self._method = _extra("scrapy_playwright.page").PageMethod
        self._error: type[Exception] = _extra("playwright.async_api").Error
        self._pages = 0

    @property
    def error(self) -> type[Exception]:
        """The class of what goes wrong in the browser."""
        return self._error

    async def draw(
        self, url: str, begun: Callable[[], None], route: Route, settled: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Open a URL in a page whose requests `route` answers, and call `settled` with the page.

        `begun` is called before; again with `route` and `settled` where the browser died and another one tries.
        Cancelled it closes the page, whatever the page does.
        """
        opened: list[Any] = []

        async def take(page: Any) -> None:
            await settled(page)
            raise _Taken  # scrapy-playwright would wait for `load`, which a page may put off for ever

        async def begin(page: Any, request: Request) -> None:
            begun()
            opened.append(page)
            page.context.on("page", self._close_popup)
            await page.add_init_script(INIT_SCRIPT)
            await page.context.route("**/*", route)  # of popups as well
            await page.route("**/*", route)  # before scrapy-playwright's own, which lets requests pass

        self._pages += 1
        meta = {
            "playwright": True,
            "playwright_context": f"page-{self._pages}",
            "playwright_context_kwargs": dict(self._context),
            "playwright_page_init_callback": begin,
            "playwright_page_goto_kwargs": {"wait_until": "commit"},
            "playwright_page_methods": [self._method(take)],
        }
        try:
            await self._playwright.download_request(Request(url, meta=meta))
        except _Taken:
            pass
        finally:
            await asyncio.shield(self._close(opened))

    async def _close_popup(self, popup: Any) -> None:
        with contextlib.suppress(self._error):  # it may be gone already, with its page
            await popup.close()

    async def _close(self, pages: list[Any]) -> None:
        """Close the contexts of pages; a browser that does not do so in time is ended."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                for page in pages:
                    await page.context.close()
        except (TimeoutError, self._error):
            await self.end()

    async def end(self) -> None:
        """End the browser, so that the next page gets a new one."""
        browser = getattr(self._playwright, "browser", None)
        if browser is not None:
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await browser.close()
            except (TimeoutError, self._error):
                logging.getLogger(__name__).warning("browser=lost: it did not end within %g s", CLOSE_SECONDS)

    async def close(self) -> None:
        await self._playwright.close()


def _executable(config: Config) -> Path:
    if config.chromium is not None:
        return config.chromium
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise ConfigError(
            "a source is `rendered`, and no Chromium was found: install Debian's package chromium, or name the program "
            "in NEWSCRAWL_CHROMIUM"
        )
    return Path(found)


def _extra(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(
            f"a source is `rendered`, which needs an extra: pip install 'newscrawl[browser]' ({error})"
        ) from error
