"""Nature: news, comment and papers have one form of address; read generically."""

from newscrawl.spider import NewsSpider


class NatureSpider(NewsSpider):
    name = "nature"
    publisher = "Nature"
    domains = ("nature.com",)
    timezone = "Europe/London"
    feeds = ("https://www.nature.com/nature.rss",)
    sitemaps = ("https://www.nature.com/latest-news/sitemap.xml",)
    article_pattern = r"nature\.com/articles/[\w-]+/?(?:[?#]|$)"
    guid_pattern = r"nature\.com/articles/([\w-]+)"
