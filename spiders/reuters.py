"""Reuters: four templates since 2016."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class ReutersSpider(NewsSpider):
    name = "reuters"
    publisher = "Thomson Reuters"
    domains = ("reuters.com",)
    languages = ("en", "fr", "de", "es", "ja")
    sitemaps = ("https://www.reuters.com/arc/outboundfeeds/news-sitemap-index/?outputType=xml",)
    article_pattern = r"^https?://[^/]*reuters\.com/(?:article/.+|.+-\d{4}-\d{2}-\d{2}/?)(?:[?#]|$)"
    guid_pattern = r"(id[A-Z]{2}[A-Z0-9]{9,})|/([^/?#]+-\d{4}-\d{2}-\d{2})/?(?:[?#]|$)"

    class Layout2016(Rules):
        """e.g. /article/us-usa-fed-idUSKBN1430G4 as of 2016."""

        body = "#article-text, #articleText"

    class Layout2017(Rules):
        body = ".StandardArticleBody_body"
        author = ("ld:author", ".BylineBar_byline a")
        drop = ".Attribution_container, .StandardArticleBody_trustBadgeContainer"

    class Layout2020(Rules):
        """Hashed class names; e.g. /article/us-usa-fed-idUSKBN1430G4 as of 2022."""

        body = ".ArticleBodyWrapper"
        drop = "[class*=Attribution-attribution], [class*=TrustBadge], [class*=toolbar]"

    class Layout2022(Rules):
        body = (
            "[data-testid=ArticleBody] [class*=article-body__content]",
            # 2024: class names changed, test ids did not.
            "[data-testid=ArticleBody] [data-testid^=paragraph-], [data-testid=ArticleBody] [data-testid=Heading]",
        )
        drop = "[role=tablist], [data-testid=LicenceContentButton], [class*=sign-off]"
        byline = "[class*=info-content__author]"
