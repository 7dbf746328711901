"""Two URLs never end in one history because a page says so; ids, spellings and redirects may join them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.extract import Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.items import Capture, Head, Outcome, RecordedItem, ScrapedArticle, Source
from newscrawl.normalize import own_url
from newscrawl.recheck import policy
from newscrawl.spider import NewsSpider
from newscrawl.stages import parsed_page
from newscrawl.store.session import Store

HOST = "https://www.courier.example"
PARAGRAPHS = (
    "The harbour ferry %s will not sail on Friday because of a cracked rudder, the port office said in a statement.",
    "Passengers who hold a ticket may use the bus over the causeway, which leaves every twenty minutes from the pier.",
    "Mara Linden, who runs the ferry, said that a diver had found the crack during a check on Tuesday evening.",
    "The repair is expected to take nine days and will cost about 40,000 crowns, most of it paid by the insurer.",
)


class Courier(NewsSpider):
    name = "courier"
    publisher = "The Courier"
    domains = ("courier.example",)


class MovedCourier(Courier):
    domains = ("newcourier.example",)
    former_domains = ("courier.example",)


class NumberedCourier(Courier):
    guid_pattern = r"-(\d+)$"


def page(name: str, head: str = "") -> bytes:
    text = "".join(f"<p>{paragraph.replace('%s', name)}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="en"><head><title>{name}</title><meta property="og:type" content="article">{head}'
        f"</head><body><main><article><h1>Ferry {name} stays in port</h1><div class=article-body>{text}</div>"
        f"</article></main></body></html>"
    ).encode()


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


@dataclass
class Watch:
    """The checks of one source, an hour apart."""

    store: Store
    spider: type[NewsSpider] = Courier
    hour: int = 0

    @property
    def source(self) -> Source:
        return self.spider().source

    def history(self) -> History:
        recheck = SourcePolicy("courier", policy("sniffer"))
        reader = self.spider().reader
        return History(self.store, reader, recheck, MassChanges(self.store, "courier", timedelta(hours=2)))

    async def check(self, url: str, body: bytes, *, final: str | None = None, head: Head | None = None) -> RecordedItem:
        """Record a page as the spider would hand it over; without a head it is that of an unknown URL."""
        self.hour += 1
        at = datetime(2026, 11, 25, 7, tzinfo=UTC) + timedelta(hours=self.hour)
        if head is not None:
            head = await self.store.claim(head.article_id, at, "run", term=timedelta(minutes=1))
            assert head is not None
        spider = self.spider()
        html = (("content-type", "text/html; charset=utf-8"),)
        capture = Capture(url, final or url, 200, html, body, at, (url,) if final else ())
        extraction = spider.reader.extract(capture)
        item = ScrapedArticle(
            "courier",
            head.guid if head else spider.guid_of(own_url(capture, spider.source), extraction),
            capture,
            extraction,
            article_id=head.article_id if head else None,
            lease=head.lease if head else 0,
            known_urls=(head.url, *head.aliases) if head else (),
        )
        history = self.history()
        return await history.append(await history.judge(parsed_page(item, spider.reader)))

    async def heads(self) -> list[Head]:
        ids = [key async for key in self.store.article_ids("courier")]
        return sorted([head for key in ids if (head := await self.store.head(key))], key=lambda head: head.seen_at)

    async def clashes(self) -> list[str]:
        entries = await self.store.quarantined(source="courier")
        assert all(entry["kind"] == "identity_clash" for entry in entries)
        return [entry["article_id"] for entry in entries]


STATEMENTS: dict[str, Callable[[str], str]] = {
    "canonical": canonical,
    "og:url": lambda url: f'<meta property="og:url" content="{url}">',
    "json-ld": lambda url: f'<script type="application/ld+json">{{"@type":"NewsArticle","url":"{url}"}}</script>',
    "main entity": lambda url: (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","mainEntityOfPage":{{"@id":"{url}"}}}}</script>'
    ),
    "amphtml": lambda url: f'<link rel="amphtml" href="{url}">',
    "hreflang": lambda url: f'<link rel="alternate" hreflang="x-default" href="{url}">',
}


@pytest.mark.parametrize(
    "stated", [HOST, HOST + "/harbour/", HOST + "/2026/pier-opens-today", "https://a.example/2026/x"]
)
@pytest.mark.parametrize("element", STATEMENTS)
async def test_url_stated_by_all_pages_joins_no_two(store: Store, element: str, stated: str) -> None:
    watch = Watch(store)
    urls = [f"{HOST}/2026/ferry-{name}" for name in ("swan", "heron")]
    for url in urls:
        assert (await watch.check(url, page(url[-5:], STATEMENTS[element](stated)))).outcome is Outcome.NEW
    heads = await watch.heads()
    assert [head.url for head in heads] == urls
    for head in heads:
        body = page(head.url[-5:], STATEMENTS[element](stated))
        assert (await watch.check(head.url, body, head=head)).outcome is Outcome.UNCHANGED
    assert [head.url for head in await watch.heads()] == urls
    assert await watch.clashes() == []


async def test_clash_keeps_both_apart_and_is_recorded_once(store: Store) -> None:
    """Both URLs drop to one by the canonical URL: it may be one article, but no id, spelling or redirect says so."""
    watch = Watch(store)
    stated = HOST + "/2026/11/ferry-stays-in-port"
    urls = [f"{stated}?edition={edition}" for edition in ("north", "south")]
    bodies = [page(url[-5:], canonical(stated)) for url in urls]
    assert [(await watch.check(*check)).outcome for check in zip(urls, bodies, strict=True)] == [Outcome.NEW] * 2
    first, second = await watch.heads()
    assert (first.url, second.url) == (stated, urls[1])
    assert await watch.clashes() == [second.article_id]
    again = await watch.check(urls[1], bodies[1], head=second)
    assert again.outcome is Outcome.UNCHANGED
    assert [head.url for head in await watch.heads()] == [stated, urls[1]]
    assert len(await watch.clashes()) == 1


async def test_one_id_stated_by_all_pages_joins_no_two(store: Store) -> None:
    class Stating(Courier):
        class Layout(Rules):
            body = "div.article-body"
            guid = "meta:content-id"

    watch = Watch(store, Stating)
    for name in ("swan", "heron", "egret"):
        await watch.check(f"{HOST}/2026/ferry-{name}", page(name, '<meta name="content-id" content="0">'))
    assert len(await watch.heads()) == 3
    assert len(await watch.clashes()) == 2


async def test_redirect_says_that_two_urls_are_one(store: Store) -> None:
    watch = Watch(store)
    final = HOST + "/2026/ferry-swan"
    await watch.check(HOST + "/go/1", page("swan"), final=final)
    again = await watch.check(HOST + "/go/2", page("swan"), final=final)
    assert again.outcome is Outcome.UNCHANGED
    (head,) = await watch.heads()
    assert {HOST + "/go/1", HOST + "/go/2"} <= set(head.aliases)


async def test_article_that_redirects_to_another_one_is_merged(store: Store) -> None:
    watch = Watch(store)
    await watch.check(HOST + "/2026/ferry-swan", page("swan"))
    await watch.check(HOST + "/2026/ferry-heron", page("heron"))
    swan, heron = await watch.heads()
    gone = await watch.check(swan.url, page("heron"), final=heron.url, head=swan)
    assert (gone.outcome, gone.reason) == (Outcome.GONE, f"merged into {heron.url}")
    assert [head.number for head in await watch.heads()] == [1, 1]


async def test_amp_page_and_article_are_one(store: Store) -> None:
    watch = Watch(store)
    url = HOST + "/2026/ferry-swan"
    await watch.check(url + "/amp", page("swan", canonical(url)))
    await watch.check(url, page("swan", canonical(url)))
    (head,) = await watch.heads()
    assert head.url == url
    assert await watch.clashes() == []


@pytest.mark.parametrize("pattern", [None, r"-(\w+)$"])
async def test_source_changes_its_domain_without_a_new_history(store: Store, pattern: str | None) -> None:
    before, after = (type("S", (kind,), {"guid_pattern": pattern}) for kind in (Courier, MovedCourier))
    watch = Watch(store, before)
    await watch.check(HOST + "/2026/ferry-swan", page("swan"))
    watch.spider = after
    url = "https://www.newcourier.example/2026/ferry-swan"
    moved = await watch.check(url, page("swan", canonical(url)))
    assert moved.outcome is Outcome.MOVED
    (head,) = await watch.heads()
    assert (head.url, head.number) == (url, 1)


async def test_source_gets_a_guid_pattern_without_a_new_history(store: Store) -> None:
    watch = Watch(store)
    url = HOST + "/2026/ferry-17"
    await watch.check(url, page("swan"))
    watch.spider = NumberedCourier
    again = await watch.check(HOST + "/go/17x", page("swan"), final=url)
    assert again.outcome is Outcome.UNCHANGED
    assert len(await watch.heads()) == 1


async def test_front_page_stored_as_url_gives_way(store: Store) -> None:
    """Release 0.1.0 believed what pages stated: their heads name the front page, and are put right by a check."""
    watch = Watch(store)
    url = HOST + "/2026/ferry-swan"
    await watch.check(url, page("swan"))
    (head,) = await watch.heads()
    await store.touch(replace(head, url=HOST + "/", aliases=(url,)))
    await watch.check(url, page("swan", canonical(HOST)), head=head)
    assert [head.url for head in await watch.heads()] == [url]
