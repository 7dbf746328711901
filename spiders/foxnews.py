"""Fox News: links to other stories stand between the paragraphs in capitals."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class FoxnewsSpider(NewsSpider):
    name = "foxnews"
    publisher = "Fox News"
    domains = ("foxnews.com",)
    timezone = "America/New_York"
    feeds = ("https://moxie.foxnews.com/google-publisher/latest.xml",)
    sitemaps = ("https://www.foxnews.com/sitemap.xml?type=news",)
    article_pattern = r"foxnews\.com/(?!video|shows|person|category)[\w-]+/[\w-]+-[\w-]+"
    guid_pattern = r"foxnews\.com/([\w-]+/[^/?#]+?)(?:\.amp|\.print)?/?(?:[?#]|$)"

    class Layout2018(Rules):
        body = ".article-body, .article-text"
        drop = (".featured-video", ".article-footer", ".article-gating")
        drop_links = True
