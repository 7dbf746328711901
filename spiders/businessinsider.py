"""Business Insider: a blog, then Fenrir; lists and slide shows are stories too."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class BusinessInsiderSpider(NewsSpider):
    name = "businessinsider"
    publisher = "Business Insider"
    domains = ("businessinsider.com", "insider.com")
    timezone = "America/New_York"
    feeds = ("https://feeds.businessinsider.com/custom/all",)
    sitemaps = ("https://www.businessinsider.com/sitemap/google-news.xml",)
    article_pattern = r"(?:businessinsider|insider)\.com/[\w-]+-\d{4}-\d{1,2}(?:[?#]|$)"
    guid_pattern = r"/([\w-]+-\d{4}-\d{1,2})/?(?:[?#]|$)"

    class Layout2010(Rules):
        body = ".post-content"
        drop_lines = ("This is a subscriber-only story*",)

    class Layout2019(Rules):
        body = ".content-lock-content, .slide-layout"
        match = "section.slideshow-container, .content-lock-content"
