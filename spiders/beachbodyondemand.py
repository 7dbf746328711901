"""Beachbody's magazine on food and training (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class BeachbodyOnDemandSpider(NewsSpider):
    name = "beachbodyondemand"
    publisher = "Beachbody on Demand"
    domains = ("beachbodyondemand.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://www.beachbodyondemand.com/blog/feed",)
    article_pattern = r"beachbodyondemand\.com/blog/\w+(?:-\w+){2,}"
    guid_pattern = r"/blog/(\w+(?:-\w+){2,})"
