"""CNET: three templates since 2014."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class CnetSpider(NewsSpider):
    name = "cnet"
    publisher = "CNET"
    domains = ("cnet.com",)
    timezone = "America/New_York"
    feeds = ("https://www.cnet.com/rss/news/",)
    article_pattern = r"cnet\.com/(?:[\w-]+/)+[\w-]+-[\w-]+-[\w-]+/?"
    guid_pattern = r"/([\w-]+-[\w-]+-[\w-]+)/?(?:[?#]|$)"

    class Layout2014(Rules):
        body = "#article-body .article-main-body"
        drop = ".shortcode.video"
