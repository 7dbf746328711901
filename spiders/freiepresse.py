"""Freie Presse (Chemnitz); read generically."""

from newscrawl.spider import NewsSpider


class FreiePresseSpider(NewsSpider):
    name = "freiepresse"
    publisher = "Freie Presse"
    domains = ("freiepresse.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.freiepresse.de/rss/rss_chemnitz.php", "https://www.freiepresse.de/rss/rss_politik.php")
    article_pattern = r"^https?://[^/]*freiepresse\.de/.+-artikel\d+"
    guid_pattern = r"-artikel(\d+)"
