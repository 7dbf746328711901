"""BBC News: seven templates since 2009; old ones are still served for old stories."""

from __future__ import annotations

from newscrawl.extract import Page, Rules
from newscrawl.spider import NewsSpider

_HOUSE_LINES = (
    "Follow * on Instagram*", "Follow Newsbeat *", "Listen to Newsbeat *", "More * features, which *", "Policy guide:*",
    "You can also follow *", "Follow * on Twitter*", "Related Topics", "Related Internet Links", "Top stories",
)  # fmt: skip


class BbcSpider(NewsSpider):
    name = "bbc"
    publisher = "BBC News"
    domains = ("bbc.com", "bbc.co.uk")
    timezone = "Europe/London"
    feeds = ("https://feeds.bbci.co.uk/news/rss.xml", "https://feeds.bbci.co.uk/news/world/rss.xml")
    sitemaps = ("https://www.bbc.co.uk/sitemaps/https-index-uk-news.xml",)
    # The id at the end: six digits, or a word of letters and digits from a c to an o.
    article_pattern = (
        r"^https?://[^/]*bbc\.co(?:m|\.uk)/(?:news|sport|1/hi)/.*"
        r"(?:\d{6}(?:\.stm)?|(?<![0-9a-z])[abd-z0-9]*+c[0-9a-z]{10,}+(?<=o))(?:\.amp)?(?:[?#]|$)"
    )
    guid_pattern = r"(?:/|-)(\d{6,}|c[0-9a-z]{9,}o)(?:\.stm|\.amp)?(?:[?#]|$)"

    class Layout2009(Rules):
        """Tables; e.g. news.bbc.co.uk/1/hi/uk_politics/7984711.stm."""

        match = "td.storybody"
        body = "td.storybody"
        drop = "td.storybody table, .ibox, .mva, .bo, .sidebar, .arr, .sih, .sharesb, #socialBookMarks"
        drop_lines = ("YOUR VIEWS", "Readers of the BBC News website *", "Read your comments")
        byline = ".byl"
        author = ".byl"

        def read_published(self, page: Page) -> tuple[str, ...]:
            # "2009/04/05 19:26:01" is in GMT all year; the printed line says so.
            stated = page.meta("originalpublicationdate")
            return tuple(one.replace("/", "-").replace(" ", "T") + "Z" for one in stated) or super().read_published(
                page
            )

    class Layout2010(Layout2009):
        """Barlesque; e.g. bbc.co.uk/news/world-africa-21528631 until 2014."""

        match = "#blq-main #story-body, #blq-main .story-body"
        body = "#blq-main #story-body, #blq-main .story-body"
        drop = (
            "h1, .story-date, .embedded-hyper, .story-feature, .videoInStoryC, .byline, .share-help, .caption, .date, "
            ".story-related, .twitter-module, .hidden, .market-data, .links-list, .quote"
        )
        byline = ".story-body > .byline"
        author = ".story-body > .byline .byline-name"

    class Layout2015(Rules):
        """Responsive news; e.g. bbc.com/news/business-40504764 until 2019."""

        match = ".story-body__inner"
        body = ".story-body__inner"
        drop = (".story-body__list-item--related", ".media-caption", ".off-screen", ".guide-card")
        drop_lines = _HOUSE_LINES
        drop_links = True
        byline = ".byline"
        author = ".byline__name"
        date_published = ("ld:datePublished", ".story-body .date[data-seconds]::attr(data-seconds)")

    class Layout2020(Rules):
        """Components named in `data-component`; e.g. bbc.co.uk/news/health-54528983."""

        match = "main article [data-component=text-block]"
        body = ", ".join(
            f"main article [data-component={kind}-block]"
            for kind in (
                "text",
                "crosshead",
                "subheadline",
                "unordered-list",
                "ordered-list",
                "list",
                "quote",
                "correction",
            )
        )
        drop_lines = _HOUSE_LINES
        drop_links = True
        byline = ("[data-component=byline-block]", "[data-testid=byline]", "article [class*=-Contributor]")
        author = ("meta:cxenseparse:author", "[class*=TextContributorName]", "article [class*=-Contributor] strong")

    class LayoutAv2020(Rules):
        """A video with its summary; e.g. bbc.co.uk/news/av/uk-england-dorset-61896381."""

        match = "main article [class*=StyledSummary]"
        body = "main article [class*=StyledSummary]"
        author = ()
