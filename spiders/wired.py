"""WIRED: four templates since 2016."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class WiredSpider(NewsSpider):
    name = "wired"
    publisher = "WIRED"
    domains = ("wired.com",)
    timezone = "America/New_York"
    feeds = ("https://www.wired.com/feed/rss",)
    sitemaps = ("https://www.wired.com/feed/google-latest-news/sitemap-google-news",)
    article_pattern = r"wired\.com/(?:story/|\d{4}/\d{2}/).+"
    guid_pattern = r"/(story/[^/?#]+|\d{4}/\d{2}/[^/?#]+)"

    class Layout2015(Rules):
        """e.g. /2016/09/ode-rosetta-spacecraft-going-die-comet/ as of 2016."""

        body = "article.body-copy"
        drop = "blockquote.twitter-tweet"

    class Layout2017(Rules):
        body = ".article-body-component"
        drop = ".inset-left-component--article"
        keep = ".inset-left-component--pullquote"

    class Layout2019(Rules):
        body = ".article__body"
        author = ("ld:author", ".content-header [data-testid=BylineName]", ".content-header .byline__name")
        date_published = (*Rules.date_published, "[data-testid=ContentHeaderPublishDate]")
        drop = (".callout", "blockquote.twitter-tweet", "[data-testid=message-banner]", "[data-testid=GenericCallout]")
        stop_lines = ("More Great WIRED Stories",)

    class Layout2022(Layout2019):
        body = "[data-testid=ArticlePageChunks] .body__inner-container"
