"""mySA (San Antonio), on Hearst's system; read generically."""

from newscrawl.spider import NewsSpider


class MySanAntonioSpider(NewsSpider):
    name = "mysanantonio"
    publisher = "mySA"
    domains = ("mysanantonio.com",)
    timezone = "America/Chicago"
    sections = ("https://www.mysanantonio.com/business/", "https://www.mysanantonio.com/entertainment/")
    article_pattern = r"mysanantonio\.com/(?:[\w-]+/)*article/[\w-]+-\d{6,}\.php"
    guid_pattern = r"/article/[\w-]+-(\d{6,})\.php"
