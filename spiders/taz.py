"""die tageszeitung: two templates; the introduction stands apart."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class TazSpider(NewsSpider):
    name = "taz"
    publisher = "taz"
    domains = ("taz.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://taz.de/!p4608;rss/",)
    sitemaps = ("https://taz.de/sitemap-google-news.xml",)
    article_pattern = r"^https?://[^/]*taz\.de/(?:.+/)?!\d+/?"
    guid_pattern = r"/!(\d+)"

    class Layout2012(Rules):
        body = ".sectbody[itemprop=articleBody] .article, .sectbody[itemprop=articleBody] h6"

    class Layout2024(Rules):
        headline = "meta:og:title"
        body = ".main-article-corpus p.paragraph, .main-article-corpus h2"
