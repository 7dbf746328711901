"""The Verge: three templates since 2014."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class TheVergeSpider(NewsSpider):
    name = "theverge"
    publisher = "The Verge"
    domains = ("theverge.com",)
    timezone = "America/New_York"
    feeds = ("https://www.theverge.com/rss/index.xml",)
    sitemaps = ("https://www.theverge.com/sitemaps/google_news",)
    article_pattern = r"theverge\.com/(?:platform/amp/)?(?:\d{4}/\d{1,2}/\d{1,2}/\d+|[\w-]+/\d{5,})(?:[/?#]|$)"
    guid_pattern = r"/(\d{5,})(?:/|$)"

    class Layout2014(Rules):
        body = ".m-article__entry"
        drop = ".m-article__sources"

    class Layout2017(Rules):
        body = ".c-entry-content"

    class Layout2022(Rules):
        body = ".duet--article--article-body-component"
