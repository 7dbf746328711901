"""Morgunblaðið (mbl.is)."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class MorgunbladidSpider(NewsSpider):
    name = "morgunbladid"
    publisher = "Morgunblaðið"
    domains = ("mbl.is",)
    languages = ("is",)
    timezone = "Atlantic/Reykjavik"
    date_order = "DMY"
    feeds = ("https://www.mbl.is/feeds/fp/",)
    article_pattern = r"^https?://[^/]*mbl\.is/.+/\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2018(Rules):
        body = ".newsitem .main-layout"
        drop = ".mbl-news-link"
