"""The Washington Free Beacon: WordPress."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class FreeBeaconSpider(NewsSpider):
    name = "freebeacon"
    publisher = "Washington Free Beacon"
    domains = ("freebeacon.com",)
    timezone = "America/New_York"
    feeds = ("https://freebeacon.com/feed/",)
    sitemaps = ("https://freebeacon.com/wp-sitemap.xml",)
    article_pattern = r"freebeacon\.com/[\w-]+/[\w-]+-[\w-]+/?"
    guid_pattern = r"freebeacon\.com/([\w-]+/[^/?#]+?)(?:/amp)?/?(?:[?#]|$)"

    class Layout2022(Rules):
        body = ".single-post-container .article-content"
