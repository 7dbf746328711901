"""Deutsche Welle: class names are hashes since 2023, the order of elements is not."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class DwSpider(NewsSpider):
    name = "dw"
    publisher = "Deutsche Welle"
    domains = ("dw.com",)
    languages = ("de", "en")
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://rss.dw.com/xml/rss-de-all", "https://rss.dw.com/xml/rss-en-all")
    sitemaps = ("https://www.dw.com/de/news-sitemap.xml", "https://www.dw.com/en/news-sitemap.xml")
    article_pattern = r"dw\.com/[a-z]{2}(?:-[a-z]+)?/[^/]+/a-\d+"
    guid_pattern = r"/a-(\d+)"

    class Layout2012(Rules):
        body = "#bodyContent .longText"
        drop = ".picBox"
        author = "//ul[@class='smallList']/li[strong[contains(., 'Autor')]]/text()"
        date_published = "//ul[@class='smallList']/li[strong[. = 'Datum' or . = 'Date']]/text()"

    class Layout2023(Rules):
        # Boxes with videos stand between the paragraphs, in elements of their own whose class names change.
        body = "//article//header/following-sibling::div[p]/*[not(self::div)]"
