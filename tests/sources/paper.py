"""An invented newspaper on loopback whose pages a test writes: by path, with a log of what was requested."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Answer:
    body: str
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Page = Callable[[str], Answer | str | None]


class Paper:
    """Serves what `page` returns for a path with its query; 404 for None, and a robots.txt that allows all."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requested: list[str] = []
        self._server = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def base(self) -> str:
        return f"http://{self.host}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], paper: Paper) -> None:
        super().__init__(address, _RequestHandler)
        self.paper = paper


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.server.paper.requested.append(self.path)
        found = self.server.paper.page(self.path)
        if found is None and self.path == "/robots.txt":
            found = Answer("User-agent: *\nAllow: /\n", "text/plain")
        answer = Answer(found) if isinstance(found, str) else found or Answer("<p>There is no such page.", status=404)
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are kept by the paper."""


def article(number: int, published: str = "2026-03-02T09:00:00+00:00", more: str = "") -> str:
    """Return the page of an article, another one for each number."""
    days, tonnes = number % 50 + 3, number * 3
    return f"""<html lang="en"><head><title>Lock {number} opens for barges - The Weir</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="{published}"></head><body>
<article><h1>Lock {number} opens for barges of the lower valley</h1>
<p>The warden of lock {number} said on Monday that barges may pass again after {days} days of repairs to it.{more}</p>
<p>Some {tonnes} tonnes of gravel had waited above the weir since the first of the month, and go down by Friday.</p>
<p>Nobody was hurt when a raft ran aground near the old mill, the river police told this newspaper on the phone.</p>
</article></body></html>"""


def front(addresses: list[str], *, menu: tuple[str, ...] = (), more: str = "") -> str:
    """Return a page that lists articles under a menu."""
    links = "".join(f"<a href='{path}'>{path.strip('/').title()}</a> " for path in menu)
    items = "".join(
        f"<li><h3><a href='{url}'>Lock {url[-4:]} opens for barges of the valley</a></h3>" for url in addresses
    )
    return f"<html><head><title>The Weir</title></head><body><nav>{links}</nav><ul>{items}</ul>{more}</body></html>"
