"""Mashable: one template since 2021."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class MashableSpider(NewsSpider):
    name = "mashable"
    publisher = "Mashable"
    domains = ("mashable.com",)
    timezone = "America/New_York"
    feeds = ("https://mashable.com/feeds/rss/all",)
    article_pattern = r"mashable\.com/(?:article|video|\d{4}/\d{2}/\d{2})/[\w-]+"
    guid_pattern = r"/((?:article|video|\d{4}/\d{2}/\d{2})/[^/?#]+)"

    class Layout2021(Rules):
        body = "article.editor-content"
        drop = "article.editor-content q, .content-block-mashable-video, [id^=mashable-video]"
        drop_lines = ("Related video:*", "SEE ALSO:*")
