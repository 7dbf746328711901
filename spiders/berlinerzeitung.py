"""Berliner Zeitung: “li” and six digits until 2023, then eight; read generically."""

from newscrawl.spider import NewsSpider


class BerlinerZeitungSpider(NewsSpider):
    name = "berlinerzeitung"
    publisher = "Berliner Zeitung"
    domains = ("berliner-zeitung.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.berliner-zeitung.de/feed.xml",)
    sitemaps = ("https://www.berliner-zeitung.de/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*berliner-zeitung\.de/.+(?:-li\.\d+|-\d{7,})/?(?:[?#]|$)"
    guid_pattern = r"(?:-li\.|-)(\d{5,})/?(?:[?#]|$)"
