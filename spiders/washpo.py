"""The Washington Post: four publishing systems since 2014, and archives serve pages of all of them."""

from __future__ import annotations

import re

from newscrawl.extract import Page, Rules
from newscrawl.spider import NewsSpider

# An address without a UUID carries a slug, which follows the headline; the id of the content does not.
_ANS_ID = "additional_properties.current_uuid", "_id"
_ANS_TEXT = "content_elements[type=text,header,list,quote,blockquote][subtype!=attribution]"


class WashpoSpider(NewsSpider):
    name = "washpo"
    publisher = "The Washington Post"
    domains = ("washingtonpost.com",)
    timezone = "America/New_York"
    feeds = ("https://feeds.washingtonpost.com/rss/world", "https://feeds.washingtonpost.com/rss/national")
    sitemaps = ("https://www.washingtonpost.com/sitemaps/news-sitemap.xml.gz",)
    article_pattern = r"^https?://[^/]*washingtonpost\.com/.+(?:/\d{4}/\d{2}/\d{2}/|_story\.html)"
    guid_pattern = r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})|/(\d{4}/\d{2}/\d{2}/[\w-]+)/?(?:[?#]|$)"

    class Layout2014(Rules):
        """Methode pages; e.g. washingtonpost.com/world/will-a-bust-follow-…/2014/01/18/3677a6ae-…_story.html."""

        match = "#article_body .article_body"
        body = "#article_body .article_body"
        guid = "meta:eomportal-uuid"
        author = "meta:dc.creator"
        date_published = ("#content .timestamp[datetitle=published]::attr(epochtime)", "meta:dc.date.issued")
        drop_links = True

    class Layout2015(Rules):
        """PageBuilder; the clock is on the visible line only: `content` has 12 hours without a.m. or p.m."""

        match = "#pb-root #article-body"
        body = "#article-body > article"
        drop = (".interstitial-link", ".pb-sig-line", ".inline-content", ".pb-caption")
        drop_links = True
        guid = "meta:eomportal-uuid"
        author = (".pb-byline [itemprop=name]", ".author-byline .author-info .author-name", ".pb-byline")
        byline = (".pb-byline", ".author-byline")

        def read_published(self, page: Page) -> tuple[str, ...]:
            stated = super().read_published(page)
            exact = tuple(one for one in stated if re.search(r"T\d\d:\d\d:\d\d", one))
            return exact or _printed(page)

    class Layout2019(Rules):
        """Fusion: the text is typed in script state from November 2019 on; teaser and remainder in the tree."""

        match = "#fusion-app article .article-body"
        body = (f"json:Fusion.globalContent:{_ANS_TEXT}", "article .article-body .font--body")
        guid = tuple(f"json:Fusion.globalContent:{key}" for key in _ANS_ID)
        author = ("json:Fusion.globalContent:credits.by.name", "ld:author", "[data-qa=author-byline] a")
        drop_lines = ("AD", "Share")
        drop_links = True

    class Layout2024(Layout2019):
        """Next.js: the same typed text under another name."""

        match = "#__next article[data-qa=main]"
        body = (f"json:#__NEXT_DATA__:props.pageProps.globalContent.{_ANS_TEXT}", "[data-qa=article-body]")
        guid = tuple(f"json:#__NEXT_DATA__:props.pageProps.globalContent.{key}" for key in _ANS_ID)
        author = (
            "ld:author",
            "json:#__NEXT_DATA__:props.pageProps.globalContent.credits.by.name",
            "[data-qa=author-byline] a",
        )


def _printed(page: Page) -> tuple[str, ...]:
    """Return the day of the machine-readable date with the clock of the printed one, in the Post's own time."""
    for element in page.tree.iterfind(".//*[@itemprop='datePublished']"):
        day, text = (element.get("content") or "")[:10], " ".join(element.itertext())
        clock = re.search(r"(\d{1,2}):(\d\d) ?([AP])M", text)
        if clock and day:
            hour = int(clock[1]) % 12 + (12 if clock[3] == "P" else 0)
            return (f"{day}T{hour:02}:{clock[2]}", text)
        if day:
            return (day,)
    return tuple(" ".join(one.itertext()) for one in page.tree.iterfind(".//*[@class='pb-timestamp']"))
