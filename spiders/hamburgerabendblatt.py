"""Hamburger Abendblatt, on Funke's system; read generically."""

from newscrawl.spider import NewsSpider


class HamburgerAbendblattSpider(NewsSpider):
    name = "hamburgerabendblatt"
    publisher = "Hamburger Abendblatt"
    domains = ("abendblatt.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.abendblatt.de/rss",)
    sitemaps = ("https://www.abendblatt.de/sitemaps/news.xml",)
    article_pattern = r"^https?://[^/]*abendblatt\.de/.*article\d{6,}"
    guid_pattern = r"/article(\d{6,})"
