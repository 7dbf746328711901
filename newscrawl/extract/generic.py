"""Reading a site that has no rules: which blocks of the page are the story's, by weights learned on real pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib import resources
from urllib.parse import urlsplit

import trafilatura
from lxml import etree

from newscrawl.extract.blocks import Block, blocks
from newscrawl.extract.boilerplate import is_hidden, is_machinery
from newscrawl.extract.page import Page
from newscrawl.extract.rules import Rules
from newscrawl.extract.structured import strings
from newscrawl.extract.text_density import bare, features, seen

_TEXT = resources.files("newscrawl.extract").joinpath("text_density.json").read_text("utf-8")
_WEIGHTS: dict[str, float] = json.loads(_TEXT)["weights"]
_BIAS = _WEIGHTS["bias"]

# trafilatura takes 0.1 s per MB, and seconds on some pages of 10,000 elements and more.
_SECOND_OPINION_BYTES = 1_500_000
_MANY_BLOCKS = 4000  # pages beyond are listings or hostile: only their first blocks are weighed
_BYLINES = (
    "[class*=author-name], [class*=author__name], [class*=AuthorName], [class*=author_name], [class*=authorName]",
    "[class*=byline] a, [class*=Byline] a", "a[href*='/author/'], a[href*='/autor']",
    "[class*=byline], [class*=Byline], [class*=author]",
)  # fmt: skip
_NAME = re.compile(r"[^\W\d][^\d:|@]{3,60}")  # what may be one or two names
_ANS = "content_elements[type=text,header,list,quote,blockquote]"


class Generic(Rules):
    """The layout of unknown sites."""

    @classmethod
    def name(cls) -> str:
        return "generic"

    def matches(self, page: Page) -> bool:
        return True

    def read_paragraphs(self, page: Page) -> tuple[str, ...]:
        """Return the most plausible of what the tree, JSON-LD, script state and a second extractor give."""
        told = "\n".join(strings(page.ld.get("articleBody")))
        chosen, is_sure = _weighed(page, self.read_headline(page), told)
        size = sum(map(len, chosen))
        if len(told) > 1.5 * size and len(told) > 300 and _overlaps(chosen, told):
            page.used = "ld:articleBody"
            return self.clean(iter([Block(line, "p") for line in _lines(str(page.ld["articleBody"]))]))
        if size < 200 and (typed := self._typed(page)):
            return typed
        page.used = "weights"
        if not is_sure:
            return _second_opinion(page, chosen)
        return chosen

    def read_author(self, page: Page) -> tuple[str, ...]:
        """Return the names stated for machines, else those of a byline; the site's own name only where no other is."""
        house = {bare(one) for one in (*page.meta("og:site_name", "application-name"), *_publisher(page))}
        house |= {bare(part) for part in (urlsplit(page.url).hostname or "").split(".")}
        stated: tuple[str, ...] = ()
        for selector in Rules.author:
            found = tuple(one for one in page.texts(selector) if len(one) <= 120 and "://" not in one)
            if names := tuple(one for one in found if bare(one) not in house):
                return names
            stated = stated or found
        for selector in _BYLINES:
            found = tuple(one for one in page.texts(selector) if _NAME.fullmatch(one) and bare(one) not in house)
            if found and len(found) <= 8:
                return found
        page.used = ""
        return stated

    def _typed(self, page: Page) -> tuple[str, ...]:
        """Return the text of Arc's typed content, for pages that are drawn by scripts alone."""
        for state in (f"json:Fusion.globalContent:{_ANS}", f"json:#__NEXT_DATA__:**.{_ANS}"):
            if found := self.clean(self.read_blocks(page, state)):
                page.used = state
                return found
        return ()


def _publisher(page: Page) -> tuple[str, ...]:
    return strings(page.ld.get("publisher"))


def version() -> str:
    """Return the weights, for fingerprints."""
    return _TEXT


def _weighed(page: Page, headline: str | None, told: str) -> tuple[tuple[str, ...], bool]:
    """Return the paragraphs that weigh more than nothing, and whether that is a clear decision."""
    around = seen(_first(blocks(page.tree, is_machinery_or_hidden), _MANY_BLOCKS))
    chosen, size, unsure, prose = [], 0, 0, 0
    for one, marks in zip(around, features(around, headline, bare(told)), strict=True):
        text = one.block.text
        weight = _BIAS + sum(_WEIGHTS.get(mark, 0.0) for mark in marks)
        if weight > 0 and text != headline:
            chosen.append(text)
            size += len(text)
        elif weight > -2:
            unsure += min(len(text), 400)
        if "root=True" in marks and one.block.linked < 0.3 * len(text):
            prose += len(text)
    return tuple(chosen), size >= 600 and unsure <= 0.3 * size and size >= 0.5 * prose


def is_machinery_or_hidden(element: etree._Element) -> bool:
    """Tell whether an element never holds a story's text, whatever it is called."""
    return is_hidden(element) or is_machinery(element)


def _first(found: Iterator[Block], limit: int) -> list[Block]:
    return [block for _, block in zip(range(limit), found, strict=False)]


def _overlaps(chosen: Sequence[str], told: str) -> bool:
    whole = bare(told)
    return not chosen or any(bare(text)[:60] in whole for text in chosen[:5])


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _second_opinion(page: Page, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return trafilatura's reading where it finds half as much again, and mostly something else."""
    if len(page.capture.body) > _SECOND_OPINION_BYTES:
        return chosen
    found = trafilatura.extract(page.capture.body, include_comments=False) or ""
    other = tuple(line.removeprefix("- ") for line in _lines(found))
    larger = sum(map(len, other))
    shared = sum(len(text) for text in chosen if text in set(other))
    is_better = larger > 1.5 * sum(map(len, chosen)) and shared < 0.6 * larger
    if is_better:
        page.used = "trafilatura"
    return other if is_better else chosen
