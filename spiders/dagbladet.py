"""Dagbladet: Labrador in two versions."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class DagbladetSpider(NewsSpider):
    name = "dagbladet"
    publisher = "Dagbladet"
    domains = ("dagbladet.no", "db.no")
    languages = ("no",)
    timezone = "Europe/Oslo"
    date_order = "DMY"
    sitemaps = ("https://www.dagbladet.no/sitemap",)
    article_pattern = r"dagbladet\.no/[\w-]+/[\w-]+/\d+"
    guid_pattern = r"/(\d{8,})(?:[?#]|$)"

    class Layout2016(Rules):
        body = ".article-entity .body-copy[itemprop=articleBody]"
        drop = ".aiArticleSummary, .body-copy article"

    class Layout2025(Rules):
        """The page goes on with further stories; e.g. /nyheter/angsten-vil-oke/84057530."""

        body = "#mainArticleSection .bodytext"
        drop = ".factbox, .bodytext article"
