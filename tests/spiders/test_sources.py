"""Requirements of every source file: its name, its listings, its layouts, and URLs that are articles or are not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from newscrawl.extract import layouts_of
from newscrawl.languages import language_tag
from newscrawl.spider import NewsSpider

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted(path.stem for path in (ROOT / "spiders").glob("*.py") if path.stem not in ("__init__", "demo"))
LOADER = SpiderLoader(Settings({"SPIDER_MODULES": ["spiders"]}))
GOLDEN = sorted((ROOT / "tests" / "extract" / "golden").rglob("expected.json"))


def spider_of(name: str) -> type[NewsSpider]:
    spider = LOADER.load(name)
    assert issubclass(spider, NewsSpider)
    return spider


@pytest.mark.parametrize("name", FILES)
def test_a_source_is_found_by_the_name_of_its_file(name: str) -> None:
    assert spider_of(name).__module__ == f"spiders.{name}"


@pytest.mark.parametrize("name", FILES)
def test_a_source_states_its_listings(name: str) -> None:
    spider = spider_of(name)
    listings = (*spider.feeds, *spider.sitemaps, *spider.sections)
    assert listings
    assert all(urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname for url in listings)
    assert len(set(listings)) == len(listings)


@pytest.mark.parametrize("name", FILES)
def test_a_source_states_what_dates_and_languages_need(name: str) -> None:
    spider = spider_of(name)
    ZoneInfo(spider.timezone)
    assert spider.date_order in (None, "DMY", "MDY", "YMD")
    assert all(language_tag(tag) == tag for tag in spider.languages)
    assert spider.publisher
    assert spider.domains


@pytest.mark.parametrize("name", FILES)
def test_layouts_of_a_source_state_a_body(name: str) -> None:
    # A source without layouts is read generically: rules that read no better would only age.
    layouts = layouts_of(spider_of(name))
    assert all(layout.body for layout in layouts)
    assert len({layout.name() for layout in layouts}) == len(layouts)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.parent.relative_to(ROOT / "tests/extract/golden")))
def test_the_url_of_a_golden_page_is_an_article_url(path: Path) -> None:
    name = path.relative_to(ROOT / "tests" / "extract" / "golden").parts[0]
    spider = spider_of(name)()
    url = json.loads(path.read_text("utf-8"))["url"]
    assert spider.is_article_url(url)
    if spider.guid_pattern and re.search(spider.guid_pattern, url):
        assert len(spider.guid_of(url)) >= 5
        assert spider.guid_of(url) == spider.guid_of(url + "?utm_source=feed")


@pytest.mark.parametrize("name", FILES)
def test_front_pages_listings_and_other_sites_are_no_articles(name: str) -> None:
    spider = spider_of(name)()
    others = [
        f"https://www.{spider.domains[0]}/",
        f"https://{spider.domains[0]}",
        "https://elsewhere.example/2026/01/01/a-1",
    ]
    assert not any(map(spider.is_article_url, others))
    assert not any(map(spider.is_article_url, (*spider.feeds, *spider.sitemaps)))


@pytest.mark.parametrize("name", FILES)
def test_a_source_has_a_golden_page(name: str) -> None:
    assert any(path.relative_to(ROOT / "tests" / "extract" / "golden").parts[0] == name for path in GOLDEN)


def test_sources_cover_many_languages() -> None:
    languages = {tag for name in FILES for tag in spider_of(name).languages[:1]}
    assert len(FILES) >= 92
    assert len(languages) >= 16
