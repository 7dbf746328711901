"""The Intercept: three templates; the first words of a chapter are in capitals on the page."""

from newscrawl.extract import Page, Rules
from newscrawl.spider import NewsSpider


class TheInterceptSpider(NewsSpider):
    name = "theintercept"
    publisher = "The Intercept"
    domains = ("theintercept.com",)
    former_domains = ("firstlook.org",)
    timezone = "America/New_York"
    feeds = ("https://theintercept.com/feed/?lang=en",)
    sitemaps = ("https://theintercept.com/sitemap_index.xml",)
    article_pattern = r"(?:theintercept\.com|firstlook\.org/theintercept)/\d{4}/\d{2}/\d{2}/[^/]+"
    guid_pattern = r"/(\d{4}/\d{2}/\d{2}/[^/?#]+)"

    class Layout2014(Rules):
        body = ".ti-article .ti-body"
        author = ".ti-byline [rel=author], .ti-byline cite a"

    class Layout2016(Rules):
        body = ".PostContent"

    class Layout2023(Rules):
        headline = "h1.post__title"
        body = ".entry-content .entry-content__content"
        drop = "blockquote.stylized"

        def read_paragraphs(self, page: Page) -> tuple[str, ...]:
            for opening in page.tree.xpath(
                "//*[@class='has-underline'] | //*[@class='dropcap']/following-sibling::u[1]"
            ):
                opening.text = (opening.text or "").upper()  # as its style sheet shows it
            return super().read_paragraphs(page)
