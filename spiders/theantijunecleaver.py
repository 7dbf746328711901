"""The Anti-June Cleaver (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class TheAntiJuneCleaverSpider(NewsSpider):
    name = "theantijunecleaver"
    publisher = "The Anti-June Cleaver"
    domains = ("theantijunecleaver.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://theantijunecleaver.com/feed/",)
    article_pattern = r"theantijunecleaver\.com/\d{4}/\d\d/[\w-]+"
    guid_pattern = r"\.com/(\d{4}/\d\d/[\w-]+)"
