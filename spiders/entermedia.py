"""Entermedia (Seoul): the id is a parameter; read generically."""

from newscrawl.spider import NewsSpider


class EntermediaSpider(NewsSpider):
    name = "entermedia"
    publisher = "Entermedia"
    domains = ("entermedia.co.kr",)
    languages = ("ko",)
    timezone = "Asia/Seoul"
    date_order = "YMD"
    feeds = ("http://entermedia.co.kr/xml/news_rss.php",)
    article_pattern = r"^https?://[^/]*entermedia\.co\.kr/news/.+[?&]idx(?:no)?=\d+"
    guid_pattern = r"[?&]idx(?:no)?=(\d+)"
