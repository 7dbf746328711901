"""NBC News: two templates since 2014."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class NbcnewsSpider(NewsSpider):
    name = "nbcnews"
    publisher = "NBC News"
    domains = ("nbcnews.com",)
    timezone = "America/New_York"
    feeds = ("https://feeds.nbcnews.com/nbcnews/public/news",)
    sitemaps = ("https://www.nbcnews.com/sitemap/nbcnews/sitemap-news",)
    article_pattern = r"^https?://[^/]*nbcnews\.com/.+-(?:n|rcna|ncna)\d+(?:[?#]|$)"
    guid_pattern = r"-((?:n|rcna|ncna)\d+)(?:[?#]|$)"

    class Layout2014(Rules):
        body = ".article_main > .article-body"
        drop_lines = ("— * (@*) *",)

    class Layout2018(Layout2014):
        body = ".article-body__content"
        drop = ".inline-video"
