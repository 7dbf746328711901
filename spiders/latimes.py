"""Los Angeles Times: Tribune's template until 2019, then Brightspot in two looks; some stories are stacks of parts."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class LatimesSpider(NewsSpider):
    name = "latimes"
    publisher = "Los Angeles Times"
    domains = ("latimes.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://www.latimes.com/local/rss2.0.xml", "https://www.latimes.com/world-nation/rss2.0.xml")
    sitemaps = ("https://www.latimes.com/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*latimes\.com/.+(?:/story/\d{4}-\d{2}-\d{2}/|-story\.html|-htmlstory\.html)"
    guid_pattern = r"/(story/\d{4}-\d{2}-\d{2}/[^/?#]+)|/([\w-]+-(?:html)?story)\.html"

    class Layout2014(Rules):
        """e.g. /business/technology/la-fi-tn-tech-downturn-20160429-story.html as of 2016."""

        body = ".trb_ar_page"
        drop_lines = ("ALSO",)
        drop_links = True

    class Layout2019(Rules):
        body = ".RichTextArticleBody-body"
        drop_lines = ("ALSO",)
        drop_links = True

    class Layout2021(Layout2019):
        body = "article .story-stack-story-title, article .ct-rich-text-children, .rich-text-article-body-content"
        drop = ".enhancement .quote"
