"""Jewish Business News (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class JewishBusinessNewsSpider(NewsSpider):
    name = "jewishbusinessnews"
    publisher = "Jewish Business News"
    domains = ("jewishbusinessnews.com",)
    timezone = "Asia/Jerusalem"
    feeds = ("https://jewishbusinessnews.com/feed/",)
    article_pattern = r"jewishbusinessnews\.com/\d{4}/\d\d/\d\d/[\w-]+"
    guid_pattern = r"\.com/(\d{4}/\d\d/\d\d/[\w-]+)"
