"""TechCrunch: WordPress in three looks."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class TechCrunchSpider(NewsSpider):
    name = "techcrunch"
    publisher = "TechCrunch"
    domains = ("techcrunch.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://techcrunch.com/feed/",)
    sitemaps = ("https://techcrunch.com/news-sitemap.xml",)
    article_pattern = r"techcrunch\.com/\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2013(Rules):
        body = ".article-entry.text"

    class Layout2018(Rules):
        body = ".article-container .article-content"

    class Layout2024(Rules):
        body = "main .entry-content"
