"""The New Yorker: four templates since 2014; the body comes in several wrappers between advertisements."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class NewYorkerSpider(NewsSpider):
    name = "newyorker"
    publisher = "The New Yorker"
    domains = ("newyorker.com",)
    timezone = "America/New_York"
    feeds = ("https://www.newyorker.com/feed/everything", "https://www.newyorker.com/feed/news")
    sitemaps = ("https://www.newyorker.com/feed/google-news-sitemap-feed/sitemap-google-news",)
    article_pattern = (
        r"^https?://[^/]*newyorker\.com/"
        r"(?:news|magazine|culture|humor|books|business|tech|science|sports|podcast)/.+/.+"
    )
    guid_pattern = r"^https?://[^/]*newyorker\.com/([\w-]+/.+?)(?:/amp)?/?(?:[?#]|$)"

    class Layout2014(Rules):
        """e.g. /magazine/2016/12/05/lessons-from-my-mother as of 2016."""

        body = "#articleBody"

    class Layout2018(Rules):
        body = "#articleBody[class*=ArticleBody__articleBody]"
        author = "[class*=ArticleContributors__byline] [rel=author]"

    class Layout2020(Rules):
        body = ".article__body"
        author = ("ld:author", ".content-header [data-testid=BylineName]", ".content-header .byline__name")
        date_published = (*Rules.date_published, "[data-testid=ContentHeaderPublishDate]")

    class Layout2022(Layout2020):
        body = "[data-testid=ArticlePageChunks] .body__inner-container"
        drop = "[data-testid=GenericCallout]"
