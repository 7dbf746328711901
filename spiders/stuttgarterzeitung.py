"""Stuttgarter Zeitung: a UUID until 2025, then digits; read generically."""

from newscrawl.spider import NewsSpider


class StuttgarterZeitungSpider(NewsSpider):
    name = "stuttgarterzeitung"
    publisher = "Stuttgarter Zeitung"
    domains = ("stuttgarter-zeitung.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    sitemaps = ("https://www.stuttgarter-zeitung.de/sitemap-news.xml",)
    article_pattern = r"^https?://[^/]*stuttgarter-zeitung\.de/(?:inhalt\..+\.[0-9a-f-]{36}|.+-\d{6,})\.html"
    guid_pattern = r"\.([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.html|-(\d{6,})\.html"
