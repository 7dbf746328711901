"""The Lantern Post, an invented newspaper in two looks and four languages; its texts are in papers.toml."""

from __future__ import annotations

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class LanternPostSpider(NewsSpider):
    name = "lanternpost"
    publisher = "The Lantern Post"
    domains = ("127.0.0.1:18701",)
    languages = ("en", "fr", "ar", "ja")
    timezone = "Europe/London"
    feeds = ("http://127.0.0.1:18701/feed.xml",)
    sitemaps = ("http://127.0.0.1:18701/news-sitemap.xml",)
    article_pattern = r"/20\d\d/[a-z-]+-\d+$"
    guid_pattern = r"-(\d+)$"

    class Lamp2021(Rules):
        match = "body.lamp"
        byline = "p.by"
        body = "div.copy"
        drop = ("p.lamp-note",)

    class Prism2026(Rules):
        match = "main[data-look=prism]"
        byline = ".hands"
        body = "section.prose > p"
