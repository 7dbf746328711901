"""Al Jazeera English (Doha): fifteen digits end addresses until 2020, later ones have the date; read generically."""

from newscrawl.spider import NewsSpider


class AlJazeeraSpider(NewsSpider):
    name = "aljazeera"
    publisher = "Al Jazeera"
    domains = ("aljazeera.com",)
    feeds = ("https://www.aljazeera.com/xml/rss/all.xml",)
    article_pattern = r"^https?://[^/]*aljazeera\.com/.+(?:-\d{15}\.html|/\d{4}/\d{1,2}/\d{1,2}/[\w-]+)"
    guid_pattern = r"-(\d{15})\.html|/(\d{4}/\d{1,2}/\d{1,2}/[\w-]+)"
