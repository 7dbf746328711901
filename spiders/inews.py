"""The i Paper: WordPress behind React until 2024, plain since."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class InewsSpider(NewsSpider):
    name = "inews"
    publisher = "The i Paper"
    domains = ("inews.co.uk",)
    timezone = "Europe/London"
    feeds = ("https://inews.co.uk/feed",)
    sitemaps = ("https://inews.co.uk/sitemap.xml",)
    article_pattern = r"^https?://[^/]*inews\.co\.uk/.+-\d{5,}/?(?:[?#]|$)"
    guid_pattern = r"-(\d{5,})/?(?:[?#]|$)"

    class Layout2020(Rules):
        body = "article .article-content"
        drop = ".inews__post-date"
