"""Bloomberg: stories without a subscription; two templates until 2022."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class BloombergSpider(NewsSpider):
    name = "bloomberg"
    publisher = "Bloomberg"
    domains = ("bloomberg.com",)
    timezone = "America/New_York"
    feeds = ("https://feeds.bloomberg.com/markets/news.rss", "https://feeds.bloomberg.com/politics/news.rss")
    sitemaps = ("https://www.bloomberg.com/feeds/sitemap_news.xml",)
    article_pattern = (
        r"bloomberg\.com/(?:news|opinion|graphics)/(?:articles|features|newsletters)?/?\d{4}-\d{2}-\d{2}/.+"
    )

    class Layout2015(Rules):
        body = ".content-well .body-copy"

    class Layout2018(Rules):
        body = ".body-copy-v2"
        drop = "[data-tout-type]"
        drop_lines = ("(Updates with *",)
