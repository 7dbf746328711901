"""Luxemburger Wort; read generically."""

from newscrawl.spider import NewsSpider


class LuxemburgerWortSpider(NewsSpider):
    name = "luxemburgerwort"
    publisher = "Luxemburger Wort"
    domains = ("wort.lu",)
    languages = ("de",)
    timezone = "Europe/Luxembourg"
    date_order = "DMY"
    feeds = ("https://www.wort.lu/de/rss",)
    sitemaps = ("https://www.wort.lu/sitemap-news.xml",)
    article_pattern = r"^https?://[^/]*wort\.lu/.+/\d{6,}\.html"
    guid_pattern = r"/(\d{6,})\.html"
