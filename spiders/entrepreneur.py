"""Entrepreneur: pages of agencies' articles state the agency's address as canonical; read generically."""

from newscrawl.spider import NewsSpider


class EntrepreneurSpider(NewsSpider):
    name = "entrepreneur"
    publisher = "Entrepreneur"
    domains = ("entrepreneur.com",)
    timezone = "America/New_York"
    feeds = ("http://feeds.feedburner.com/entrepreneur/latest",)
    article_pattern = r"^https?://[^/]*entrepreneur\.com/(?:.*(?:article|amphtml|slideshow)|[\w-]+/[\w-]+)/\d{6}"
    guid_pattern = r"entrepreneur\.com/(?:[\w-]+/){1,2}(\d{6,})"
