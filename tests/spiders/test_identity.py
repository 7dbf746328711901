"""Two real articles of each source stay two; amp pages, mobile hosts, queries and new slugs stay one.

identities.json has two URLs of each source, as they were found on the web, and other forms of the first one's URL.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from newscrawl.config import PROJECT_ROOT
from newscrawl.sources.catalogue import is_unverified, load_spider, source_names
from newscrawl.spider import NewsSpider

TABLE: dict[str, dict[str, list[str]]] = json.loads(
    (PROJECT_ROOT / "tests" / "spiders" / "identities.json").read_text("utf-8")
)
CAMPAIGN = "mc=04941f10-8a79-11e2-98d9-3012c1cd8d1e&edition=20191118&hash=596187204627"


def spider_of(name: str) -> NewsSpider:
    return load_spider(name)()


def other_forms(url: str) -> list[str]:
    """Return the forms that any site's URLs are passed on in: with a fragment, campaigns, over http, without www."""
    query = "&" if urlsplit(url).query else "?"
    bare = url.replace("https://www.", "https://")
    return [f"{url}#comments", f"{url}{query}utm_source=feed&{CAMPAIGN}", url.replace("https:", "http:"), bare]


def test_every_source_is_in_the_table() -> None:
    assert sorted(TABLE) == [name for name in source_names() if name != "demo" and not is_unverified(name)]


@pytest.mark.parametrize("name", TABLE)
def test_two_articles_stay_two(name: str) -> None:
    spider = spider_of(name)
    first, second = TABLE[name]["articles"]
    assert spider.guid_pattern
    assert "://" not in spider.guid_of(first)
    assert spider.guid_of(first) != spider.guid_of(second)
    assert spider.guid_of(f"{first}?{CAMPAIGN}") != spider.guid_of(f"{second}?{CAMPAIGN}")


@pytest.mark.parametrize("name", TABLE)
def test_forms_of_one_url_stay_one(name: str) -> None:
    spider = spider_of(name)
    first = TABLE[name]["articles"][0]
    forms = [*TABLE[name]["variants"], *other_forms(first)]
    assert [url for url in forms if spider.guid_of(url) != spider.guid_of(first)] == []
    assert [url for url in TABLE[name]["variants"] if not spider.is_article_url(url)] == []


def test_daily_column_with_one_slug_is_an_article_a_day() -> None:
    spider = spider_of("engadget")
    days = [f"https://www.engadget.com/2019-01-{day:02}-the-morning-after.html" for day in (7, 8)]
    assert len({spider.guid_of(url) for url in days}) == 2


@pytest.mark.parametrize(
    ("source", "path"),
    [("guardian", "/world/2012/jan/27/tides"), ("theintercept", "/2014/10/22/tides/")],
)
def test_article_keeps_its_id_on_a_new_domain(source: str, path: str) -> None:
    spider: Any = spider_of(source)
    before = f"https://{spider.former_domains[0]}{'/theintercept' if source == 'theintercept' else ''}{path}"
    assert spider.is_article_url(before)
    assert spider.guid_of(before) == spider.guid_of(f"https://www.{spider.domains[0]}{path}")
