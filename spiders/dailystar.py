"""Daily Star, on Reach's system; read generically."""

from newscrawl.spider import NewsSpider


class DailyStarSpider(NewsSpider):
    name = "dailystar"
    publisher = "Daily Star"
    domains = ("dailystar.co.uk",)
    timezone = "Europe/London"
    sitemaps = ("https://www.dailystar.co.uk/map_news.xml",)
    article_pattern = r"^https?://[^/]*dailystar\.co\.uk/.+-\d{7,}(?:\.amp)?/?(?:[?#]|$)"
    guid_pattern = r"-(\d{7,})(?:\.amp)?/?(?:[?#]|$)"
