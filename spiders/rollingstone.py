"""Rolling Stone (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class RollingStoneSpider(NewsSpider):
    name = "rollingstone"
    publisher = "Rolling Stone"
    domains = ("rollingstone.com",)
    timezone = "America/New_York"
    feeds = ("https://www.rollingstone.com/feed/rss/",)
    sitemaps = ("https://www.rollingstone.com/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*rollingstone\.com/.+-\d{6,}(?:/amp)?/?(?:[?#]|$)"
    guid_pattern = r"-(\d{6,})(?:/amp)?/?(?:[?#]|$)"
