"""The Guardian: three templates since 2012; old stories are served in the newest one."""

from __future__ import annotations

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class GuardianSpider(NewsSpider):
    name = "guardian"
    publisher = "The Guardian"
    domains = ("theguardian.com",)
    former_domains = ("guardian.co.uk",)
    timezone = "Europe/London"
    feeds = (
        "https://www.theguardian.com/world/rss",
        "https://www.theguardian.com/uk/rss",
        "https://www.theguardian.com/us-news/rss",
    )
    sitemaps = ("https://www.theguardian.com/sitemaps/news.xml",)
    article_pattern = r"^https?://[^/]*(?:theguardian\.com|guardian\.co\.uk)/.+/\d{4}/[a-z]{3}/\d{2}/"
    guid_pattern = (
        r"^https?://[^/]*(?:theguardian\.com|guardian\.co\.uk)/"
        r"(.+/\d{4}/[a-z]{3}/\d{2}/[^?#]+?)(?:/amp)?/?(?:[?#]|$)"
    )

    class Layout2012(Rules):
        """R2; e.g. guardian.co.uk/business/2012/jan/27/anger-grows-rbs-chiefs-bonus."""

        match = "#article-body-blocks"
        body = "#article-body-blocks"
        author = (".contributer-full", ".byline")

    class Layout2015(Rules):
        """Frontend; e.g. theguardian.com/us-news/2016/nov/29/standing-rock-protest-…"""

        match = ".content__article-body"
        body = ".content__article-body"
        drop = (".submeta", ".element-rich-link", ".atom--snippet", ".block-share")
        author = (*Rules.author, ".content__meta-container .byline")

    class Layout2020(Rules):
        """Dotcom rendering; e.g. theguardian.com/us-news/2024/mar/02/joe-biden-disapproval-rating-new-low."""

        match = "[data-gu-name=body]"
        body = ("[data-gu-name=body] .article-body-commercial-selector", "[data-gu-name=body] #maincontent")
