"""The Associated Press: hosted stories, a React site, and Brightspot since 2023."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class ApnewsSpider(NewsSpider):
    name = "apnews"
    publisher = "AP News"
    domains = ("apnews.com", "hosted.ap.org")
    timezone = "America/New_York"
    sitemaps = ("https://apnews.com/news-sitemap-content.xml",)
    article_pattern = (
        r"^https?://[^/]*(?:hosted\.ap\.org/.+/(?:article/|[\w-]*[0-9a-f]{32})"
        r"|apnews\.com/(?:article/|[\w/-]*[0-9a-f]{32}))"
    )
    guid_pattern = r"([0-9a-f]{32})|-([0-9a-f]{12})(?:[?#]|$)"

    class LayoutHosted(Rules):
        body = ".ap-story block"
        drop = ".ap-story-media-blk-wrap"
        author = ".ap-story .byline"

    class Layout2018(Rules):
        """Cards named Component-…; e.g. /article/mexico-economy-growth-3cc842471fb9df42315d658d88c8403a as of 2023."""

        body = ".WireStory .Article"
        byline = "[class*=byline]"
        author = ("[class*=Component-bylines]", "[class*=byline]", "ld:author")
        date_published = (*Rules.date_published, ".Timestamp")

    class Layout2023(Rules):
        body = ".RichTextStoryBody"
        drop = ".Enhancement"
        author = ("ld:author", ".Page-authors .Link")
