"""What crawlers of search engines are told, and the icons that pages and bookmarks name."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.robotparser import RobotFileParser

import httpx
import pytest
import pytest_asyncio
from lxml import etree, html

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import article_id
from newscrawl.store import Store
from newscrawl.store.reader import sitemap_scan
from newscrawl.web import create_app
from newscrawl.web.robots import NAMESPACE
from tests.web.press import LEDE, NOW, Draft, Press

ROOT = "http://127.0.0.1:8000"


@pytest_asyncio.fixture
async def indexed(config: Config, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an archive that search engines may index."""
    app = create_app(replace(config, serve_indexed=True), SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


async def locations(client: httpx.AsyncClient, path: str) -> dict[str, str | None]:
    """The addresses that a sitemap or an index of sitemaps names, with the time of their last change."""
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    root = etree.fromstring(answer.content)
    assert root.tag in {f"{{{NAMESPACE}}}urlset", f"{{{NAMESPACE}}}sitemapindex"}
    return {each.findtext(f"{{{NAMESPACE}}}loc"): each.findtext(f"{{{NAMESPACE}}}lastmod") for each in root}


async def test_the_sitemap_names_lists_and_histories_and_neither_versions_nor_changes(
    indexed: httpx.AsyncClient, bridge: str
) -> None:
    parts = await locations(indexed, "/sitemap.xml")
    assert list(parts) == [f"{ROOT}/sitemap-lists.xml", f"{ROOT}/sitemap-articles.xml"]
    assert await locations(indexed, "/sitemap-articles.xml") == {
        f"{ROOT}/article/{bridge}": "2026-03-02T15:00:00+00:00"
    }
    lists = await locations(indexed, "/sitemap-lists.xml")
    assert {f"{ROOT}/", f"{ROOT}/newest", f"{ROOT}/source/harbour", f"{ROOT}/about"} <= set(lists)
    for url in lists:
        page = await indexed.get(url.removeprefix(ROOT))
        assert page.status_code == 200
        assert 'name="robots"' not in page.text


async def test_robots_txt_names_the_sitemap_of_an_archive_that_may_be_indexed(
    indexed: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    for reader, sitemaps in ((indexed, [f"{ROOT}/sitemap.xml"]), (client, None)):
        parser = RobotFileParser()
        parser.parse((await reader.get("/robots.txt")).text.splitlines())
        assert parser.site_maps() == sitemaps
        assert not parser.can_fetch("any", "/search?q=bridge")


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-lists.xml", "/sitemap-articles.xml"])
async def test_an_archive_that_may_not_be_indexed_has_no_sitemap(
    client: httpx.AsyncClient, bridge: str, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert bridge not in answer.text


@pytest.mark.parametrize("name", ["articles-", "articles-a1", "articles-aaaa", "articles-A", "lists-a", "", "%2e%2e"])
async def test_a_part_that_the_index_cannot_name_is_404(indexed: httpx.AsyncClient, name: str) -> None:
    assert (await indexed.get(f"/sitemap-{name}.xml")).status_code == 404


@pytest.mark.parametrize("usual", [1, 4])
async def test_many_articles_are_parted_and_each_is_in_one_part(
    indexed: httpx.AsyncClient, press: Press, monkeypatch: pytest.MonkeyPatch, usual: int
) -> None:
    monkeypatch.setattr(sitemap_scan, "USUAL_PART", usual)
    keys = [await press.publish(f"news-{n}", [Draft(n, f"News {n}", [LEDE])]) for n in range(33)]
    parts = [url for url in await locations(indexed, "/sitemap.xml") if "articles" in url]
    assert len(parts) == {1: 32**2, 4: 32}[usual]
    wanted = {url for url in parts if any(key.startswith(url.rpartition("-")[2][:-4]) for key in keys)}
    found = [url for part in wanted for url in await locations(indexed, part.removeprefix(ROOT))]
    assert sorted(found) == sorted(f"{ROOT}/article/{key}" for key in keys)
    assert len(wanted) > 1


async def test_a_part_never_has_more_entries_than_a_sitemap_may(
    indexed: httpx.AsyncClient, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sitemap_scan.MAX_PART == 50_000
    assert len(sitemap_scan.ID_LETTERS) ** sitemap_scan.MAX_PREFIX < 50_000
    monkeypatch.setattr(sitemap_scan, "MAX_PART", 2)
    for n in range(3):
        await press.publish(f"news-{n}", [Draft(n, f"News {n}", [LEDE])])
    assert len(await locations(indexed, "/sitemap-articles.xml")) == 2


def test_ids_begin_with_letters_that_parts_are_made_of() -> None:
    used = {article_id("harbour", f"news-{n}")[0] for n in range(2_000)}
    assert sorted(used) == list(sitemap_scan.ID_LETTERS)


async def test_pages_name_icons_of_their_own(client: httpx.AsyncClient) -> None:
    page = html.fromstring((await client.get("/")).text)
    kinds = {}
    for link in page.cssselect("link[rel=icon], link[rel=apple-touch-icon]"):
        icon = await client.get(link.get("href"))
        assert icon.status_code == 200
        kinds[icon.headers["content-type"]] = icon.content
    assert set(kinds) == {"image/svg+xml", "image/png", "image/vnd.microsoft.icon"}
    assert struct.unpack(">II", kinds["image/png"][16:24]) == (180, 180)
    assert (await client.get("/favicon.ico")).content == kinds["image/vnd.microsoft.icon"]
