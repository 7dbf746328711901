"""MoreBikes (WordPress): the id precedes the slug; read generically."""

from newscrawl.spider import NewsSpider


class MoreBikesSpider(NewsSpider):
    name = "morebikes"
    publisher = "MoreBikes"
    domains = ("morebikes.co.uk",)
    timezone = "Europe/London"
    feeds = ("https://www.morebikes.co.uk/feed/",)
    article_pattern = r"morebikes\.co\.uk/\d{3,}/[\w-]+"
    guid_pattern = r"morebikes\.co\.uk/(\d{3,})/"
