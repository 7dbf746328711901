"""The Tidewick Courier, the invented newspaper of `newscrawl demo`; its address comes with `-a base=…`."""

from collections.abc import Iterator
from typing import Any

from scrapy.http import Request

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class DemoSpider(NewsSpider):
    name = "demo"
    publisher = "The Tidewick Courier"
    domains = ("127.0.0.1",)
    languages = ("en", "ar", "ja")
    article_pattern = r"/20\d\d/\d\d/[a-z0-9-]+-\d+$"
    guid_pattern = r"-(\d+)$"  # the slug in front of it follows the headline

    def __init__(self, *args: Any, base: str = "http://127.0.0.1:8765", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base.rstrip("/")

    def discovery(self) -> Iterator[Request]:
        for path in ("/feed.xml", "/news-sitemap.xml"):
            yield self.listing_request(self.base + path)

    class Classic2019(Rules):
        match = "body.classic"
        body = "div.story-body > p"
        drop = "p.read-more"

    class Redesign2026(Rules):
        match = "body[data-look='2026']"
        byline = ".writers"
        body = "[itemprop=articleBody] p.t"
