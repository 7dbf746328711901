"""la Repubblica: GEDI's template."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class LaRepubblicaSpider(NewsSpider):
    name = "larepubblica"
    publisher = "la Repubblica"
    domains = ("repubblica.it",)
    languages = ("it",)
    timezone = "Europe/Rome"
    date_order = "DMY"
    feeds = ("https://www.repubblica.it/rss/homepage/rss2.0.xml",)
    article_pattern = r"^https?://[^/]*repubblica\.it/.+/\d{4}/\d{2}/\d{2}/news/.+"
    guid_pattern = r"-(\d{6,})(?:/amp)?/?(?:[?#]|$)"

    class Layout2021(Rules):
        body = "#article-body .story__text"
        drop = ".inline-article"
