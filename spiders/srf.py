"""SRF (Switzerland): the slug is the id."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class SrfSpider(NewsSpider):
    name = "srf"
    publisher = "SRF"
    domains = ("srf.ch",)
    languages = ("de",)
    timezone = "Europe/Zurich"
    date_order = "DMY"
    feeds = ("https://www.srf.ch/news/bnf/rss/1646",)
    sitemaps = ("https://www.srf.ch/sitemaps/newsmap/news/index.xml",)
    article_pattern = r"srf\.ch/(?:news|sport|kultur|wissen|meteo)/(?:[\w-]+/)+\w+(?:-\w+){3,}/?(?:[?#]|$)"
    guid_pattern = r"srf\.ch/(?:[\w-]+/)+(\w+(?:-\w+){3,})/?(?:[?#]|$)"

    class Layout2024(Rules):
        """The line above the headline is a part of the h1."""

        headline = "//h1[@itemprop='headline']/span[last()]"
        body = "section[itemprop=articleBody] > p, section[itemprop=articleBody] > h2"
