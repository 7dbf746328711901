"""Two sources on one host, for workers that run side by side."""

from spiders.demo import DemoSpider


class Morning(DemoSpider):
    name = "morning"


class Evening(DemoSpider):
    name = "evening"
