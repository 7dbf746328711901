"""Bloomberg: stories without a subscription; three templates."""

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
    guid_pattern = r"/(\d{4}-\d{2}-\d{2}/[^/?#]+)"

    class Layout2015(Rules):
        body = ".content-well .body-copy"

    class Layout2018(Rules):
        body = ".body-copy-v2"
        drop = "[data-tout-type]"
        drop_lines = ("(Updates with *",)

    class Layout2023(Rules):
        """Elements named in `data-component`; class names are hashes."""

        match = "[data-component=paragraph]"
        body = ".body-content [data-component=paragraph], .body-content [data-component$=-list], .body-content h2"
