"""USA TODAY: Gannett's templates of 2014, 2019 and 2021."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class UsaTodaySpider(NewsSpider):
    name = "usatoday"
    publisher = "USA TODAY"
    domains = ("usatoday.com",)
    timezone = "America/New_York"
    feeds = ("https://rssfeeds.usatoday.com/usatoday-NewsTopStories",)
    sitemaps = ("https://www.usatoday.com/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*usatoday\.com/(?:story|money|news)/.+/\d{8,}/?"
    guid_pattern = r"/(\d{8,})/?(?:[?#]|$)"

    class Layout2014(Rules):
        body = ".story [itemprop=articleBody]"
        author = ("meta:cxenseparse:author", ".asset-metabar-author")
        drop = ".video-asset, .article-print-url"
        drop_lines = ("Want * delivered straight to your inbox?*",)

    class Layout2019(Rules):
        body = "article .article-wrapper"
        drop = "h1, .footer-publish-date"
        drop_lines = ("Want * delivered straight to your inbox?*",)

    class Layout2021(Layout2019):
        body = "#truncationWrap article.story, article.gnt_pr .gnt_ar_b"
        drop = ".story-topper, .videoWrap, .spacer-small"
