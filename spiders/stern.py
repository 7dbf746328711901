"""stern: two templates since 2020."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class SternSpider(NewsSpider):
    name = "stern"
    publisher = "STERN.de"
    domains = ("stern.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.stern.de/feed/standard/alle-nachrichten/",)
    article_pattern = r"^https?://[^/]*stern\.de/.+-\d{7,}\.html"
    guid_pattern = r"-(\d{7,})\.html"

    class Layout2020(Rules):
        headline = "meta:og:title"
        body = ".article__body"
        drop = ".article__top, .intro, .article__end, .list-element"
        author = (".authors__name, .author-wrapper__name, [rel=author]", ".authors__list-item", "ld:author")
