"""ZDFheute: hashed class names, so test ids and tags carry the rules."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider

# A module of text holds one element; of two, one is a picture or video, and the other its caption.
_TEXT = "//main//*[@data-testid='text-module']/div[count(*) = 1]/div[not(.//div or .//p or .//figure or .//script)]"


class ZdfSpider(NewsSpider):
    name = "zdf"
    publisher = "ZDFheute"
    domains = ("zdf.de", "zdfheute.de")
    languages = ("de",)
    timezone = "Europe/Berlin"
    date_order = "DMY"
    feeds = ("https://www.zdf.de/rss/zdf/nachrichten",)
    sitemaps = ("https://www.zdf.de/news-sitemap.xml",)
    article_pattern = r"^https?://[^/]*(?:zdf\.de/nachrichten|zdfheute\.de)/.+-\d{3}\.html"
    guid_pattern = r"/([\w-]+-\d{3})\.html"

    class Layout2024(Rules):
        headline = "meta:og:title"
        match = (f"{_TEXT}[string-length(normalize-space()) > 80]", "main [data-testid=text-module] .r1nj4qn5")
        body = (
            "main [data-testid=text-module] .r1nj4qn5, main [data-testid=text-module] h2",  # its name in April 2024
            f"{_TEXT} | //main//*[@data-testid='text-module']//h2",
        )
        drop = "[data-testid=content-module]"

    class Layout2025(Rules):
        """Paragraphs became <p>; e.g. zdfheute.de/politik/ausland/putin-warnung-dekolonisierung-russland-100.html."""

        headline = "meta:og:title"
        match = (
            "main > [data-testid=text-module] > div > p",
            "main > [data-testid=text-module] > div > div > p:only-child",  # each in an element of its own
        )
        body = f"{match[0]}, {match[1]}, main > [data-testid=text-module] h2, main figure blockquote"
        drop = "[data-testid=content-module]"
