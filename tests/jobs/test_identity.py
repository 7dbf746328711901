"""Crawls of a newspaper whose pages all state one URL as their own: every article keeps its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.frontier import Frontier
from newscrawl.items import Source
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore
from tests.store.samples import NOON, append, article, first_version

from .archive import heads_by_guid, make_due, with_store
from .gazette import Gazette, page

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAMES = ("pier-101", "storm-102", "ferry-103")


def test_every_article_is_requested_again_at_its_own_url(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    other = f"{gazette.base}/2026/03/top-999"
    head = f'<link rel="canonical" href="{gazette.base}/"><meta property="og:url" content="{other}">'
    html = {"Content-Type": "text/html; charset=utf-8"}
    for name in NAMES:
        text = page(name, [f"This is what happened to the {name}."]).replace("</title>", f"</title>{head}")
        gazette.overrides[name] = lambda headers, text=text: (200, html, text)  # type: ignore[misc]
    gazette.listed = dict.fromkeys(NAMES, "")
    gazette_driver.crawl(clock=SteppingClock(START))
    with_store(gazette_driver.config, lambda store: make_due(store, START + timedelta(hours=1)))
    gazette.exchanges.clear()
    gazette_driver.crawl(clock=SteppingClock(START + timedelta(hours=1)))
    assert sorted(request.path for request in gazette.requests()) == sorted(f"/2026/03/{name}" for name in NAMES)
    heads = with_store(gazette_driver.config, heads_by_guid)
    assert {guid: (head.url, head.number) for guid, head in heads.items()} == {
        name[-3:]: (f"{gazette.base}/2026/03/{name}", 1) for name in NAMES
    }


async def test_article_on_a_former_domain_is_requested_at_both_in_turn(store: Store, config: Config) -> None:
    head = await append(store, first_version(article()), next_check_at=NOON)
    before = "https://old.example/2026/ferry-1"
    head = replace(head, url="https://paper.example/", aliases=("https://paper.example/harbour", before))
    source = Source(
        "paper", "The Paper", ("paper.example",), former_domains=("old.example",), article_pattern=r"/2026/"
    )
    frontier = Frontier(SharedStore(config), source, "hazard", lambda url: url, max_due=9, max_candidates=9)
    assert frontier.url_of(head) == before
    failed = replace(head, check_history=replace(head.check_history, failures=1))
    assert frontier.url_of(failed) == "https://paper.example/2026/ferry-1"
