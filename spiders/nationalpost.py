"""National Post, on Postmedia's system: the slug is the id; read generically."""

from newscrawl.spider import NewsSpider


class NationalPostSpider(NewsSpider):
    name = "nationalpost"
    publisher = "National Post"
    domains = ("nationalpost.com",)
    timezone = "America/Toronto"
    feeds = ("https://nationalpost.com/feed",)
    sitemaps = ("https://nationalpost.com/sitemap-news.xml",)
    article_pattern = r"nationalpost\.com/(?!category/|tag/|author/)(?:[\w-]+/)+\w+(?:-\w+){2,}"
    guid_pattern = r"nationalpost\.com/(?:[\w-]+/)+?(\w+(?:-\w+){2,})(?:/wcm/[\w-]+)?(?:/amp)?/?(?:[?#]|$)"
