"""The Independent: four templates since 2012; old stories are served in the newest one."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class IndependentSpider(NewsSpider):
    name = "independent"
    publisher = "The Independent"
    domains = ("independent.co.uk", "the-independent.com")
    timezone = "Europe/London"
    feeds = ("https://www.independent.co.uk/news/uk/rss", "https://www.independent.co.uk/news/world/rss")
    sitemaps = ("https://www.independent.co.uk/sitemaps/googlenews",)
    article_pattern = r"^https?://[^/]*independent\.co(?:\.uk|m)/.+-(?:[ab]?\d{6,})(?:\.html)?(?:[?#]|$)"
    guid_pattern = r"-([ab]?\d{6,})(?:\.html)?(?:[?#]|$)"

    class Layout2012(Rules):
        """Escenic; e.g. /news/world/europe/belgian-man-who-skipped-…-9081407.html as of 2014."""

        body = ".storyContent > .storyTop, .storyContent > .body"
        author = (".storyContent .authorName", ".storyContent .byline")

    class Layout2015(Rules):
        """Drupal; e.g. /news/media/lord-burns-channel-4-chairman-…-a6670691.html as of 2015."""

        body = ".text-wrapper[itemprop=articleBody]"
        drop = ".inline-pipes-list"

    class Layout2018(Rules):
        body = "article .body-content"

    class Layout2020(Rules):
        body = "article #main"
