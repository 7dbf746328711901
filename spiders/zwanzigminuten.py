"""20 Minuten: hashed class names behind stable beginnings."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class ZwanzigMinutenSpider(NewsSpider):
    name = "zwanzigminuten"
    publisher = "20 Minuten"
    domains = ("20min.ch",)
    languages = ("de", "fr")
    timezone = "Europe/Zurich"
    date_order = "DMY"
    feeds = ("https://partner-feeds.20min.ch/rss/20minuten",)
    sitemaps = ("https://www.20min.ch/sitemaps/de/news.xml",)
    article_pattern = r"20min\.ch/(?:fr/)?story/[\w-]+-\d{9,}"
    guid_pattern = r"-(\d{9,})"

    class Layout2021(Rules):
        body = "article [class^='Article_body__']"
        drop = "[data-testid=InfoBox], [class^='Article_elementPoll']"

    class Layout2025(Layout2021):
        headline = "meta:og:title"
        match = "[class^='ContentPage_contentPage__'] article > section > p"
        body = "article > section > p, article > section [data-testid=Crosshead]"
