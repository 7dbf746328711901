"""Vortex Cannon (WordPress); read generically."""

from newscrawl.spider import NewsSpider


class VortexCannonSpider(NewsSpider):
    name = "vortexcannon"
    publisher = "Vortex Cannon"
    domains = ("vortexcannon.org",)
    timezone = "America/New_York"
    feeds = ("https://vortexcannon.org/feed/",)
    article_pattern = r"vortexcannon\.org/\w+(?:-\w+)+/?(?:[?#]|$)"
    guid_pattern = r"vortexcannon\.org/(\w+(?:-\w+)+)"
