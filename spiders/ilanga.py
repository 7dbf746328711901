"""Ilanga (Durban): WordPress with Divi; the first line names the writer, in capitals."""

import re

from newscrawl.extract import Page, Rules
from newscrawl.spider import NewsSpider


class IlangaSpider(NewsSpider):
    name = "ilanga"
    publisher = "Ilanga"
    domains = ("ilanganews.co.za",)
    languages = ("zu",)
    timezone = "Africa/Johannesburg"
    feeds = ("https://ilanganews.co.za/feed/",)
    sitemaps = ("https://ilanganews.co.za/wp-sitemap.xml",)
    article_pattern = r"ilanganews\.co\.za/[\w-]+-[\w-]+-[\w-]+(?:/amp)?/?(?:[?#]|$)"
    guid_pattern = r"ilanganews\.co\.za/([^/?#]+?)(?:/amp)?/?(?:[?#]|$)"

    class Layout2023(Rules):
        body = ".et_pb_post_content"
        drop_lines = ("re:(?-i:[A-Z][A-Z’'-]+(?: [A-Z][A-Z’'-]+){1,2})",)

        def read_author(self, page: Page) -> tuple[str, ...]:
            signed = re.match(r"[A-Z][A-Z’'-]+(?: [A-Z][A-Z’'-]+){1,2}(?= *$)", self.read_description(page) or "")
            return (signed[0],) if signed else super().read_author(page)
