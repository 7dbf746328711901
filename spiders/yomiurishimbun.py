"""Yomiuri Shimbun."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class YomiuriShimbunSpider(NewsSpider):
    name = "yomiurishimbun"
    publisher = "The Yomiuri Shimbun"
    domains = ("yomiuri.co.jp",)
    languages = ("ja",)
    timezone = "Asia/Tokyo"
    date_order = "YMD"
    sitemaps = ("https://www.yomiuri.co.jp/sitemap-news-latest.xml",)
    article_pattern = r"^https?://[^/]*yomiuri\.co\.jp/.+/\d{8}-\w+(?:[/?#]|$)"
    guid_pattern = r"/(\d{8}-\w+)(?:[/?#]|$)"

    class Layout2019(Rules):
        body = ".p-main-contents"
        drop = ".ev-article-bottom-banner, .c-square-arrow-btn"
