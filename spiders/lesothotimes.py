"""Lesotho Times (Maseru, WordPress); read generically."""

from newscrawl.spider import NewsSpider


class LesothoTimesSpider(NewsSpider):
    name = "lesothotimes"
    publisher = "Lesotho Times"
    domains = ("lestimes.com",)
    timezone = "Africa/Maseru"
    feeds = ("https://lestimes.com/feed/",)
    article_pattern = r"lestimes\.com/\w+(?:-\w+){2,}/?(?:[?#]|$)"
    guid_pattern = r"lestimes\.com/(\w+(?:-\w+){2,})"
