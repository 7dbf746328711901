"""Global News (Canada): the id precedes the slug; read generically."""

from newscrawl.spider import NewsSpider


class GlobalNewsSpider(NewsSpider):
    name = "globalnews"
    publisher = "Global News"
    domains = ("globalnews.ca",)
    timezone = "America/Toronto"
    feeds = ("https://globalnews.ca/feed/",)
    sitemaps = ("https://globalnews.ca/news-sitemap.xml",)
    article_pattern = r"globalnews\.ca/news/\d+"
    guid_pattern = r"globalnews\.ca/news/(\d+)"
