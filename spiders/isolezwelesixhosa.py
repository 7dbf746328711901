"""I'solezwe lesiXhosa (Durban): date and slug are the id; read generically."""

from newscrawl.spider import NewsSpider


class IsolezweLesiXhosaSpider(NewsSpider):
    name = "isolezwelesixhosa"
    publisher = "I'solezwe lesiXhosa"
    domains = ("isolezwelesixhosa.co.za",)
    languages = ("xh",)
    timezone = "Africa/Johannesburg"
    feeds = ("https://isolezwelesixhosa.co.za/rss/isolezwe-lesixhosa/iindaba/",)
    sitemaps = ("https://isolezwelesixhosa.co.za/sitemap/",)
    article_pattern = r"isolezwelesixhosa\.co\.za/[\w-]+/\d{4}-\d\d-\d\d-[\w-]+"
    guid_pattern = r"/(\d{4}-\d\d-\d\d-[\w-]+)"
