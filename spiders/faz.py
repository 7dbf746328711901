"""Frankfurter Allgemeine: CoreMedia until 2023, Nuxt in two looks since."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class FazSpider(NewsSpider):
    name = "faz"
    publisher = "Frankfurter Allgemeine Zeitung"
    domains = ("faz.net",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.faz.net/rss/aktuell",)
    sitemaps = ("https://www.faz.net/sitemap-news.xml",)
    article_pattern = r"^https?://[^/]*faz\.net/.+-(?:\d{8,}|accg-\d{9,})(?:\.amp)?\.html"
    guid_pattern = r"-((?:accg-)?\d{8,})(?:\.amp)?\.html"

    class Layout2016(Rules):
        body = ".atc-Text"
        drop = ".aut-Teaser"

    class Layout2024(Rules):
        body = ".body-elements"

    class Layout2025(Rules):
        """Utility class names; e.g. /aktuell/wirtschaft/unternehmen/wie-gefaehrlich-…-110419175.html."""

        match = "[data-external-selector=article-header]"
        body = "article .block > div"
