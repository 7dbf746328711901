"""Kabar Islamia (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class KabarIslamiaSpider(NewsSpider):
    name = "kabarislamia"
    publisher = "Kabar Islamia"
    domains = ("kabarislamia.com",)
    languages = ("id",)
    timezone = "Asia/Jakarta"
    date_order = "DMY"
    feeds = ("https://kabarislamia.com/feed/",)
    article_pattern = r"kabarislamia\.com/\d{4}/\d\d/\d\d/[\w-]+"
    guid_pattern = r"\.com/(\d{4}/\d\d/\d\d/[\w-]+)"
