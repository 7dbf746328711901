"""CBC News: one template since 2018."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class CbcSpider(NewsSpider):
    name = "cbc"
    publisher = "CBC"
    domains = ("cbc.ca",)
    timezone = "America/Toronto"
    feeds = ("https://www.cbc.ca/webfeed/rss/rss-topstories", "https://www.cbc.ca/webfeed/rss/rss-world")
    article_pattern = r"^https?://[^/]*cbc\.ca/(?:.+1\.\d{7}|(?:lite/)?story/)"
    guid_pattern = r"(1\.\d{7})"

    class Layout2018(Rules):
        body = ".sclt-storycontent .story"
        drop = ".similarLinks, .relatedlinks, .twitter-tweet, .video-item, [id^=m-card]"
        drop_lines = ("WATCH | *", "LISTEN | *")
        keep = ".pullquote"
