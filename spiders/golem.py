"""Golem.de (Berlin): year, month and number end the address, a page number may follow; read generically."""

from newscrawl.spider import NewsSpider


class GolemSpider(NewsSpider):
    name = "golem"
    publisher = "Golem.de"
    domains = ("golem.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.golem.de/rss",)
    article_pattern = r"^https?://[^/]*golem\.de/news/.+-\d{4}-\d{5,}"
    guid_pattern = r"-(\d{4}-\d{5,})(?:-\d+)?\.html"
