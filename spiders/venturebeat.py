"""VentureBeat: WordPress until 2025."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class VentureBeatSpider(NewsSpider):
    name = "venturebeat"
    publisher = "VentureBeat"
    domains = ("venturebeat.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://venturebeat.com/feed/",)
    sitemaps = ("https://venturebeat.com/news-sitemap.xml",)
    article_pattern = r"venturebeat\.com/(?:\d{4}/\d{2}/\d{2}|[\w-]+)/[\w-]+-[\w-]+"
    guid_pattern = r"/([\w-]+-[\w-]+)/?(?:[?#]|$)"  # 2025: /2016/04/21/<slug>/ became /mobile/<slug>/

    class Layout2014(Rules):
        body = ".article-wrapper .article-content"
        date_published = ("ld:datePublished", ".article-byline .the-time")  # its `datetime` calls Pacific time UTC
        drop = "#profile-cards, [id^=boilerplate]"
