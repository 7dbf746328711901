"""The shared drop list: what belongs to no story on any site, read from boilerplate.json beside this file."""

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
# Old sites wrap whole pages in a form, and some keep the story in an aside or footer.
_SOFT_TAGS = frozenset({"aside", "footer", "form", "fieldset", "label"})
_NAMES = ("class", "id", "data-testid", "data-component", "data-test-id")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _words(parts: Iterable[str]) -> re.Pattern[str]:
    joined = "|".join(sorted(map(re.escape, parts), key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{joined})(?![a-z0-9])")


_HIDDEN = _words(word.lower() for word in _DATA["hidden"])
_BOXES = _words(_DATA["words"])
_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden|clip:\s*rect\(\s*0", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def _names_box(names: str) -> bool:
    return bool(_BOXES.search(_CAMEL.sub("-", names).lower()))


@lru_cache(maxsize=20_000)
def _names_hidden(names: str) -> bool:
    return bool(_HIDDEN.search(names.lower()))


def is_hidden(element: etree._Element) -> bool:
    """Tell whether a reader of the page never sees this element: scripts, hidden and screen-reader nodes."""
    if element.tag in _TAGS:
        return element.tag in ("script", "style", "noscript", "template", "head", "title", "svg")
    attributes = element.attrib
    if "hidden" in attributes or (
        attributes.get("aria-hidden") == "true" and not element.get("class", "").startswith("drop")
    ):
        return True
    if (style := attributes.get("style")) and _STYLE.search(style):
        return True
    return bool(names := attributes.get("class")) and _names_hidden(names)


def is_box(element: etree._Element) -> bool:
    """Tell whether an element is a box beside the story: caption, promotion, newsletter, share bar, advertisement.

    One that holds several full paragraphs is not: sites put whole stories into `paywall-promo` or `share-article`.
    """
    return element.tag in _TAGS or (is_named_box(element) and not _holds_story(element))


def is_machinery(element: etree._Element) -> bool:
    """Tell whether an element is a control, picture or script: never text, on any site."""
    return element.tag in _TAGS and element.tag not in _SOFT_TAGS


def is_named_box(element: etree._Element) -> bool:
    """Tell whether an element is called what boxes beside a story are called."""
    names = " ".join(one for name in _NAMES if (one := element.get(name)))
    return bool(names) and _names_box(names)


def _holds_story(element: etree._Element) -> bool:
    long = sum(1 for one in element.iterfind(".//p") if len("".join(one.itertext())) > 200)
    return long >= 4


@lru_cache(maxsize=512)
def line_pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Compile line patterns (`*` stands for anything, `re:` begins a regular expression) into one; case is ignored."""
    parts = [one[3:] if one.startswith("re:") else _glob(one) for one in globs]
    return re.compile("|".join(f"(?:{part})" for part in parts) or r"(?!)", re.IGNORECASE | re.DOTALL)


def _glob(text: str) -> str:
    return (
        r"\s+".join(re.escape(part).replace(r"\*", ".*") for part in text.split())
        if text.strip("* ")
        else re.escape(text)
    )


SHARED_LINES = line_pattern(tuple(_DATA["lines"]))


def version() -> str:
    """Return the text of the list, for fingerprints."""
    return _TEXT
