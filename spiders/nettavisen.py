"""Nettavisen: Amedia's template."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class NettavisenSpider(NewsSpider):
    name = "nettavisen"
    publisher = "Nettavisen"
    domains = ("nettavisen.no",)
    languages = ("no",)
    timezone = "Europe/Oslo"
    date_order = "DMY"
    feeds = ("https://www.nettavisen.no/service/rich-rss",)
    article_pattern = r"^https?://[^/]*nettavisen\.no/.+/s/[\d-]+"
    guid_pattern = r"/s/([\d-]+)"

    class Layout2022(Rules):
        body = ".body-text[itemprop=articleBody]"
        drop = "amedia-factbox"
