"""CBS Sports: stated times without a zone are in UTC."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class CbsSportsSpider(NewsSpider):
    name = "cbssports"
    publisher = "CBS Sports"
    domains = ("cbssports.com",)
    sections = (
        "https://www.cbssports.com/mlb/",
        "https://www.cbssports.com/golf/",
        "https://www.cbssports.com/college-football/",
    )
    article_pattern = r"cbssports\.com/[\w-]+/news/\w+(?:-\w+){2,}"
    guid_pattern = r"/news/(\w+(?:-\w+){2,})"

    class Layout2019(Rules):
        body = "#article-main-body"
