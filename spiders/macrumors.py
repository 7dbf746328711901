"""MacRumors: hashed class names since 2019."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class MacRumorsSpider(NewsSpider):
    name = "macrumors"
    publisher = "MacRumors"
    domains = ("macrumors.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://feeds.macrumors.com/MacRumors-All",)
    article_pattern = r"macrumors\.com/\d{4}/\d{2}/\d{2}/[\w-]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2012(Rules):
        body = ".article .content"
        author = ("ld:author", ".byline .author-url")
        date_published = (*Rules.date_published, "//div[@class='byline']/text()[1]")
        drop = ".linkback, center"
        drop_lines = ("re:Related (?:Roundup|Forum)s?: .*", "re:Tags?: .*", "Buyer's Guide: *")

    class Layout2019(Layout2012):
        body = "article [class^='ugc--'], article [class*=' ugc--']"
