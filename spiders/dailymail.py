"""Daily Mail: the number behind “article-” is the id on all its hosts; read generically."""

from newscrawl.spider import NewsSpider


class DailyMailSpider(NewsSpider):
    name = "dailymail"
    publisher = "Daily Mail"
    domains = ("dailymail.co.uk",)
    timezone = "Europe/London"
    feeds = ("https://www.dailymail.co.uk/news/articles.rss",)
    sitemaps = ("https://www.dailymail.co.uk/google-news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*dailymail\.co\.uk/.+/article-\d+/"
    guid_pattern = r"/article-(\d+)/"
