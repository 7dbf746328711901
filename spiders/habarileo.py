"""HabariLeo (Dar es Salaam): WordPress; the JSON-LD names who uploaded, the page who wrote."""

import re

from newscrawl.extract import Page, Rules
from newscrawl.spider import NewsSpider


class HabariLeoSpider(NewsSpider):
    name = "habarileo"
    publisher = "HabariLeo"
    domains = ("habarileo.co.tz",)
    languages = ("sw",)
    timezone = "Africa/Dar_es_Salaam"
    feeds = ("https://habarileo.co.tz/feed/",)
    sitemaps = ("https://habarileo.co.tz/sitemap.xml",)
    article_pattern = r"habarileo\.co\.tz/\w+(?:-\w+){2,}(?:/amp)?/?(?:[?#]|$)"
    guid_pattern = r"habarileo\.co\.tz/([^/?#]+?)(?:/amp)?/?(?:[?#]|$)"

    class Layout2024(Rules):
        body = ".cs-entry__content-wrap .entry-content"
        author = (".cs-entry__header .cs-meta-author-name", ".cs-entry__content .cs-meta-author-name", "ld:author")

        def read_author(self, page: Page) -> tuple[str, ...]:
            # "Na" is "by"; a place may follow: "Na Yohana Shida, Geita".
            return tuple(re.sub(r"^Na |,.*$", "", name) for name in super().read_author(page)[:1])
