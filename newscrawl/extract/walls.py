"""Pages that stand between a reader and the story, answered with 200: consent walls and riddles for robots."""

from __future__ import annotations

import re

from lxml import etree

from newscrawl.extract.page import Page
from newscrawl.items import PageKind

# Walls are small pages; what is larger, or says of itself that it is an article, is judged by its text.
MOST_BYTES = 300_000
MOST_WORDS = 400
LEAST_SHARE = 0.5  # of the page's words, within the dialog that asks for consent

_ROBOT_TITLE = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied|pardon our interruption|robot check"
    r"|security check|checking your browser|are you (?:a )?(?:human|robot)|verif\w+ (?:that )?you are (?:a )?human"
    r"|ddos protection|captcha",
    re.IGNORECASE,
)
_ROBOT_ELEMENT = (
    "#challenge-running, #challenge-form, #cf-challenge-running, #cf-wrapper, #px-captcha, #captcha-box, .g-recaptcha, "
    ".h-captcha, .cf-turnstile, [data-dd-captcha]"
)
_TEXT = etree.XPath(".//text()[not(ancestor::head or ancestor::script or ancestor::style or ancestor::noscript)]")
_CONSENT_ELEMENT = re.compile(r"consent|cookie|gdpr|\bcmp\b|privacy", re.IGNORECASE)
_CONSENT_WORDS = re.compile(r"cookie|consent|einwillig|consentement|consentimiento|toestemming|samtycke", re.IGNORECASE)


def wall_of(page: Page) -> tuple[PageKind, str] | None:
    """Return which wall a page is, and the evidence; None for a page that is none."""
    if page.capture.header("cf-mitigated") == "challenge":
        return PageKind.BOT_WALL, "header cf-mitigated: challenge"
    if len(page.capture.body) > MOST_BYTES or page.ld or "article" in page.meta("og:type"):
        return None
    words = _words(page.tree)
    if words > MOST_WORDS:
        return None
    title = " ".join((page.tree.findtext(".//title") or "").split())
    if found := _ROBOT_TITLE.search(title):
        return PageKind.BOT_WALL, f"its title says {found.group(0)!r}"
    if page.has(_ROBOT_ELEMENT):
        return PageKind.BOT_WALL, f"a captcha and no more than {words} words"
    return _consent(page, words)


def _consent(page: Page, words: int) -> tuple[PageKind, str] | None:
    for element in page.tree.iter("div", "section", "form", "main", "dialog"):
        name = f"{element.get('id', '')} {element.get('class', '')}"
        if _CONSENT_ELEMENT.search(name) and _words(element) >= LEAST_SHARE * words > 0:
            asks = element.find(".//button") is not None or element.find(".//input") is not None
            if asks and _CONSENT_WORDS.search("".join(element.itertext())):
                return PageKind.CONSENT, f"{_words(element)} of {words} words ask for consent in {name.strip()!r}"
    return None


def _words(element: etree._Element) -> int:
    return sum(len(str(text).split()) for text in _TEXT(element))
