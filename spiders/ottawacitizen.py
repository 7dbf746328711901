"""Ottawa Citizen, on Postmedia's system: the slug is the id; read generically."""

from newscrawl.spider import NewsSpider


class OttawaCitizenSpider(NewsSpider):
    name = "ottawacitizen"
    publisher = "Ottawa Citizen"
    domains = ("ottawacitizen.com",)
    timezone = "America/Toronto"
    sitemaps = ("https://ottawacitizen.com/sitemap-news.xml",)
    article_pattern = r"ottawacitizen\.com/(?!category/|tag/|author/)(?:[\w-]+/)+\w+(?:-\w+){2,}"
    guid_pattern = r"ottawacitizen\.com/(?:[\w-]+/)+?(\w+(?:-\w+){2,})(?:/wcm/[\w-]+)?(?:/amp)?/?(?:[?#]|$)"
