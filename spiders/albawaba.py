"""Al Bawaba (Amman); read generically."""

from newscrawl.spider import NewsSpider


class AlBawabaSpider(NewsSpider):
    name = "albawaba"
    publisher = "Al Bawaba"
    domains = ("albawaba.com",)
    timezone = "Asia/Amman"
    feeds = ("https://www.albawaba.com/rss",)
    article_pattern = r"^https?://[^/]*albawaba\.com/.+-\d{6,}/?(?:[?#]|$)"
    guid_pattern = r"-(\d{6,})/?(?:[?#]|$)"
