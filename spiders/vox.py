"""Vox: Chorus in two versions."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class VoxSpider(NewsSpider):
    name = "vox"
    publisher = "Vox"
    domains = ("vox.com",)
    timezone = "America/New_York"
    feeds = ("https://www.vox.com/rss/index.xml",)
    sitemaps = ("https://www.vox.com/sitemaps/google_news",)
    article_pattern = r"vox\.com/(?:platform/amp/)?[\w-]+/(?:\d{4}/\d{1,2}/\d{1,2}/)?\d{5,}(?:[/?#]|$)"
    guid_pattern = r"/(\d{5,})(?:/|$)"

    class Layout2014(Rules):
        body = ".c-entry-content"
        drop = ".c-article-footer, .c-read-more"
        drop_lines = ("— * (@*) *",)

    class Layout2024(Rules):
        body = ".duet--article--article-body-component"
