"""VnExpress: the author signs the last paragraph."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class VnExpressSpider(NewsSpider):
    name = "vnexpress"
    publisher = "VnExpress"
    domains = ("vnexpress.net",)
    languages = ("vi",)
    timezone = "Asia/Ho_Chi_Minh"
    date_order = "DMY"
    feeds = ("https://vnexpress.net/rss/tin-moi-nhat.rss",)
    article_pattern = r"vnexpress\.net/[\w-]+-\d+\.html"
    guid_pattern = r"-(\d+)\.html"

    class Layout2020(Rules):
        body = "article.fck_detail"
        author = (".author_mail", "//article//p[@class='Normal'][contains(@style, 'right')]/strong")
        drop = "//article//p[@class='Normal'][contains(@style, 'right')]"
