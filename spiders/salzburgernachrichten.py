"""Salzburger Nachrichten; read generically."""

from newscrawl.spider import NewsSpider


class SalzburgerNachrichtenSpider(NewsSpider):
    name = "salzburgernachrichten"
    publisher = "Salzburger Nachrichten"
    domains = ("sn.at",)
    languages = ("de",)
    timezone = "Europe/Vienna"
    date_order = "DMY"
    sitemaps = ("https://www.sn.at/news-artikel.sitemap.xml",)
    article_pattern = r"^https?://[^/]*sn\.at/.+-\d{6,}/?(?:[?#]|$)"
    guid_pattern = r"-(\d{6,})/?(?:[?#]|$)"
