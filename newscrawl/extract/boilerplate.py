"""The shared drop list: what is never part of an article on any site, read from boilerplate.json beside this file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from lxml import etree

_TEXT = resources.files("newscrawl.extract").joinpath("boilerplate.json").read_text("utf-8")
_DATA: dict[str, list[str]] = json.loads(_TEXT)
_TAGS = frozenset(_DATA["tags"])
# Old sites wrap whole pages in a form, and some keep the article in an aside or footer.
_MAYBE_TEXT_TAGS = frozenset({"aside", "footer", "form", "fieldset", "label"})
_NAME_ATTRIBUTES = frozenset({"class", "id", "data-testid", "data-component", "data-test-id"})
_HIDING_ATTRIBUTES = frozenset({"class", "style", "aria-hidden", "hidden"})
_CAMEL_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of these words, not preceded or followed by another letter or digit."""
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{alternatives})(?![a-z0-9])")


_HIDDEN_NAMES = _any_of(word.lower() for word in _DATA["hidden"])
_BOX_NAMES = _any_of(_DATA["words"])
_HIDING_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden|clip:\s*rect\(\s*0", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def _is_box_name(text: str) -> bool:
    return bool(_BOX_NAMES.search(_CAMEL_BOUNDARY.sub("-", text).lower()))


@lru_cache(maxsize=20_000)
def _is_hidden_name(text: str) -> bool:
    return bool(_HIDDEN_NAMES.search(text.lower()))


def is_hidden(element: etree._Element) -> bool:
    """Return whether a reader of the page never sees this element: scripts, hidden and screen-reader nodes."""
    if element.tag in _TAGS:
        return element.tag in ("script", "style", "noscript", "template", "head", "title", "svg")
    for name, value in element.items():  # noqa: SIM110 -- a generator takes twice the time, for so few
        if name in _HIDING_ATTRIBUTES and _hides(element, name, value):
            return True
    return False


def _hides(element: etree._Element, attribute: str, value: str) -> bool:
    if attribute == "class":
        return _is_hidden_name(value)
    if attribute == "style":
        return _HIDING_STYLE.search(value) is not None
    if attribute == "aria-hidden":
        return value == "true" and not element.get("class", "").startswith("drop")
    return attribute == "hidden"


def is_box(element: etree._Element) -> bool:
    """Return whether an element is a box beside the article: caption, promotion, newsletter, share bar, advertisement.

    One with several full paragraphs is not a box: sites put whole articles into `paywall-promo` or `share-article`.
    """
    if element.tag in _TAGS:
        return not is_figure_of_text(element)
    return is_named_box(element) and not _contains_article_text(element)


def is_control(element: etree._Element) -> bool:
    """Return whether an element is a control, picture or script: never text, on any site."""
    return element.tag in _TAGS and element.tag not in _MAYBE_TEXT_TAGS and not is_figure_of_text(element)


def is_hidden_or_control(element: etree._Element) -> bool:
    """Return whether an element never contains an article's text, whatever its name."""
    return is_hidden(element) or is_control(element)


def is_figure_of_text(element: etree._Element) -> bool:
    """Return whether an element is a figure whose content is text: a table, a listing, a list."""
    return element.tag == "figure" and next(element.iter("table", "pre", "ul", "ol", "dl"), None) is not None


def is_named_box(element: etree._Element) -> bool:
    """Return whether an element's class, id or test id is a usual name of a box beside an article."""
    names = " ".join([value for attribute, value in element.items() if attribute in _NAME_ATTRIBUTES])
    return bool(names) and _is_box_name(names)


def _contains_article_text(element: etree._Element) -> bool:
    full_paragraphs = sum(1 for paragraph in element.iterdescendants("p") if len("".join(paragraph.itertext())) > 200)
    return full_paragraphs >= 4


@lru_cache(maxsize=512)
def line_pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Compile line patterns (`*` stands for anything, `re:` begins a regular expression) into one; case is ignored."""
    parts = [glob[3:] if glob.startswith("re:") else _glob(glob) for glob in globs]
    return re.compile("|".join(f"(?:{part})" for part in parts) or r"(?!)", re.IGNORECASE | re.DOTALL)


def _glob(text: str) -> str:
    """Return the pattern of a line, of which white space is collapsed."""
    if not text.strip("* "):
        return re.escape(text)
    first, *parts = [r"\s".join(map(re.escape, part.split(" "))) for part in re.split(r"\*+", " ".join(text.split()))]
    # Where a part first occurs is as good as any other place, but for the last: none is tried again, in linear time.
    between = "".join(f"(?>.*?{part})" for part in parts[:-1])
    return f"{first}{between}.*{parts[-1]}" if parts else first


SHARED_LINES = line_pattern(tuple(_DATA["lines"]))


def version() -> str:
    """Return the text of the list, for fingerprints."""
    return _TEXT
