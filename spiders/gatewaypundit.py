"""The Gateway Pundit: WordPress."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class GatewayPunditSpider(NewsSpider):
    name = "gatewaypundit"
    publisher = "The Gateway Pundit"
    domains = ("thegatewaypundit.com",)
    timezone = "America/Chicago"
    feeds = ("https://www.thegatewaypundit.com/feed/",)
    sitemaps = ("https://www.thegatewaypundit.com/sitemap.xml",)
    article_pattern = r"thegatewaypundit\.com/\d{4}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/[^/?#]+)"

    class Layout2019(Rules):
        body = "article .entry-content"
        drop = ".twitter-tweet, .code-block"
        drop_links = True
