"""News sites on loopback addresses whose behaviour a test switches while crawls run.

One event loop in a thread of its own serves all sites of a test. A site knows what a healthy server would answer
(`Site.healthy_answer`) and sends it through a `Behaviour`, which may spoil it: see `behaviours`. Every request stands
in `Site.requests`, in the order of arrival.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from .articles import ArticleText

T = TypeVar("T")
FEED = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>{}</channel></rss>'
FEED_ITEM = "<item><title>{headline}</title><link>{url}</link></item>"


@dataclass(slots=True)
class Request:
    """One line of a site's request log."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    at: float = field(default_factory=time.monotonic)
    status: int | None = None  # None until the answer begins
    is_answered: bool = False  # the whole answer was handed to the system

    @property
    def number(self) -> int | None:
        """The article that was asked for, None for robots.txt and listings."""
        digits = self.path.rpartition("-")[2]
        return int(digits) if self.path.startswith("/news/") and digits.isdigit() else None

    @property
    def is_conditional(self) -> bool:
        return "if-none-match" in self.headers


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def head(self, **more: str) -> bytes:
        """Return status line and headers; `more` are headers too, with _ for -."""
        lines = [f"HTTP/1.1 {self.status} Status"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def whole(self) -> bytes:
        return self.head(Content_Length=str(len(self.body))) + self.body


@dataclass(slots=True)
class Visit:
    """One request with the answer of a healthy server, as a behaviour gets it."""

    site: Site
    request: Request
    answer: Answer
    writer: asyncio.StreamWriter

    async def send(self, answer: Answer | None = None) -> None:
        answer = answer or self.answer
        self.request.status = answer.status
        await self.write(answer.whole())

    async def write(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()


Behaviour = Callable[[Visit], Awaitable[None]]


async def healthy(visit: Visit) -> None:
    await visit.send()


@dataclass
class Site:
    """A news site with a robots.txt, a feed and articles named by numbers.

    `behaviours` says how answers are spoilt, by what is asked for: an article's number, a path, "robots", "feed",
    "articles" or "all"; the first of these that is set counts.
    """

    host: str
    articles: dict[int, ArticleText] = field(default_factory=dict)
    listed: list[int] | None = None  # articles that the feed names; None: all of them
    pages: dict[str, Answer] = field(default_factory=dict)  # further paths
    robots: str = ""
    has_etags: bool = False
    behaviours: dict[str | int, Behaviour] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def base(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.netloc}"

    def url(self, number: int) -> str:
        return f"{self.base}/news/report-{number}"

    def publish(self, numbers: Iterable[int], *, bytes_each: int = 0) -> None:
        """Put new articles on the site and in its feed."""
        for number in numbers:
            self.articles[number] = ArticleText(number, bytes_least=bytes_each)

    def edit(self, numbers: Iterable[int]) -> None:
        """Give articles another wording that they never had before."""
        for number in numbers:
            self.articles[number] = self.articles[number].edited()

    def asked(self, *, user_agent: str = "") -> list[int]:
        """Return the articles that were asked for, in order; only by one crawler if a part of its name is given."""
        found = [r for r in list(self.requests) if user_agent in r.headers.get("user-agent", "")]
        return [request.number for request in found if request.number is not None]

    def count(self, path: str) -> int:
        return sum(request.path == path for request in list(self.requests))

    def healthy_answer(self, request: Request) -> Answer:
        answer = self._page(request)
        if self.has_etags and answer.status == 200:
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            if request.headers.get("if-none-match") == etag:
                return Answer(304, {"ETag": etag})
            return Answer(200, {**answer.headers, "ETag": etag}, answer.body)
        return answer

    def _page(self, request: Request) -> Answer:
        if request.path in self.pages:
            return self.pages[request.path]
        if request.path == "/feed.xml":
            return Answer(200, {"Content-Type": "application/rss+xml"}, self._feed().encode())
        if request.path == "/robots.txt" and self.robots:
            return Answer(200, {"Content-Type": "text/plain"}, self.robots.encode())
        article = self.articles.get(request.number) if request.number is not None else None
        if article is not None:
            return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, article.html().encode())
        return Answer(404, {"Content-Type": "text/html"}, b"<h1>No such page</h1>")

    def _feed(self) -> str:
        numbers = list(self.articles) if self.listed is None else self.listed
        items = (FEED_ITEM.format(headline=self.articles[n].headline, url=self.url(n)) for n in numbers)
        return FEED.format("".join(items))

    def behaviour(self, request: Request) -> Behaviour:
        kinds: dict[str, str] = {"/robots.txt": "robots", "/feed.xml": "feed"}
        kind = "articles" if request.number is not None else kinds.get(request.path, "")
        keys: list[str | int] = [request.number or 0, request.path, kind, "all"]
        return next((self.behaviours[key] for key in keys if key in self.behaviours), healthy)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until either side closes it."""
        try:
            while not writer.is_closing() and (request := await _request(reader)) is not None:
                self.requests.append(request)
                await self.behaviour(request)(Visit(self, request, self.healthy_answer(request), writer))
                request.is_answered = True
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the crawler went away, as killed ones do; or the world is closed
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Request | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1") if not reader.at_eof() else ""
    first, *lines = head.split("\r\n")
    if not first:
        return None
    pairs = (line.partition(":") for line in lines if line)
    return Request(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs})


class World:
    """The sites of one test; they are up while the context lasts."""

    def __init__(self) -> None:
        self.sites: list[Site] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._cancel(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def site(self, articles: Iterable[int] = (), *, port: int = 0, tls: ssl.SSLContext | None = None) -> Site:
        """Open a site on a loopback address of its own."""
        number = len(self.sites)
        site = Site(host=f"127.0.{1 + number // 250}.{1 + number % 250}", tls=tls)
        site.publish(articles)
        self.sites.append(site)
        site.port = self.run(self._listen(site, port))
        return site

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop that serves the sites."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self, site: Site, port: int) -> int:
        server = await asyncio.start_server(site.serve, site.host, port, backlog=512, ssl=site.tls)
        return int(server.sockets[0].getsockname()[1])

    async def _cancel(self) -> None:
        tasks = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
