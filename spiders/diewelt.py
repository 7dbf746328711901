"""Die Welt: two templates since 2020."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class DieWeltSpider(NewsSpider):
    name = "diewelt"
    publisher = "WELT"
    domains = ("welt.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.welt.de/feeds/latest.rss",)
    sitemaps = ("https://www.welt.de/sitemaps/newssitemap/newssitemap.xml",)
    article_pattern = r"^https?://[^/]*welt\.de/.+/(?:article|plus)[0-9a-f]{8,}/"
    guid_pattern = r"/(?:article|plus)([0-9a-f]{8,})/"

    class Layout2016(Rules):
        body = "[data-qa='Article.Text']"
        drop = ".c-inline-element, [data-qa^=Inline]"

    class Layout2024(Rules):
        body = ".c-article-page__text .c-rich-text-renderer--article"
