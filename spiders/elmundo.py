"""El Mundo: Unidad Editorial's template."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class ElMundoSpider(NewsSpider):
    name = "elmundo"
    publisher = "El Mundo"
    domains = ("elmundo.es",)
    languages = ("es",)
    timezone = "Europe/Madrid"
    date_order = "DMY"
    feeds = ("https://e00-elmundo.uecdn.es/elmundo/rss/portada.xml",)
    article_pattern = r"^https?://[^/]*elmundo\.es/.+/\d{4}/\d{2}/\d{2}/[0-9a-f]{24}\.html"
    guid_pattern = r"/([0-9a-f]{24})\.html"

    class Layout2018(Rules):
        body = ".ue-c-article__body"
