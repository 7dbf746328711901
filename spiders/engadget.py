"""Engadget: two templates since 2018."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class EngadgetSpider(NewsSpider):
    name = "engadget"
    publisher = "Engadget"
    domains = ("engadget.com",)
    timezone = "America/New_York"
    feeds = ("https://www.engadget.com/rss.xml",)
    article_pattern = r"^https?://[^/]*engadget\.com/.*(?:\d{4}[-/]\d{2}[-/]\d{2}[-/][\w-]+|-\d{9,})(?:\.html)?"
    # 2019: /2019/01/07/<slug>/ became /2019-01-07-<slug>.html.
    # Daily columns keep their slug: the date is a part of the id.
    guid_pattern = (
        r"(?<![\w-])(?P<year>\d{4})[-/](?P<month>\d{2})[-/](?P<day>\d{2})[-/](?P<slug>[\w-]+?)(?:\.html|/)?(?:[?#]|$)"
        r"|-(?P<number>\d{9,})"
    )

    class Layout2017(Rules):
        body = ".article-text"
        drop = ".article-text center, .twitter-tweet"
        drop_lines = ("This content is not available due to your privacy preferences*", "i")
