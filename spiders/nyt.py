"""The New York Times: four templates since 2012; bodies come in several columns between advertisements."""

from __future__ import annotations

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider

_HOUSE_LINES = (
    "You have * free articles remaining.", "Subscribe to The Times", "Follow The New York Times * on Facebook*",
    "The Times is committed to publishing a diversity of letters*", "A version of this article *", "Order Reprints*",
    "Get politics and Washington news updates via *",
)  # fmt: skip


class NytSpider(NewsSpider):
    name = "nyt"
    publisher = "The New York Times"
    domains = ("nytimes.com",)
    timezone = "America/New_York"
    feeds = (
        "https://rss.nytimes.com/services/xml/rss/nyt/HomePage.xml",
        "https://rss.nytimes.com/services/xml/rss/nyt/World.xml",
    )
    sitemaps = ("https://www.nytimes.com/sitemaps/new/news.xml.gz",)
    article_pattern = r"nytimes\.com/(?:live/|interactive/)?\d{4}/\d{2}/\d{2}/.+"
    guid_pattern = r"nytimes\.com/((?:live/|interactive/)?\d{4}/\d{2}/\d{2}/[^?#]+?)(?:\.amp)?(?:\.html)?/?(?:[?#]|$)"

    class Layout2012(Rules):
        """Column template; e.g. nytimes.com/2012/01/27/us/politics/the-long-run-gingrich-… as of 2012."""

        match = "#article .articleBody"
        body = "#article .articleBody"
        drop = (".articleInline", ".authorIdentification", ".correctionNote")
        author = ".byline"
        date_published = "meta:pdate,dat"

    class Layout2014(Rules):
        """Story template; e.g. nytimes.com/2018/05/18/us/school-shooting-santa-fe-texas.html as of 2018."""

        match = "#story .story-body-text"
        body = "#story .story-body"

    class Layout2018(Rules):
        """Vi; e.g. nytimes.com/2018/06/12/world/asia/trump-kim-policy.html as of 2018."""

        match = "#story .StoryBodyCompanionColumn"
        body = "#story .StoryBodyCompanionColumn"
        drop = (".interactive-content", "[role=complementary]", "[id^=styln-]")
        drop_lines = _HOUSE_LINES

    class Layout2019(Layout2018):
        """Vi with a named body; e.g. nytimes.com/2020/07/29/us/teacher-union-school-reopening-coronavirus.html."""

        match = "#story section[name=articleBody]"
        body = "#story section[name=articleBody] .StoryBodyCompanionColumn"
