"""ABC News (New York): ids in the query, in wire stories at the end of the path; read generically."""

from newscrawl.spider import NewsSpider


class AbcNewsSpider(NewsSpider):
    name = "abcnews"
    publisher = "ABC News"
    domains = ("abcnews.go.com",)
    timezone = "America/New_York"
    sections = (
        "https://abcnews.go.com/International",
        "https://abcnews.go.com/Politics",
        "https://abcnews.go.com/Business",
    )
    article_pattern = r"^https?://[^/]*abcnews\.go\.com/.+/(?:story\?(?:[^?]*&)?id=\d|wireStory/[\w-]*\d{6})"
    guid_pattern = r"(?:/story\?(?:[^?#]*&)?id=|/wireStory/(?:[\w-]*-)?)(\d{6,})"
