"""Atlas Obscura: one body through all looks since 2016."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class AtlasObscuraSpider(NewsSpider):
    name = "atlasobscura"
    publisher = "Atlas Obscura"
    domains = ("atlasobscura.com",)
    timezone = "America/New_York"
    feeds = ("https://www.atlasobscura.com/feeds/latest",)
    article_pattern = r"atlasobscura\.com/articles/[\w-]+"
    guid_pattern = r"/articles/([\w-]+)"

    class Layout2016(Rules):
        body = "#article-body"
        drop = "#articleBody__interrupt-card"
        author = (*Rules.author, ".article-byline a")
