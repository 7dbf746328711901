"""The Hill (Washington): the id precedes the slug."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class TheHillSpider(NewsSpider):
    name = "thehill"
    publisher = "The Hill"
    domains = ("thehill.com",)
    timezone = "America/New_York"
    sections = ("https://thehill.com/latino", "https://thehill.com/opinion", "https://thehill.com/changing-america")
    article_pattern = r"^https?://[^/]*thehill\.com/.+/\d{5,}-[\w-]+"
    guid_pattern = r"/(\d{5,})-[\w-]+"

    class Layout2019(Rules):
        """Drupal; a name in the text is followed by a hidden card of its articles, in the same paragraph."""

        body = ".field-name-body .field-item"
        drop = ".rollover-people-block"
