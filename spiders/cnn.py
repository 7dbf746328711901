"""CNN: CNNMoney, the zones of 2014, and Stellar since 2022."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class CnnSpider(NewsSpider):
    name = "cnn"
    publisher = "CNN"
    domains = ("cnn.com",)
    timezone = "America/New_York"
    feeds = ("http://rss.cnn.com/rss/edition.rss",)
    sitemaps = ("https://www.cnn.com/sitemap/news.xml",)
    article_pattern = r"cnn\.com/(?:cnn/|business/|travel/|style/)?\d{4}/\d{2}/\d{2}/.+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^?#]+?)(?:/index)?(?:\.html)?/?(?:[?#]|$)"

    class LayoutMoney(Rules):
        """e.g. money.cnn.com/2016/06/10/news/buffett-charity-lunch-auction/."""

        body = "#storycontent #storytext"
        drop = "#js-ie-storytop, .storytimestamp"
        drop_lines = (r"re:(?>.*?First published \w+ \d+, \d{4}: ).* ET",)

    class Layout2014(Rules):
        body = "#body-text .zn-body__paragraph"
        drop = ".el-editorial-source"  # "(CNN)" comes and goes with the template
        drop_links = True

    class Layout2022(Rules):
        body = ".article__content"
        drop = ".source"
        drop_links = True
