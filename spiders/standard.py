"""The London Standard, formerly Evening Standard: a letter and digits end the address; read generically."""

from newscrawl.spider import NewsSpider


class StandardSpider(NewsSpider):
    name = "standard"
    publisher = "The London Standard"
    domains = ("standard.co.uk",)
    timezone = "Europe/London"
    feeds = ("https://www.standard.co.uk/rss",)
    article_pattern = r"^https?://[^/]*standard\.co\.uk/.+-[ab]\d{6,}\.html"
    guid_pattern = r"-([ab]\d{6,})\.html"
