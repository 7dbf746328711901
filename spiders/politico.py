"""POLITICO: two templates since 2015."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class PoliticoSpider(NewsSpider):
    name = "politico"
    publisher = "POLITICO"
    domains = ("politico.com",)
    timezone = "America/New_York"
    feeds = ("https://rss.politico.com/politics-news.xml",)
    article_pattern = r"^https?://[^/]*politico\.com/(?:story|news|magazine/story|states)/.*\d{4}/\d{2}/.+"
    guid_pattern = r"-(\d{6,})/?(?:[?#]|$)"

    class Layout2015(Rules):
        headline = "meta:og:title"
        body = ".story-text"
        author = ("ld:author", ".story-intro [rel=author]", ".story-meta__authors .vcard")
        drop = ".story-intro, .story-meta"
