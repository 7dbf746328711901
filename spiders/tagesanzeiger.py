"""Tages-Anzeiger (Zurich), on Tamedia's system; read generically."""

from newscrawl.spider import NewsSpider


class TagesAnzeigerSpider(NewsSpider):
    name = "tagesanzeiger"
    publisher = "Tages-Anzeiger"
    domains = ("tagesanzeiger.ch",)
    languages = ("de",)
    timezone = "Europe/Zurich"
    date_order = "DMY"
    sitemaps = ("https://www.tagesanzeiger.ch/sitemaps/news.xml",)
    article_pattern = r"^https?://[^/]*tagesanzeiger\.ch/.+-\d{9,}/?(?:[?#]|$)"
    guid_pattern = r"-(\d{9,})/?(?:[?#]|$)"
