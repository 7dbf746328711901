"""A newspaper on loopback with the URLs and markup of the demo source; tests can make it misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

Answer = tuple[int, dict[str, str], str]
FILLER = "The harbour office said that the tide tables for the week had been printed and were for sale at the quay."


@dataclass
class Request:
    path: str
    is_conditional: bool
    status: int


@dataclass
class Gazette:
    """The newspaper's content, by article names such as `pier-101`, and the requests that it received."""

    articles: dict[str, list[str]] = field(default_factory=dict)  # paragraphs
    listed: dict[str, str] = field(default_factory=dict)  # headlines in the feed
    # Functions from request headers to an answer, by path or name.
    overrides: dict[str, Callable[[Mapping[str, str]], Answer]] = field(default_factory=dict)
    exchanges: list[Request] = field(default_factory=list)
    edition: int = 1

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def requests(self, name: str = "") -> list[Request]:
        """Return the requests for articles whose path contains `name`."""
        return [request for request in self.exchanges if request.path.startswith("/2026/") and name in request.path]

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        name = path.rpartition("/")[2]
        if path in self.overrides or name in self.overrides:
            return self.overrides.get(path, self.overrides.get(name, _not_found))(headers)
        if path == "/feed.xml":
            return 200, {"Content-Type": "application/rss+xml"}, self._feed()
        if path == "/news-sitemap.xml":
            empty = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'
            return 200, {"Content-Type": "application/xml"}, empty
        if name in self.articles:
            return 200, {"Content-Type": "text/html; charset=utf-8"}, page(name, self.articles[name])
        return _not_found(headers)

    def _feed(self) -> str:
        """Return the feed; one that listed nothing would be an error of the run, so articles are listed by default."""
        items = "".join(
            f"<item><title>{headline}</title><link>{self.base}/2026/03/{name}</link></item>"
            for name, headline in (self.listed or dict.fromkeys(self.articles, "")).items()
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>{items}</channel></rss>'

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gazette = self

        class RequestHandler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, text = gazette.answer(self.path, self.headers)
                gazette.exchanges.append(Request(self.path, "If-None-Match" in self.headers, status))
                body = b"" if status == 304 else text.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Print nothing: `Gazette.exchanges` has the request."""

        return RequestHandler


def page(name: str, paragraphs: list[str], *, headline: str | None = None) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*paragraphs, FILLER, FILLER[::-1]))
    headline = headline or f"News of the {name.partition('-')[0]}"
    return (
        f"<!doctype html><html lang='en'><head><title>{headline}</title><meta property='og:type' content='article'>"
        f"<meta property='og:title' content='{headline}'></head><body class='classic'><article><h1>{headline}</h1>"
        f"<div class='story-body'>{text}</div></article></body></html>"
    )


def _not_found(headers: Mapping[str, str]) -> Answer:
    return 404, {"Content-Type": "text/html"}, "<h1>No such page</h1>"
