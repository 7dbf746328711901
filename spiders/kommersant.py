"""Kommersant."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class KommersantSpider(NewsSpider):
    name = "kommersant"
    publisher = "Коммерсантъ"
    domains = ("kommersant.ru",)
    languages = ("ru",)
    timezone = "Europe/Moscow"
    date_order = "DMY"
    feeds = ("https://www.kommersant.ru/RSS/news.xml",)
    sitemaps = ("https://www.kommersant.ru/sitemaps/sitemap_news.xml",)
    article_pattern = r"kommersant\.ru/doc/\d+"
    guid_pattern = r"/doc/(\d+)"

    class Layout2020(Rules):
        body = ".doc__body .article_text_wrapper"
        drop = ".document_authors"
