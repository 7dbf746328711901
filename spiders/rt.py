"""RT: one template in two looks since 2015."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class RtSpider(NewsSpider):
    name = "rt"
    publisher = "RT"
    domains = ("rt.com",)
    timezone = "Europe/Moscow"
    feeds = ("https://www.rt.com/rss/news/",)
    article_pattern = r"rt\.com/[\w-]+/\d+-[\w-]+"
    guid_pattern = r"rt\.com/[\w-]+/(\d+)-"

    class Layout2015(Rules):
        body = ".article .article__text"
        date_published = (*Rules.date_published, ".date_article-header")
        drop = (".read-more", ".rtcode")
