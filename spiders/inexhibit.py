"""Inexhibit (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class InexhibitSpider(NewsSpider):
    name = "inexhibit"
    publisher = "Inexhibit"
    domains = ("inexhibit.com",)
    timezone = "Europe/Rome"
    feeds = ("https://www.inexhibit.com/feed/",)
    article_pattern = r"inexhibit\.com/(?:marker|case-studies|mymuseum|specials)/[\w-]+"
    guid_pattern = r"inexhibit\.com/\w[\w-]*/([\w-]+)"
