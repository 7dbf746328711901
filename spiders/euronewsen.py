"""Euronews in English: one template; the page goes on with further stories."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class EuronewsEnSpider(NewsSpider):
    name = "euronewsen"
    publisher = "Euronews"
    domains = ("euronews.com",)
    timezone = "Europe/Paris"
    feeds = ("https://www.euronews.com/rss?level=theme&name=news",)
    sitemaps = ("https://www.euronews.com/sitemaps/en/latest-news.xml",)
    article_pattern = r"//www\.euronews\.com/(?:[\w-]+/)?\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2023(Rules):
        headline = "meta:og:title"
        body = ".jsArticleFirst .c-article-content"
        drop = ".widget"
        author = ("ld:author", "meta:article:author")
        byline = ".jsArticleFirst .c-article-contributors"
