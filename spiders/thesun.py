"""The Sun (WordPress): the id precedes the slug; read generically."""

from newscrawl.spider import NewsSpider


class TheSunSpider(NewsSpider):
    name = "thesun"
    publisher = "The Sun"
    domains = ("thesun.co.uk",)
    timezone = "Europe/London"
    feeds = ("https://www.thesun.co.uk/feed/",)
    sitemaps = ("https://www.thesun.co.uk/news-sitemap.xml",)
    article_pattern = r"thesun\.co\.uk/[\w-]+/\d{5,}/"
    guid_pattern = r"thesun\.co\.uk/[\w-]+/(\d{5,})/"
