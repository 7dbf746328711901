"""Seznam Zprávy: class names are hashes but for those of the design system."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class SeznamZpravySpider(NewsSpider):
    name = "seznamzpravy"
    publisher = "Seznam Zprávy"
    domains = ("seznamzpravy.cz",)
    languages = ("cs",)
    timezone = "Europe/Prague"
    date_order = "DMY"
    feeds = ("https://www.seznamzpravy.cz/rss",)
    sitemaps = ("https://www.seznamzpravy.cz/sitemaps/sitemap_news.xml",)
    article_pattern = r"^https?://[^/]*seznamzpravy\.cz/clanek/.+-\d+"
    guid_pattern = r"-(\d+)(?:[?#]|$)"

    class Layout2020(Rules):
        body = "article [data-dot=mol-paragraph], article [data-dot=mol-list], article h2"
        # Cards have a heading of their own beside their paragraphs.
        drop = (
            ".mol-post-card__body, [data-dot=mol-card-meta]",
            "//article//div[h3 and .//*[@data-dot='mol-paragraph']]",
        )
