"""Small boxes beside an article's text, recognised by what they hold, whatever their names: forms, pictures, links.

Style sheets that are compiled give boxes names without meaning. A poll, a newsletter's form, a picture with its caption
and a list of links to other articles are no text all the same.
"""

from __future__ import annotations

import re

from lxml import etree

_BOXES = frozenset({"div", "section", "aside", "ul", "ol", "form", "fieldset"})
_MAX_SIZE = 320  # characters; what holds more holds text
_MAX_ELEMENTS = 80
_MAX_CAPTION = 200  # characters
_MIN_LINKS = 2
_MIN_LINKED = 0.7  # share of the characters; the rest is the heading above the links
_CONTROLS = frozenset({"form", "input", "select", "textarea"})
_PICTURES = frozenset({"img", "picture", "amp-img"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NAME = re.compile(
    r"(?<![a-z])(?:polls?|quiz|survey|voting|author-?(?:card|box|info|bio)|about-?the-?author|embed-?placeholder|consent|"
    r"paywall-?(?:teaser|offer|promo|banner)|subscription-?(?:offer|banner|promo)|app-?(?:promo|banner|download))(?![a-z])",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:intent|share|home\?status)|whatsapp(?:\.com/send|:)|"
    r"t\.me/share|linkedin\.com/(?:share|sharing)|reddit\.com/submit|pinterest\.[a-z.]{2,12}/pin/create|^mailto:\?",
    re.IGNORECASE,
)


def is_small_box(element: etree._Element) -> bool:
    """Return whether an element is a small box: named as one, or with a form, a captioned picture or only links."""
    if element.tag not in _BOXES or (text := _short_text(element)) is None:
        return False
    if _NAME.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return True
    tags = set()
    for number, inner in enumerate(element.iterdescendants("*")):
        if number == _MAX_ELEMENTS:
            return False
        tags.add(inner.tag)
    if element.tag == "form" or not _CONTROLS.isdisjoint(tags):
        return True
    if not _PICTURES.isdisjoint(tags) and len(text) <= _MAX_CAPTION and not _has_picture_in_text(element):
        return _HEADINGS.isdisjoint(tags)
    return "a" in tags and _holds_only_links(element, text)


def _has_picture_in_text(element: etree._Element) -> bool:
    """Return whether a picture stands within a paragraph's words: a caption has an element of its own."""
    paragraphs = (outer for picture in element.iter(*_PICTURES) for outer in picture.iterancestors("p"))
    return any("".join(paragraph.itertext()).strip() for paragraph in paragraphs)


def _short_text(element: etree._Element) -> str | None:
    """Return the text of an element, white space collapsed; None if it is empty or long."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        if words := part.split():
            parts += words
            size += len(part.strip())
            if size > _MAX_SIZE:
                return None
    return " ".join(parts) or None


def _holds_only_links(element: etree._Element, text: str) -> bool:
    links = [link for link in element.iter("a") if link.get("href")]
    if links and all(_SHARE.search(link.get("href", "")) for link in links):
        return True
    items = list(element.iter("li"))
    if len(links) < _MIN_LINKS or len(items) < _MIN_LINKS:
        return False
    return sum(len(" ".join("".join(link.itertext()).split())) for link in links) >= _MIN_LINKED * len(text)
