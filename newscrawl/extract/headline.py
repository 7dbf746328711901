"""The headline of a page without a rule for it: the h1 that its reader sees; all other headlines are alternatives."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from copy import deepcopy
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.extract.blocks import line
from newscrawl.extract.boilerplate import is_hidden
from newscrawl.extract.page import STATED_HEADLINES, Page, once_a_page
from newscrawl.extract.structured import strings

_SEPARATOR = re.compile(r"(?<!\s)\s++(?:[|\-–—·•»«:]|::)\s++")
_FIRST_SEPARATOR = re.compile(r"(?<!\s)\s++(?:[|\-–—·•»«]|::)\s++|(?:(?<!\s)\s++)?:\s++")
_BAR = re.compile(r"(?<!\s)\s++[|»·•]\s++")
_META_NAMES = ("og:title", "twitter:title", "title", "parsely-title", "sailthru.title")
_MARKUP = re.compile(r"</?(?:a|b|br|em|i|mark|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MENU = re.compile(r"breadcrumb", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_DASH = re.compile(r"[-–—:]")
_SPACE_BEFORE_COLON = re.compile(r"(?<!\s)\s++:(?=\s)")
_MIN_AGREEMENT = 0.3
_SAME = 0.9


def stated_headlines(page: Page) -> tuple[str, ...]:
    """Return the distinct headlines of the page's metadata: JSON-LD, OpenGraph, Twitter, `<title>`."""
    headlines = [
        *(text for key in ("headline", "alternativeHeadline", "name") for text in strings(page.ld.get(key))[:1]),
        *(text for name in _META_NAMES for text in page.meta(name)[:1]),
        page.title,
    ]
    return tuple(dict.fromkeys(text for headline in headlines if (text := _plain(headline))))


def _plain(text: str) -> str:
    """Return a stated headline without markup and entities: content systems escape twice, and copy `<em>`."""
    return " ".join(_MARKUP.sub("", html.unescape(text)).split()) if "&" in text or "<" in text else text


def alternative_headlines(page: Page, headline: str | None) -> tuple[str, ...]:
    """Return the other headlines that the page states, without the site's name."""
    return tuple(dict.fromkeys(other for other in _without_site_names(page) if other and other != headline))


@once_a_page
def _without_site_names(page: Page) -> tuple[str, ...]:
    return tuple(without_site_name(stated, page) for stated in stated_headlines(page))


def default_headline(page: Page) -> str | None:
    """Return the text of the visible h1; without one a heading that the metadata repeats, else the first stated one.

    Of several h1 the one that agrees best with the metadata. The h1 is the true headline on 84 % of pages, og:title on
    66 %, JSON-LD's on 60 %, `<title>` on 17 %.
    """
    stated = _without_site_names(page)
    element = headline_element(page) if page.may_use("h1") else None
    if element is not None:
        page.used = str(element.tag)
        return _text_of_heading(page)
    if not stated or not page.may_use(STATED_HEADLINES):
        page.used = ""
        return None
    page.used = STATED_HEADLINES
    return stated[0]


@once_a_page
def _text_of_heading(page: Page) -> str | None:
    if (element := headline_element(page)) is None:
        return None
    visible = line(element)
    plain = _without_kicker(visible, _without_site_names(page))
    return plain if plain != visible else _with_separators(element, visible)


@once_a_page
def headline_element(page: Page) -> etree._Element | None:
    """Return the heading that shows the headline; None if no visible one does."""
    stated = _without_site_names(page)
    top = _headings(page, "h1") or _headings_by_role(page)
    heads = [
        (element, text)
        for element, text in top
        if _agreement(text, stated) >= _SAME or not _is_logo_or_menu(element, text, page)
    ]
    if heads and stated:
        best = max(heads, key=lambda item: _agreement(item[1], stated))
        if len(top) == 1 or _agreement(best[1], stated) >= _MIN_AGREEMENT:
            return best[0]
    sentence = next((element for element, text in heads if not stated or len(text.split()) >= 4), None)
    if sentence is not None:
        return sentence
    lesser = _headings(page, "h2", "h3", "strong", "b") if stated else []
    whole = (*stated, *(part for text in stated for part in _SEPARATOR.split(text)))  # one of them is the site's name
    repeated = (element for element, text in lesser if len(text.split()) >= 3 and _agreement(text, whole) >= _SAME)
    return next(repeated, None)


def _headings(page: Page, *tags: str) -> list[tuple[etree._Element, str]]:
    elements = page.index.tagged(tags[0]) if len(tags) == 1 else page.tree.iter(*tags)
    lines = ((element, line(element)) for element in elements)
    return [(element, text) for element, text in lines if text and len(text) < 400]


def _headings_by_role(page: Page) -> list[tuple[etree._Element, str]]:
    """Return what is no h1 and read out as one: `<div role="heading" aria-level="1">`."""
    elements = page.index.having("role", "heading", lambda role: role == "heading")
    lines = ((element, line(element)) for element in elements if element.get("aria-level") == "1")
    return [(element, text) for element, text in lines if text and len(text) < 400]


