"""Times Union (Albany), on Hearst's system; read generically."""

from newscrawl.spider import NewsSpider


class TimesUnionSpider(NewsSpider):
    name = "timesunion"
    publisher = "Times Union"
    domains = ("timesunion.com",)
    timezone = "America/New_York"
    sections = ("https://www.timesunion.com/business/", "https://www.timesunion.com/entertainment/")
    article_pattern = r"timesunion\.com/(?:[\w-]+/)*article/[\w-]+-\d{6,}\.php"
    guid_pattern = r"/article/[\w-]+-(\d{6,})\.php"
