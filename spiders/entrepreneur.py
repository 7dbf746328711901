"""Entrepreneur: pages of agencies' articles state the agency's address as canonical; read generically."""

from newscrawl.spider import NewsSpider


class EntrepreneurSpider(NewsSpider):
    name = "entrepreneur"
    publisher = "Entrepreneur"
    domains = ("entrepreneur.com",)
    timezone = "America/New_York"
    feeds = ("http://feeds.feedburner.com/entrepreneur/latest",)
    article_pattern = r"entrepreneur\.com/.*(?:article|amphtml|slideshow)/\d{6}|entrepreneur\.com/[\w-]+/[\w-]+/\d{6}"
    guid_pattern = r"entrepreneur\.com/(?:[\w-]+/){1,2}(\d{6,})"
