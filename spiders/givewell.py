"""The GiveWell Blog (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class GiveWellSpider(NewsSpider):
    name = "givewell"
    publisher = "GiveWell"
    domains = ("blog.givewell.org",)
    timezone = "America/Los_Angeles"
    feeds = ("https://blog.givewell.org/feed/",)
    article_pattern = r"blog\.givewell\.org/\d{4}/\d\d/\d\d/[\w-]+"
    guid_pattern = r"givewell\.org/(\d{4}/\d\d/\d\d/[\w-]+)"
