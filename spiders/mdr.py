"""MDR: what follows the last slash or comma, number included, is the id; read generically."""

from newscrawl.spider import NewsSpider


class MdrSpider(NewsSpider):
    name = "mdr"
    publisher = "MDR"
    domains = ("mdr.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.mdr.de/nachrichten/index-rss.xml",)
    sitemaps = ("https://www.mdr.de/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*mdr\.de/.+[\w-]-\d{3}\.html"
    guid_pattern = r"[/,]([\w-]+-\d{3})(?:_\w+)?\.html"
