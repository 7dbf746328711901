"""Ukrainska Pravda, in Russian and Ukrainian."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class PravdaSpider(NewsSpider):
    name = "pravda"
    publisher = "Украинская правда"
    domains = ("pravda.com.ua",)
    languages = ("ru", "uk", "en")
    timezone = "Europe/Kyiv"
    date_order = "DMY"
    feeds = ("https://www.pravda.com.ua/rus/rss/",)
    sitemaps = ("https://www.pravda.com.ua/sitemap/sitemap-news.xml",)
    article_pattern = r"pravda\.com\.ua/(?:rus/|eng/)?(?:news|articles|columns)/\d{4}/\d{2}/\d{2}/\d+"
    guid_pattern = r"/(\d+)/?(?:[?#]|$)"

    class Layout2020(Rules):
        body = ".post_text, .post_article_text"
        drop = "[class*=image-box], [class*=advtext]"
