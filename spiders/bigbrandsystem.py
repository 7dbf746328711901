"""Big Brand System: WordPress with Elementor."""

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class BigBrandSystemSpider(NewsSpider):
    name = "bigbrandsystem"
    publisher = "Big Brand System"
    domains = ("bigbrandsystem.com",)
    timezone = "America/Los_Angeles"
    feeds = ("https://www.bigbrandsystem.com/feed/",)
    article_pattern = r"bigbrandsystem\.com/\w+(?:-\w+)+/?(?:[?#]|$)"
    guid_pattern = r"bigbrandsystem\.com/(\w+(?:-\w+)+)"

    class Layout2018(Rules):
        """Elementor; quotations have a link to post them."""

        body = ".elementor-widget-theme-post-content"
        drop = (".sw-ctt-btn", "p > a.button")
