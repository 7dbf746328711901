"""What microdata states of the page's own article (HTML, 5): of its item, not of a comment or a book in it."""

from __future__ import annotations

from itertools import takewhile

from lxml import etree

from newscrawl.extract.blocks import line
from newscrawl.extract.page import Page
from newscrawl.extract.structured import is_article_type


def stated_authors(page: Page) -> tuple[str, ...]:
    """Return the names of the authors of the page's article: of those above its text, if there are any."""
    own = [element for element in page.select("[itemprop=author]") if _is_of_article(element)]
    text = page.select("[itemprop=articleBody]")[:1] if len(own) > 1 else []
    above = list(takewhile(lambda element: element not in text, page.index.in_order(own, text))) if text else []
    return tuple(dict.fromkeys(name for element in above or own for name in _names(element) if name))


def _is_of_article(element: etree._Element) -> bool:
    item = next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)
    return item is None or any(map(is_article_type, item.get("itemtype", "").split()))


def _names(author: etree._Element) -> list[str]:
    named = [inner for inner in author.iterdescendants("*") if inner.get("itemprop") == "name"]
    if not named and author.get("itemscope") is None:  # a person without a name is a box with whatever else is known
        named = [author]
    return [" ".join((each.get("content") or line(each)).split()) for each in named]
