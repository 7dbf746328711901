"""Le Monde: the first of the two numbers is the article's, the second its section's; read generically."""

from newscrawl.spider import NewsSpider


class LeMondeSpider(NewsSpider):
    name = "lemonde"
    publisher = "Le Monde"
    domains = ("lemonde.fr",)
    languages = ("fr",)
    timezone = "Europe/Paris"
    date_order = "DMY"
    sitemaps = ("https://www.lemonde.fr/sitemap_news.xml",)
    article_pattern = r"^https?://[^/]*lemonde\.fr/(?>.*?article/\d{4}/\d\d/\d\d/).+_\d+_\d+\.html"
    guid_pattern = r"_(\d+)_\d+\.html"
