"""Reading a site that has no rules: what most news pages have in common."""

from __future__ import annotations

from newscrawl.extract.page import Page
from newscrawl.extract.rules import Rules


class Generic(Rules):
    """The layout of unknown sites."""

    body = ("[itemprop=articleBody]", "article", "main", "body")
    drop_links = True

    def matches(self, page: Page) -> bool:
        return True
