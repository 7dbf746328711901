"""Como Educar Seus Filhos (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class ComoEducarSeusFilhosSpider(NewsSpider):
    name = "comoeducarseusfilhos"
    publisher = "Como Educar Seus Filhos"
    domains = ("comoeducarseusfilhos.com.br",)
    languages = ("pt",)
    timezone = "America/Sao_Paulo"
    date_order = "DMY"
    feeds = ("https://comoeducarseusfilhos.com.br/blog/feed/",)
    article_pattern = r"comoeducarseusfilhos\.com\.br/blog/\w+(?:-\w+){2,}"
    guid_pattern = r"/blog/(\w+(?:-\w+){2,})"
