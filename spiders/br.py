"""BR24 (Munich): seven letters and digits behind a comma are the id."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class BrSpider(NewsSpider):
    name = "br"
    publisher = "BR24"
    domains = ("br.de",)
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    sitemaps = ("https://www.br.de/nachrichten/sitemaps/news.xml",)
    article_pattern = r"^https?://[^/]*br\.de/nachrichten/.+,\w{7}/?(?:[?#]|$)"
    guid_pattern = r"^https?://[^/]*br\.de/nachrichten/[^?#]+,(\w{7})/?(?:[?#]|$)"

    class Layout2024(Rules):
        """Next.js; class names end in hashes, their beginnings stayed when the style sheets were renamed."""

        body = "#articlebody [class*=ArticleModuleText] > [class]"
        drop_lines = ("Das ist die Europäische Perspektive bei BR24.*", '"Hier ist Bayern": Der BR24 Newsletter*')
