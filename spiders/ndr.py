"""NDR: a name and a number behind the comma; read generically."""

from newscrawl.spider import NewsSpider


class NdrSpider(NewsSpider):
    name = "ndr"
    publisher = "NDR"
    domains = ("ndr.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    sitemaps = ("https://www.ndr.de/news-102~news.xml",)
    article_pattern = r"^https?://[^/]*ndr\.de/.+,[\w-]{2,}+(?<=\d)\.html"
    guid_pattern = r",([\w-]{2,}+)(?<=\d)\.html"
