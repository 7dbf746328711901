"""Landesspiegel (Liechtenstein, WordPress); read generically."""

from newscrawl.spider import NewsSpider


class LandesspiegelSpider(NewsSpider):
    name = "landesspiegel"
    publisher = "Landesspiegel"
    domains = ("landesspiegel.li",)
    languages = ("de",)
    timezone = "Europe/Vaduz"
    date_order = "DMY"
    feeds = ("https://landesspiegel.li/feed/",)
    sitemaps = ("https://landesspiegel.li/sitemap-news.xml",)
    article_pattern = r"landesspiegel\.li/\d{4}/\d\d/[\w-]+"
    guid_pattern = r"landesspiegel\.li/(\d{4}/\d\d/[\w-]+)"
