"""NPR: one template since 2010."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class NprSpider(NewsSpider):
    name = "npr"
    publisher = "NPR"
    domains = ("npr.org",)
    timezone = "America/New_York"
    feeds = ("https://feeds.npr.org/1001/rss.xml",)
    article_pattern = r"npr\.org/(?:sections/[\w-]+/)?\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/\d{4}/\d{2}/\d{2}/((?:nx-s1-)?\d+)"

    class Layout2010(Rules):
        body = "#storytext"
        drop = ".bucketwrap"
