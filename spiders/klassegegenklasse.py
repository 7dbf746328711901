"""Klasse Gegen Klasse (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class KlasseGegenKlasseSpider(NewsSpider):
    name = "klassegegenklasse"
    publisher = "Klasse Gegen Klasse"
    domains = ("klassegegenklasse.org",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.klassegegenklasse.org/feed/",)
    article_pattern = r"klassegegenklasse\.org/\w+(?:-\w+){2,}/?(?:[?#]|$)"
    guid_pattern = r"klassegegenklasse\.org/(\w+(?:-\w+){2,})"
