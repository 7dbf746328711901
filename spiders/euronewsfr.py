"""Euronews in French: one template; the page goes on with further stories."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class EuronewsFrSpider(NewsSpider):
    name = "euronewsfr"
    publisher = "Euronews"
    domains = ("euronews.com",)
    languages = ("fr",)
    timezone = "Europe/Paris"
    date_order = "DMY"
    feeds = ("https://fr.euronews.com/rss?level=theme&name=news",)
    sitemaps = ("https://fr.euronews.com/sitemaps/fr/latest-news.xml",)
    article_pattern = r"//fr\.euronews\.com/(?:[\w-]+/)?\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2023(Rules):
        headline = "meta:og:title"
        body = ".jsArticleFirst .c-article-content"
        drop = ".widget"
        author = ("ld:author", "meta:article:author")
        byline = ".jsArticleFirst .c-article-contributors"
