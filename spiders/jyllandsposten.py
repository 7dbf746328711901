"""Jyllands-Posten."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class JyllandsPostenSpider(NewsSpider):
    name = "jyllandsposten"
    publisher = "Jyllands-Posten"
    domains = ("jyllands-posten.dk",)
    languages = ("da",)
    timezone = "Europe/Copenhagen"
    date_order = "DMY"
    sitemaps = ("https://jyllands-posten.dk/sitemapindex.xml",)
    article_pattern = r"^https?://[^/]*jyllands-posten\.dk/.+/ECE\d+(?:[/?#]|$)"
    guid_pattern = r"/(ECE\d+)(?:[/?#]|$)"

    class Layout2022(Rules):
        body = ".c-article-text-container"
