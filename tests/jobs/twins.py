"""Two sources on the same host, for crawls that run at the same time."""

from spiders.demo import DemoSpider


class Morning(DemoSpider):
    name = "morning"


class Evening(DemoSpider):
    name = "evening"
