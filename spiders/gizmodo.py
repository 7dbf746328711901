"""Gizmodo; read generically."""

from newscrawl.spider import NewsSpider


class GizmodoSpider(NewsSpider):
    name = "gizmodo"
    publisher = "Gizmodo"
    domains = ("gizmodo.com",)
    timezone = "America/New_York"
    feeds = ("https://gizmodo.com/rss",)
    article_pattern = r"gizmodo\.com/[\w-]+-\d{6,}/?(?:[?#]|$)"
    guid_pattern = r"-(\d{6,})/?(?:[?#]|$)"
