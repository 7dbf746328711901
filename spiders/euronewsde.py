"""Euronews in German: one template; the page goes on with further stories."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class EuronewsDeSpider(NewsSpider):
    name = "euronewsde"
    publisher = "Euronews"
    domains = ("euronews.com",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://de.euronews.com/rss?level=theme&name=news",)
    sitemaps = ("https://de.euronews.com/sitemaps/de/latest-news.xml",)
    article_pattern = r"//de\.euronews\.com/(?:[\w-]+/)?\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2023(Rules):
        headline = "meta:og:title"
        body = ".jsArticleFirst .c-article-content"
        drop = ".widget"
        author = ("ld:author", "meta:article:author")
        byline = ".jsArticleFirst .c-article-contributors"
