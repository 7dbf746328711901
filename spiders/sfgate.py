"""SFGATE (San Francisco), on Hearst's system; read generically."""

from newscrawl.spider import NewsSpider


class SfgateSpider(NewsSpider):
    name = "sfgate"
    publisher = "SFGATE"
    domains = ("sfgate.com",)
    timezone = "America/Los_Angeles"
    sections = ("https://www.sfgate.com/business/", "https://www.sfgate.com/crime/")
    article_pattern = r"sfgate\.com/(?:[\w-]+/)*article/[\w-]+-\d{6,}\.php"
    guid_pattern = r"/article/[\w-]+-(\d{6,})\.php"
