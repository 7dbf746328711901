"""Chron (Houston), on Hearst's system; read generically."""

from newscrawl.spider import NewsSpider


class ChronSpider(NewsSpider):
    name = "chron"
    publisher = "Chron"
    domains = ("chron.com",)
    timezone = "America/Chicago"
    sections = ("https://www.chron.com/business/", "https://www.chron.com/business/energy/")
    article_pattern = r"chron\.com/(?:[\w-]+/)*article/[\w-]+-\d{6,}\.php"
    guid_pattern = r"/article/[\w-]+-(\d{6,})\.php"
