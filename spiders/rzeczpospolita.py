"""Rzeczpospolita: blocks with ids of their own."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class RzeczpospolitaSpider(NewsSpider):
    name = "rzeczpospolita"
    publisher = "Rzeczpospolita"
    domains = ("rp.pl",)
    languages = ("pl",)
    timezone = "Europe/Warsaw"
    date_order = "DMY"
    sitemaps = ("https://www.rp.pl/sitemaps/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*rp\.pl/.+/art\d+-"
    guid_pattern = r"/art(\d+)-"

    class Layout2022(Rules):
        body = ".articleBody"
        drop = ".content--excerpt, [class*='block--media']"
        keep = "p.articleBodyBlock"  # their random ids may read like the name of a box
