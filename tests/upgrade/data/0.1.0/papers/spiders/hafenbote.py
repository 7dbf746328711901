"""Der Hafenbote, an invented newspaper without rules, read by the generic extractor; its texts are in papers.toml."""

from __future__ import annotations

from newscrawl.spider import NewsSpider


class HafenboteSpider(NewsSpider):
    name = "hafenbote"
    publisher = "Der Hafenbote"
    domains = ("127.0.0.1:18702",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    sections = ("http://127.0.0.1:18702/lokales/",)
    article_pattern = r"/lokales/20\d\d/\d\d/[a-z0-9-]+/$"
