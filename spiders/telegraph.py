"""The Telegraph: Particle since 2016, in several looks."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class TelegraphSpider(NewsSpider):
    name = "telegraph"
    publisher = "The Telegraph"
    domains = ("telegraph.co.uk",)
    timezone = "Europe/London"
    feeds = ("https://www.telegraph.co.uk/rss.xml",)
    sitemaps = ("https://www.telegraph.co.uk/custom/daily-news/sitemap.xml",)
    article_pattern = r"^https?://[^/]*telegraph\.co\.uk/.+(?:/\d{4}/\d{2}/\d{2}/|/\d{6,}/|-latest-updates)"
    guid_pattern = r"/(\d{6,})/|/(\d{4}/\d{2}/\d{2}/[^/?#]+)|/([\w-]+-latest-updates)"

    class Layout2010(Rules):
        """e.g. /news/uknews/law-and-order/9209302/Plumber-jailed-….html."""

        body = "#mainBodyArea"

    class Layout2016(Rules):
        body = (
            "[itemprop=articleBody] .article-body-text, [itemprop=articleBody] .live-post__title",
            "[data-test=article-body-text]",
        )
