"""Aftonbladet: Hyperion until 2025, then class names with stable beginnings."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class AftonbladetSpider(NewsSpider):
    name = "aftonbladet"
    publisher = "Aftonbladet"
    domains = ("aftonbladet.se",)
    languages = ("sv",)
    timezone = "Europe/Stockholm"
    feeds = ("https://rss.aftonbladet.se/rss2/small/pages/sections/senastenytt/",)
    sitemaps = ("https://www.aftonbladet.se/sitemaps/files/articles-48hrs.xml",)
    article_pattern = r"^https?://[^/]*aftonbladet\.se/(?:.+/)?a/\w{6}(?:[/?#]|$)"
    guid_pattern = r"/a/(\w{6})(?:[/?#]|$)"

    class Layout2021(Rules):
        """e.g. /nyheter/a/Ard8wM/hanna-18-forsvunnen-i-uddevalla as of January 2026."""

        headline = "ld:headline"
        body = "article[class*=article-wrapper] > p, article[class*=article-wrapper] > h2"
        drop = "[data-test-tag=subtitle]"

    class Layout2026(Layout2021):
        body = "section.article-body[itemprop=articleBody]"
        drop = "[class*=factbox], [class*=factBox]"
