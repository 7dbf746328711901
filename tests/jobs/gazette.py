"""A loopback newspaper in the addresses and markup of the demo source, which a test can make misbehave."""

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
class Asked:
    path: str
    is_conditional: bool
    status: int


@dataclass
class Gazette:
    """`stories` maps names like `pier-101` to paragraphs, `listed` to the headlines that the feed shows."""

    stories: dict[str, list[str]] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, Callable[[Mapping[str, str]], Answer]] = field(default_factory=dict)
    exchanges: list[Asked] = field(default_factory=list)
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

    def asked(self, name: str = "") -> list[Asked]:
        """Return the requests for one story, or for all."""
        return [each for each in self.exchanges if each.path.startswith("/2026/") and name in each.path]

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        name = path.rpartition("/")[2]
        if path in self.overrides or name in self.overrides:
            return self.overrides.get(path, self.overrides.get(name, _missing))(headers)
        if path == "/feed.xml":
            return 200, {"Content-Type": "application/rss+xml"}, self._feed()
        if path == "/news-sitemap.xml":
            empty = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'
            return 200, {"Content-Type": "application/xml"}, empty
        if name in self.stories:
            return 200, {"Content-Type": "text/html; charset=utf-8"}, page(name, self.stories[name])
        return _missing(headers)

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{headline}</title><link>{self.base}/2026/03/{name}</link></item>"
            for name, headline in self.listed.items()
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>{items}</channel></rss>'

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gazette = self

        class Conversation(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, text = gazette.answer(self.path, self.headers)
                gazette.exchanges.append(Asked(self.path, "If-None-Match" in self.headers, status))
                body = b"" if status == 304 else text.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: `Gazette.exchanges` has it."""

        return Conversation


def page(name: str, paragraphs: list[str], *, headline: str | None = None) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*paragraphs, FILLER, FILLER[::-1]))
    headline = headline or f"News of the {name.partition('-')[0]}"
    return (
        f"<!doctype html><html lang='en'><head><title>{headline}</title><meta property='og:type' content='article'>"
        f"<meta property='og:title' content='{headline}'></head><body class='classic'><article><h1>{headline}</h1>"
        f"<div class='story-body'>{text}</div></article></body></html>"
    )


def _missing(headers: Mapping[str, str]) -> Answer:
    return 404, {"Content-Type": "text/html"}, "<h1>No such page</h1>"
