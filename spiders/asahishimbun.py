"""Asahi Shimbun: class names are hashes."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class AsahiShimbunSpider(NewsSpider):
    name = "asahishimbun"
    publisher = "The Asahi Shimbun"
    domains = ("asahi.com",)
    languages = ("ja",)
    timezone = "Asia/Tokyo"
    date_order = "YMD"
    feeds = ("https://www.asahi.com/rss/asahi/newsheadlines.rdf",)
    sitemaps = ("https://www.asahi.com/sitemap.xml",)
    article_pattern = r"asahi\.com/(?:amp/)?articles/[A-Z0-9]+\.html"
    guid_pattern = r"/articles/([A-Z0-9]+)\.html"

    class Layout2021(Rules):
        match = "main#main h1"
        body = ("//main[@id='main']/div[count(p) > 1]", "//main[@id='main']/div[p]")
