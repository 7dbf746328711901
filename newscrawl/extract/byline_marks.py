"""Names of elements in markup: which one holds a byline, and which one holds other people's names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml import etree

from newscrawl.extract.boilerplate import is_hidden
from newscrawl.extract.structured import is_article_type

_MAX_DEPTH = 200  # levels that are examined above an element; real pages have a few dozen

# What may begin or end a name below, with the case in which it is written: for paths, which have no patterns.
_NAME_PARTS = (
    "author", "Author", "AUTHOR", "yline", "YLINE", "autor", "Autor", "auteur", "Auteur", "ontributor", "ignature",
    "edakteur", "erfasser", "ournalist", "eporter", "riter", "kribent", "orfatter",
)  # fmt: skip
_OTHER_ATTRIBUTES = ("id", "data-component", "data-qa", "data-gu-name")
_MARKS = {
    "itemprop": ("author",), "property": ("author",), "rel": ("author",),
    "class": _NAME_PARTS, "data-testid": _NAME_PARTS,
    **dict.fromkeys(_OTHER_ATTRIBUTES, ("yline", "uthor")),
}  # fmt: skip
_CAMEL_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BYLINE_NAME = re.compile(
    r"(?<![a-z])(?:by-?lines?|authors?|autor(?:en|es|i|in|a)?|auteurs?|autore|contributors?|signature|redakteur(?:in)?|"
    r"verfasser(?:in)?|journalists?|journaliste|reporters?|writers?|skribent(?:er)?|forfatter(?:e)?)(?![a-z])"
)
# Around other people's names, and on what stands beside the authors' own.
_OTHERS = (
    r"related|teasers?|comments?|commenters?|replies|recommend(?:ed|ations?)?|trending|popular|recirc(?:ulation)?|promos?|"
    r"newsletters?|sidebar|nav|navigation|menu|gallery|outbrain|taboola|disqus|carousel|most-read|mostread|wp-caption|"
    r"image-credit|photo-credit|pull-?quotes?"
)
_BESIDE = r"captions?|credits?|follow|bios?|biography|avatar|share|social|breadcrumbs?|figure|podcasts?|quotes?"
_OTHERS_NAME = re.compile(rf"(?<![a-z])(?:{_OTHERS})(?![a-z])")
_BESIDE_NAME = re.compile(rf"(?<![a-z])(?:{_OTHERS}|{_BESIDE})(?![a-z])")
_OTHER_TAGS = frozenset({"figure", "figcaption", "nav", "blockquote", "button", "form"})
_NAME_ATTRIBUTES = frozenset(_MARKS)
_AUTHOR_PATH = re.compile(
    r"/(?:by|people|person|staff|profiles?|contributors?|users?|team|autor\w*|auteurs?|authors?|journalists?|redaktion|"
    r"redakteure?|writers?|columnists?)[/-]",
    re.IGNORECASE,
)


def ancestors(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements around an element, innermost first."""
    return islice(element.iterancestors(), _MAX_DEPTH)


def is_marked(element: etree._Element) -> bool:
    """Return whether an attribute of an element may be the name of a byline: most are not, which shows cheaply."""
    for name, value in element.items():  # noqa: SIM110 -- a generator takes twice the time, for so few
        if name in _MARKS and _is_mark(name, value):
            return True
    return False


@lru_cache(maxsize=20_000)
def _is_mark(attribute: str, value: str) -> bool:
    return any(part in value for part in _MARKS[attribute])


def names(element: etree._Element) -> str:
    """Return the class, id and other names of an element in lower case, their parts separated by hyphens."""
    return _hyphenated(" ".join([value for attribute, value in element.items() if attribute in _NAME_ATTRIBUTES]))


@lru_cache(maxsize=20_000)
def _hyphenated(names: str) -> str:
    return _CAMEL_BOUNDARY.sub("-", names).lower().replace("_", "-")


def is_named_byline(element: etree._Element) -> bool:
    return bool(_BYLINE_NAME.search(names(element)))


def is_of_others(element: etree._Element, around: set[etree._Element]) -> bool:
    """Return whether an element stands in a teaser, a comment, a caption or a box.

    `around` are the elements around the article itself: what they are named does not matter.
    """
    own = names(element)
    beside = _OTHERS_NAME if "byline" in own else _BESIDE_NAME
    if beside.search(own) or element.tag in _OTHER_TAGS:
        return True
    for above in ancestors(element):
        if above in around:
            return False
        if above.tag in _OTHER_TAGS or is_hidden(above) or _OTHERS_NAME.search(names(above)):
            return True
        if above.tag in ("li", "article", "a") and next(above.iter("h1", "h2", "h3", "h4", "h5"), None) is not None:
            return True  # a teaser: it has a headline of its own
        if is_article_type(above.get("itemtype", "")):
            return True
    return False


def is_author_link(element: etree._Element) -> bool:
    return element.tag == "a" and bool(is_named_byline(element) or _AUTHOR_PATH.search(element.get("href", "")))
