"""9to5Mac (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class NineToFiveMacSpider(NewsSpider):
    name = "9to5mac"
    publisher = "9to5Mac"
    domains = ("9to5mac.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://9to5mac.com/feed/",)
    article_pattern = r"9to5mac\.com/\d{4}/\d\d/\d\d/[\w-]+"
    guid_pattern = r"9to5mac\.com/(\d{4}/\d\d/\d\d/[\w-]+)"
