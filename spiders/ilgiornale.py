"""il Giornale."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class IlGiornaleSpider(NewsSpider):
    name = "ilgiornale"
    publisher = "il Giornale"
    domains = ("ilgiornale.it",)
    languages = ("it",)
    timezone = "Europe/Rome"
    date_order = "DMY"
    feeds = ("https://www.ilgiornale.it/feed.xml",)
    sitemaps = ("https://www.ilgiornale.it/sitemap/google-news.xml",)
    article_pattern = r"^https?://[^/]*ilgiornale\.it/news/.+\.html"
    guid_pattern = r"-(\d{6,})\.html"

    class Layout2021(Rules):
        body = ".article__content > .typography--content"
