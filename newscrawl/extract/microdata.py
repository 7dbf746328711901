"""What microdata states of the page's own article (HTML, 5): properties of its item, not of a comment or a book in it."""

from __future__ import annotations

from lxml import etree

from newscrawl.extract.blocks import line
from newscrawl.extract.page import Page
from newscrawl.extract.structured import is_article_type


def stated_authors(page: Page) -> tuple[str, ...]:
    """Return the names of the authors of the page's article."""
    own = (element for element in page.select("[itemprop=author]") if _is_of_article(element))
    return tuple(dict.fromkeys(name for element in own for name in _names(element) if name))


def _is_of_article(element: etree._Element) -> bool:
    item = next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)
    return item is None or any(map(is_article_type, item.get("itemtype", "").split()))


def _names(author: etree._Element) -> list[str]:
    named = [inner for inner in author.iterdescendants("*") if inner.get("itemprop") == "name"]
    return [" ".join((each.get("content") or line(each)).split()) for each in named or [author]]
