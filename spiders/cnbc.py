"""CNBC: two templates since 2014."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class CnbcSpider(NewsSpider):
    name = "cnbc"
    publisher = "CNBC"
    domains = ("cnbc.com",)
    timezone = "America/New_York"
    feeds = ("https://www.cnbc.com/id/100003114/device/rss/rss.html",)
    sitemaps = ("https://www.cnbc.com/sitemap_news.xml",)
    article_pattern = r"^https?://[^/]*cnbc\.com/(?:amp/)?\d{4}/\d{2}/\d{2}/.+\.html"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+?)\.html"

    class Layout2014(Rules):
        """Groups in #article_body; e.g. /2016/12/20/coals-us-stronghold-is-losing-steam-….html as of 2016."""

        body = "#article_body .group[itemprop=articleBody], #article_body .subtitle"
        author = "[itemprop=author] [rel=author]"

    class Layout2018(Rules):
        body = "[data-module=ArticleBody] .group, [data-module=ArticleBody] .ArticleBody-subtitle"
