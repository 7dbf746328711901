"""The demo newspaper's web server: HTTP/1.1 on loopback, one edition at a time."""

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
from newscrawl.demo.articles import AnswerKind, DemoArticle, Wording, articles
from newscrawl.demo.editions import EDITIONS, OVERLOADED, REDESIGNED, edition

RETRY_AFTER_SECONDS = 1800
# Real sites ask for seconds. The demo should take less than a minute, so it asks for a fiftieth of a second.
ROBOTS = "User-agent: *\nDisallow: /account/\nCrawl-delay: 0.02\n\nSitemap: {base}/news-sitemap.xml\n"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that the server received, for tests of the crawler's politeness."""

    edition: int
    method: str
    path: str
    status: int
    is_conditional: bool


@dataclass(slots=True)
class Response:
    """A response before it is compressed and sent."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    last_modified: datetime | None = None  # if set, the response has validators
    is_cut: bool = False  # an incomplete gzip stream is sent, with the Content-Length of what is sent


class Newsroom:
    """The newspaper at one edition, served while the context is open; set `edition` to publish another one."""

    def __init__(self, edition: int = 1, port: int = 0) -> None:
        self._edition = _existing(edition)
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.exchanges: list[Exchange] = []

    @property
    def edition(self) -> int:
        return self._edition

    @edition.setter
    def edition(self, number: int) -> None:
        self._edition = _existing(number)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        """URL of the newspaper without a slash at its end; the same for all editions."""
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

    def respond(self, path: str) -> Response:
        """Return the response for a path in the present edition."""
        if path == "/robots.txt":
            return Response(200, ROBOTS.format(base=self.base).encode(), "text/plain; charset=utf-8")
        if self.edition == OVERLOADED:
            headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return _notice(429, "Too many requests", "Please come back later.", headers)
        if listing := self._listing(path):
            return listing
        for article in articles():
            wording = article.at(self.edition)
            if wording and article.path(wording) == path:
                return self._article(article, wording)
            if wording and path in article.former_paths(self.edition):
                return Response(301, headers={"Location": self.base + article.path(wording)})
        return _notice(404, "Not found", "There is no such page.")

    def _listing(self, path: str) -> Response | None:
        clock = edition(self.edition).clock
        if path == "/":
            return Response(200, pages.front(self.edition, self.base).encode(), last_modified=clock)
        if path == "/feed.xml":
            body = pages.feed(self.edition, self.base).encode()
            return Response(200, body, "application/rss+xml; charset=utf-8", last_modified=clock)
        if path == "/news-sitemap.xml":
            body = pages.news_sitemap(self.edition, self.base).encode()
            return Response(200, body, "application/xml", last_modified=clock)
        return None

    def _article(self, article: DemoArticle, wording: Wording) -> Response:
        kind = article.answer_kind(self.edition)
        match kind:
            case AnswerKind.GONE:
                return _notice(410, "Withdrawn", "This article is no longer available.")
            case AnswerKind.CONSENT:
                return Response(200, pages.consent().encode())
            case AnswerKind.BOT_WALL:
                return Response(200, pages.bot_wall(article).encode())
        page = Response(200, pages.article_page(article, wording, self.edition, self.base).encode())
        page.is_cut = kind is AnswerKind.TRUNCATED
        # A cut page has no validators: a client with the complete page would get a 304, and never the cut one.
        if article.has_validators and not page.is_cut:
            page.last_modified = self._page_changed_at(wording)
        return page

    def _page_changed_at(self, wording: Wording) -> datetime:
        """Return when the page last changed: with its wording or with the redesign."""
        design_edition = REDESIGNED if self.edition >= REDESIGNED else 1
        return edition(max(wording.edition, design_edition)).clock


def _existing(number: int) -> int:
    return edition(number).number


def _notice(status: int, title: str, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(status, pages.notice(title, text).encode(), headers=headers or {})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a crawler may keep its connection open for longer than the server runs

    def __init__(self, address: tuple[str, int], newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        super().__init__(address, _RequestHandler)


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "TidewickPress/1.0"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        response = self.server.newsroom.respond(self.path.partition("?")[0])
        etag = None
        if response.last_modified:
            # Weak, since the plain and the compressed body have the same tag (RFC 9110, 8.8.3.3).
            etag = f'W/"{hashlib.sha256(response.body).hexdigest()[:16]}"'
            response.headers |= {
                "ETag": etag,
                "Last-Modified": format_datetime(response.last_modified, usegmt=True),
            }
            if self._is_not_modified(etag, response.last_modified):
                response = Response(304, headers=response.headers)
        self._send(response)

    do_HEAD = do_GET

    def _is_not_modified(self, etag: str, last_modified: datetime) -> bool:
        """Return whether the client has the present page; If-None-Match, if sent, decides alone (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return any(tag.strip().removeprefix("W/") == etag.removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        return since is not None and last_modified <= parsedate_to_datetime(since)

    def _send(self, response: Response) -> None:
        body, headers = response.body, dict(response.headers)
        if response.is_cut or (body and "gzip" in self.headers.get("Accept-Encoding", "")):
            body = gzip.compress(body, mtime=0)
            body = body[: len(body) * 3 // 5] if response.is_cut else body
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if response.status != HTTPStatus.NOT_MODIFIED:
            headers |= {"Content-Type": response.content_type, "Content-Length": str(len(body))}
        self._record_exchange(response.status)
        self.send_response(response.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _record_exchange(self, status: int) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        newsroom = self.server.newsroom
        newsroom.exchanges.append(Exchange(newsroom.edition, self.command, self.path, status, conditional))

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header by the edition's clock, so that no response depends on today's date."""
        return format_datetime(EDITIONS[self.server.newsroom.edition - 1].clock, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: `Newsroom.exchanges` has the request."""
