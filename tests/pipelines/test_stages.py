"""What the stages do beside the history: pass, count, drop and log. The history itself is tested in tests/history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import scrapy
from scrapy.utils.test import get_crawler

from newscrawl.extract import Rules
from newscrawl.items import (
    Capture,
    FetchFailure,
    Outcome,
    ParsedPage,
    ScrapedArticle,
)
from newscrawl.spider import NewsSpider
from pipelines.normalize import Normalize

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
URL = "https://paper.example/2026/03/ferry-1"
FAILURE = FetchFailure("paper", None, URL, NOW, Outcome.ERROR, "timeout")
PAGE = (
    b"<!doctype html><html lang=en><head><title>Ferry</title><meta name=author content='Ada Fenn'></head><body>"
    b"<h1>Ferry sails again</h1><div class=body><p>The ferry to Oyster Island sails again after nine weeks in dock, "
    b"the harbour board said on Monday.</p></div></body></html>"
)


class PaperSpider(NewsSpider):
    name = "paper"
    domains = ("paper.example",)

    class Layout2026(Rules):
        body = "div.body"


def stage(stage_class: type[Any], spider_class: type[scrapy.Spider] = PaperSpider) -> Any:
    crawler = get_crawler(spider_class)
    crawler.spider = spider_class()
    return stage_class.from_crawler(crawler)


async def test_normalize_passes_a_failure_unchanged() -> None:
    assert await stage(Normalize).process_item(FAILURE) is FAILURE


async def test_normalize_counts_the_fields_that_an_article_has() -> None:
    normalize = stage(Normalize)
    capture = Capture(URL, URL, 200, (("content-type", "text/html"),), PAGE, NOW)
    page = await normalize.process_item(ScrapedArticle("paper", "1", capture, normalize.spider.reader.extract(capture)))
    assert isinstance(page, ParsedPage)
    assert page.article is not None
    stats = normalize.crawler.stats
    assert (stats.get_value("newscrawl/field/author"), stats.get_value("newscrawl/field/date_published")) == (1, 0)


def test_spider_of_another_class_is_refused() -> None:
    class Other(scrapy.Spider):
        name = "other"

    with pytest.raises(TypeError, match="'other' is not a NewsSpider"):
        _ = stage(Normalize, Other).spider
