"""ABC (Madrid): Vocento's templates of 2022 and 2025."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class AbcSpider(NewsSpider):
    name = "abc"
    publisher = "ABC"
    domains = ("abc.es",)
    languages = ("es",)
    timezone = "Europe/Madrid"
    date_order = "DMY"
    feeds = ("https://www.abc.es/rss/2.0/portada/",)
    sitemaps = ("https://www.abc.es/sitemap.xml",)
    article_pattern = r"^https?://[^/]*abc\.es/.+-\d{14}-\w+\.html"
    guid_pattern = r"-(\d{14})-\w+\.html"

    class Layout2022(Rules):
        body = ".voc-d p.voc-p, .voc-d .voc-d-c__s-title"
        drop = ".voc-c-container--bdr"

    class Layout2025(Rules):
        body = ".v-d p.v-d-p, .v-d .v-cmp-suh"
