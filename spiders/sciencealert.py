"""ScienceAlert: the slug is the id; read generically."""

from newscrawl.spider import NewsSpider


class ScienceAlertSpider(NewsSpider):
    name = "sciencealert"
    publisher = "ScienceAlert"
    domains = ("sciencealert.com",)
    feeds = ("https://feeds.feedburner.com/sciencealert-latestnews",)
    article_pattern = r"sciencealert\.com/\w+(?:-\w+){3,}/?(?:[?#]|$)"
    guid_pattern = r"sciencealert\.com/(\w+(?:-\w+){3,})"
