"""Mitteldeutsche Zeitung (Halle); read generically."""

from newscrawl.spider import NewsSpider


class MitteldeutscheZeitungSpider(NewsSpider):
    name = "mitteldeutschezeitung"
    publisher = "Mitteldeutsche Zeitung"
    domains = ("mz.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    sitemaps = ("https://www.mz.de/sitemaps/newssitemap-index.xml",)
    article_pattern = r"^https?://[^/]*mz\.de/.+-\d{6,}/?(?:[?#]|$)"
    guid_pattern = r"-(\d{6,})/?(?:[?#]|$)"
