"""The demo newspaper's web server: real HTTP/1.1 on loopback, one edition at a time."""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from newscrawl.demo import pages
from newscrawl.demo.editions import EDITIONS, OVERLOADED, REDESIGNED, edition
from newscrawl.demo.stories import Answer, Story, Wording, stories

RETRY_AFTER_SECONDS = 1800
# Real newspapers ask for seconds; a demo that is over in less than a minute asks for a fiftieth of one.
ROBOTS = "User-agent: *\nDisallow: /account/\nCrawl-delay: 0.02\n\nSitemap: {base}/news-sitemap.xml\n"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as the server saw it, for tests of the crawler's politeness."""

    edition: int
    method: str
    path: str
    status: int
    is_conditional: bool


@dataclass(slots=True)
class Answering:
    """A response before HTTP takes over. A cut body is framed by its own, shorter length."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    last_modified: datetime | None = None  # also means: may be asked for conditionally
    is_cut: bool = False


class Newsroom:
    """The newspaper at one edition, served while the context lasts; set `edition` to print the next one."""

    def __init__(self, edition: int = 1, port: int = 0) -> None:
        self._edition = _known(edition)
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.exchanges: list[Exchange] = []

    @property
    def edition(self) -> int:
        return self._edition

    @edition.setter
    def edition(self, number: int) -> None:
        self._edition = _known(number)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        """Address of the newspaper, without a slash at its end: the same for all editions."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> Answering:
        """Return what the paper has at a path in its present edition."""
        if path == "/robots.txt":
            return Answering(200, ROBOTS.format(base=self.base).encode(), "text/plain; charset=utf-8")
        if self.edition == OVERLOADED:
            patience = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return _notice(429, "Too many requests", "Please come back later.", patience)
        if listing := self._listing(path):
            return listing
        for story in stories():
            wording = story.at(self.edition)
            if wording and story.path(wording) == path:
                return self._story(story, wording)
            if wording and path in story.former_paths(self.edition):
                return Answering(301, headers={"Location": self.base + story.path(wording)})
        return _notice(404, "Not found", "There is no such page, and we have looked under the desk.")

    def _listing(self, path: str) -> Answering | None:
        clock = edition(self.edition).clock
        if path == "/":
            return Answering(200, pages.front(self.edition, self.base).encode(), last_modified=clock)
        if path == "/feed.xml":
            body = pages.feed(self.edition, self.base).encode()
            return Answering(200, body, "application/rss+xml; charset=utf-8", last_modified=clock)
        if path == "/news-sitemap.xml":
            body = pages.news_sitemap(self.edition, self.base).encode()
            return Answering(200, body, "application/xml", last_modified=clock)
        return None

    def _story(self, story: Story, wording: Wording) -> Answering:
        match story.answer(self.edition):
            case Answer.GONE:
                return _notice(410, "Withdrawn", "This article is no longer available.")
            case Answer.CONSENT:
                return Answering(200, pages.consent().encode())
            case Answer.BOT_WALL:
                return Answering(200, pages.bot_wall(story).encode())
        page = Answering(200, pages.article(story, wording, self.edition, self.base).encode())
        page.is_cut = story.answer(self.edition) is Answer.TRUNCATED
        # A cut page has no validators, or a client that holds the whole one would be spared the damage by a 304.
        if story.has_validators and not page.is_cut:
            page.last_modified = self._page_changed_at(wording)
        return page

    def _page_changed_at(self, wording: Wording) -> datetime:
        """Return when the page last changed: with its words, or with the design of the paper."""
        redesigned = REDESIGNED if self.edition >= REDESIGNED else 1
        return edition(max(wording.edition, redesigned)).clock


def _known(number: int) -> int:
    return edition(number).number


def _notice(status: int, title: str, text: str, headers: dict[str, str] | None = None) -> Answering:
    return Answering(status, pages.notice(title, text).encode(), headers=headers or {})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a crawler may keep its connection open for longer than we are there

    def __init__(self, address: tuple[str, int], newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        super().__init__(address, _Conversation)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "TidewickPress/1.0"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        answering = self.server.newsroom.answer(self.path.partition("?")[0])
        etag = None
        if answering.last_modified:
            # Weak, since the same tag stands for the plain and the compressed body (RFC 9110, 8.8.3.3).
            etag = f'W/"{hashlib.sha256(answering.body).hexdigest()[:16]}"'
            answering.headers |= {
                "ETag": etag,
                "Last-Modified": format_datetime(answering.last_modified, usegmt=True),
            }
            if self._holds(etag, answering.last_modified):
                answering = Answering(304, headers=answering.headers)
        self._send(answering)

    do_HEAD = do_GET

    def _holds(self, etag: str, last_modified: datetime) -> bool:
        """Tell whether the client has the present page: If-None-Match alone decides if given (RFC 9110, 13.2.2)."""
        held = self.headers.get("If-None-Match")
        if held is not None:
            return any(tag.strip().removeprefix("W/") == etag.removeprefix("W/") for tag in held.split(","))
        since = self.headers.get("If-Modified-Since")
        return since is not None and last_modified <= parsedate_to_datetime(since)

    def _send(self, answering: Answering) -> None:
        body, headers = answering.body, dict(answering.headers)
        if answering.is_cut or (body and "gzip" in self.headers.get("Accept-Encoding", "")):
            body = gzip.compress(body, mtime=0)
            body = body[: len(body) * 3 // 5] if answering.is_cut else body
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if answering.status != HTTPStatus.NOT_MODIFIED:
            headers |= {"Content-Type": answering.content_type, "Content-Length": str(len(body))}
        self._note(answering.status)
        self.send_response(answering.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _note(self, status: int) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        newsroom = self.server.newsroom
        newsroom.exchanges.append(Exchange(newsroom.edition, self.command, self.path, status, conditional))

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Date header: the paper's own clock, so that nothing about an edition depends on today's date."""
        return format_datetime(EDITIONS[self.server.newsroom.edition - 1].clock, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `Newsroom.exchanges` has it."""
