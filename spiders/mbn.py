"""Maekyung (Maeil Business Newspaper): one template since 2022."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class MbnSpider(NewsSpider):
    name = "mbn"
    publisher = "Maeil Business Newspaper"
    domains = ("mk.co.kr",)
    languages = ("ko",)
    timezone = "Asia/Seoul"
    date_order = "YMD"
    feeds = ("https://www.mk.co.kr/rss/30000001/",)
    sitemaps = ("https://www.mk.co.kr/sitemap/latest-articles/",)
    article_pattern = r"mk\.co\.kr/(?:en/)?news/[\w-]+/\d+"
    guid_pattern = r"/(\d{7,})(?:[?#]|$)"

    class Layout2022(Rules):
        body = ".news_cnt_detail_wrap[itemprop=articleBody]"
        drop = ".mid_title"  # the standfirst
