"""Live Science: addresses lost “.html” and got sections; the slug stayed; read generically."""

from newscrawl.spider import NewsSpider


class LiveScienceSpider(NewsSpider):
    name = "livescience"
    publisher = "Live Science"
    domains = ("livescience.com",)
    timezone = "America/New_York"
    feeds = ("https://www.livescience.com/feeds/all",)
    article_pattern = r"livescience\.com/(?:[\w-]+/)*\w+(?:-\w+){2,}(?:\.html)?/?(?:[?#]|$)"
    guid_pattern = r"livescience\.com/(?:[\w-]+/)*(\w+(?:-\w+){2,})(?:\.html)?/?(?:[?#]|$)"
