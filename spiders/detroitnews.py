"""The Detroit News, on Gannett's system."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class DetroitNewsSpider(NewsSpider):
    name = "detroitnews"
    publisher = "The Detroit News"
    domains = ("detroitnews.com",)
    timezone = "America/Detroit"
    sections = ("https://www.detroitnews.com/news/", "https://www.detroitnews.com/sports/")
    article_pattern = r"^https?://[^/]*detroitnews\.com/story/.+/\d{4}/\d\d/\d\d/[\w-]+/\d{7,}"
    guid_pattern = r"/\d{4}/\d\d/\d\d/[\w-]+/(\d{7,})"

    class Layout2019(Rules):
        """The JSON-LD states the year 1; day, clock and author are printed only."""

        body = ".article-wrapper > p, .article-wrapper > h2, .article-wrapper > h3, .article-wrapper > ul"
        author = ".byline-section .author"
        date_published = ".byline-section .publish-date"