def _is_logo_or_menu(element: etree._Element, text: str, page: Page) -> bool:
    """Return whether an h1 is unseen, the site's name, a link to its front page, or a part of the navigation."""
    around = (element, *element.iterancestors())
    if any(above.tag == "nav" or is_hidden(above) for above in around) or _is_in_menu(around[:3]):
        return True
    site = {" ".join(_WORD.findall(name.lower())) for name in page.meta("og:site_name", "application-name")}
    if " ".join(_WORD.findall(text.lower())) in site:
        return True
    links = (page.absolute(link.get("href", "")) for link in (*element.iter("a"), *element.iterancestors("a")))
    return any(link is not None and urlsplit(link).path in ("", "/") for link in links)


def _is_in_menu(elements: Iterable[etree._Element]) -> bool:
    return any(_MENU.search(" ".join((*element.keys(), *element.values()))) for element in elements)


def _agreement(text: str, stated: tuple[str, ...]) -> float:
    return max((_similarity(text, other) for other in stated), default=0.0)


def _with_separators(element: etree._Element, visible: str) -> str:
    """Return the visible text of a heading, with the separator behind a kicker that only screen readers get.

    `<h1><span>Flood inquiry<span class="sr-only">:</span></span> <span>Two resign</span></h1>`
    """
    separators = [inner for inner in element.iterdescendants("span") if _is_hidden_separator(inner)]
    if not separators:
        return visible
    shown = deepcopy(element)
    for inner in shown.iterdescendants("span"):
        if _is_hidden_separator(inner):
            inner.attrib.clear()
    return _SPACE_BEFORE_COLON.sub(":", line(shown))


def _is_hidden_separator(element: etree._Element) -> bool:
    return is_hidden(element) and bool(re.fullmatch(r"\s*[:–—|-]\s*", "".join(element.itertext())))


def _without_kicker(visible: str, stated: tuple[str, ...]) -> str:
    """Return the stated headline if the visible one differs only by a kicker without a colon behind it.

    `<h1><span>Flood inquiry</span> Two resign</h1>` reads "Flood inquiry Two resign"; the page states "Flood inquiry:
    Two resign", or "Two resign" alone.
    """
    words = _WORD.findall(visible.lower())
    for candidate in stated:
        its_words = _WORD.findall(candidate.lower())
        if "".join(its_words) == "".join(words):
            if candidate.count(":") > visible.count(":"):
                return candidate
        elif len(its_words) >= 4 and words[-len(its_words) :] == its_words and _is_kicker(visible[: -len(candidate)]):
            return candidate
    return visible


def _is_kicker(before: str) -> bool:
    """Return whether the words before a headline are a kicker: at most five, and no colon, bar or dash behind them."""
    return len(before.split()) <= 5 and not before.rstrip().endswith((":", "|", "–", "-"))


def _similarity(a: str, b: str) -> float:
    left, right = _WORD.findall(a.lower()), _WORD.findall(b.lower())
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks())
    return shared / min(len(left), len(right)) * (0.5 + 0.5 * min(len(left), len(right)) / max(len(left), len(right)))


def without_site_name(headline: str, page: Page) -> str:
    """Return a headline without the site's name, and sections beside it, before its first or behind its last separator.

    Behind a dash only the site's own name goes: headlines have dashes, too ("Married at 17 – now she must leave").
    """
    headline = _without_leading_site(headline, page)
    separators = list(_SEPARATOR.finditer(headline))
    if not separators:
        return headline
    ends = [*(separator.start() for separator in separators[1:]), len(headline)]
    parts = [(separator, headline[separator.end() : end]) for separator, end in zip(separators, ends, strict=True)]
    own = next((separator for separator, part in parts[-2:] if _is_site_name(part, page)), None)
    last, section = parts[-1]
    before = headline[: last.start()]
    is_section = len(section.split()) <= 4 and len(before.split()) >= 4 and not _DASH.search(last.group())
    if own is not None:
        before = headline[: own.start()]
    if own is None and not is_section:
        return headline
    # "Two of the council resign | Politics | The Paper": what is left may end in a section.
    return without_site_name(before.rstrip(" |-–—·•»«:"), page)


def _without_leading_site(headline: str, page: Page) -> str:
    """Return a title without the site's name before its first separator, and the sections between bars behind that."""
    first = _FIRST_SEPARATOR.search(headline)
    if first is None or not _is_exact_site_name(headline[: first.start()], page):
        return headline
    rest = headline[first.end() :]
    while (bar := _BAR.search(rest)) and len(rest[: bar.start()].split()) <= 3 < len(rest[bar.end() :].split()):
        rest = rest[bar.end() :]
    return rest or headline


def _is_site_name(text: str, page: Page) -> bool:
    """Return whether a text is the site's name, as stated or as in its host: "ABC News" of abcnews.go.com."""
    letters = "".join(_WORD.findall(text.lower())).removeprefix("the")
    site = "".join(_WORD.findall(" ".join(page.meta("og:site_name", "application-name")).lower()))
    host = "".join(_WORD.findall((urlsplit(page.url).hostname or "").lower()))
    return len(letters) >= 2 and (letters in site or letters in host or (len(site) >= 3 and site in letters))


def _is_exact_site_name(text: str, page: Page) -> bool:
    """Return whether a text is the site's whole name: before a headline its single words are words of that."""
    letters = "".join(_WORD.findall(text.lower()))
    names = {"".join(_WORD.findall(name.lower())) for name in page.meta("og:site_name", "application-name")}
    host = (urlsplit(page.url).hostname or "").lower().removeprefix("www.").split(".")
    return len(letters) >= 2 and letters in {*names, host[0], "the" + host[0], host[0].removeprefix("the")}
