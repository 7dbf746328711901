"""The reading of sites without rules: which blocks of a page are the article, by weights learned on real pages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib import resources
from itertools import islice
from urllib.parse import urlsplit

import trafilatura
from lxml import etree

from newscrawl.combining_marks import has_many_marks
from newscrawl.extract.blocks import MAX_BLOCKS, Block, blocks
from newscrawl.extract.boilerplate import is_hidden
from newscrawl.extract.bylines import printed_byline, signature
from newscrawl.extract.companions import other_articles, with_companions, without_pull_quotes
from newscrawl.extract.microdata import stated_authors
from newscrawl.extract.optional import left_out_among
from newscrawl.extract.page import TRAFILATURA, Page
from newscrawl.extract.rules import Rules
from newscrawl.extract.short_sentences import with_short_sentences
from newscrawl.extract.small_boxes import is_small_box
from newscrawl.extract.state_text import state_blocks
from newscrawl.extract.stated_body import stated_blocks
from newscrawl.extract.structured import strings
from newscrawl.extract.text_density import BlockContext, bare, features
from newscrawl.extract.twins import NEVER, with_twins
from newscrawl.extract.unnamed_boxes import boxes_beside
from newscrawl.items import GENERIC, Origin

_TEXT = resources.files("newscrawl.extract").joinpath("text_density.json").read_text("utf-8")
WEIGHTS: dict[str, float] = json.loads(_TEXT)["weights"]

# trafilatura takes 0.1 s per MB, and seconds on some pages of 10,000 elements and more.
_SECOND_OPINION_BYTES = 1_500_000
_STATED_AUTHORS = (
    "ld:author", "meta:author,parsely-author,sailthru.author,byl,dc.creator,dcterms.creator,citation_author",
    "meta:cxenseparse:author,article:author,og:article:author,article.author", "ld:creator",
)  # fmt: skip
_MAX_NAME = 120  # characters of a stated author
_MIN_WEIGHT = -4.0  # no other block is ever text
_WAITING_TAGS = ("template", "amp-consent", "amp-sidebar")  # shown only if a script says so
_BOX_DEPTH = 4  # elements around a block
_LABEL = re.compile(r"^(?:by|von|par|por|di)\s+", re.IGNORECASE)
_ANS_TEXT_ELEMENTS = "content_elements[type=text,header,list,quote,blockquote]"
_TYPED_CONTENT = (f"json:Fusion.globalContent:{_ANS_TEXT_ELEMENTS}", f"json:#__NEXT_DATA__:**.{_ANS_TEXT_ELEMENTS}")


class Generic(Rules):
    """The layout of unknown sites."""

    @classmethod
    def name(cls) -> str:
        return GENERIC

    def matches(self, page: Page) -> bool:
        return True

    def read_paragraphs(self, page: Page) -> tuple[str, ...]:
        """Return the most plausible text of four: the tree's, JSON-LD's, script state's and a second extractor's."""
        page.left_out = []
        if page.only is Origin.STRUCTURED:
            return self._stated_body(page) or self._typed_content(page)
        if page.only is Origin.TRAFILATURA:
            page.used = TRAFILATURA
            return _read_by_trafilatura(page)
        stated_body = "\n".join(strings(page.ld.get("articleBody")))
        only, page.only = page.only, None
        headline = self.read_headline(page)
        page.only = only
        taken, is_clear = _weighted_blocks(page, headline, stated_body)
        paragraphs = self.clean(without_pull_quotes(taken))
        if only is None:
            size = sum(map(len, paragraphs))
            if len(stated_body) > 1.5 * size and len(stated_body) > 300 and _overlaps(paragraphs, stated_body):
                return self._stated_body(page)
            if size < 200 and (typed := self._typed_content(page, paragraphs)):
                return typed
        page.used = "weights"
        page.left_out = list(left_out_among(page.contexts, paragraphs))
        return paragraphs if is_clear or only is not None else _second_opinion(page, headline, paragraphs)

    def read_author(self, page: Page) -> tuple[str, ...]:
        """Return the authors in the metadata, else a name alone above or below the text; a house only without both.

        What the page prints as byline is a field of its own: normalize joins the two.
        """
        houses: tuple[str, ...] = ()
        site_names = _site_names(page)
        for selector in _STATED_AUTHORS:
            if selector.startswith("ld:") and page.select("ld:author.noBylinesPolicy"):
                continue
            if selector == "ld:creator" and page.ld.get("author"):
                continue  # whoever filed it for the house
            stated = tuple(name for name in page.texts(selector) if len(name) <= _MAX_NAME and "://" not in name)
            if names := tuple(name for name in stated if bare(name) not in site_names):
                return names
            if selector.startswith("ld:"):
                houses = houses or stated
        if names := tuple(
            name for name in stated_authors(page) if len(name) <= _MAX_NAME and bare(name) not in site_names
        ):
            page.used = "microdata"
            return names
        byline = _LABEL.sub("", printed_byline(page) or "")
        if (not byline or bare(byline) in site_names) and (name := signature(page)):
            page.used = "signature"
            return (name,)
        return houses

    def _stated_body(self, page: Page) -> tuple[str, ...]:
        page.used = "ld:articleBody"
        return self.clean(stated_blocks(page))

    def _typed_content(self, page: Page, shown: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the text of Arc's typed content or of a script's state, for pages that only scripts render.

        What the tree shows must be in a state that is of no known kind.
        """
        for selector in _TYPED_CONTENT:
            if paragraphs := self.clean(self.read_blocks(page, selector)):
                page.used = selector
                return paragraphs
        page.used = "json:**"
        paragraphs = self.clean(iter(state_blocks(page)))
        return paragraphs if not shown or _overlaps(shown, "\n".join(paragraphs)) else ()


def _site_names(page: Page) -> set[str]:
    names = {bare(name) for name in (*page.meta("og:site_name", "application-name"), *_publisher_names(page))}
    return names | {bare(part) for part in (urlsplit(page.url).hostname or "").split(".")}


def _publisher_names(page: Page) -> tuple[str, ...]:
    return strings(page.ld.get("publisher"))


def version() -> str:
    """Return the weights, for fingerprints."""
    return _TEXT


def _weighted_blocks(page: Page, headline: str | None, stated_body: str) -> tuple[list[Block], bool]:
    """Return the blocks that are the article, and whether the decision is clear."""
    contexts = page.contexts
    marks = list(features(contexts, headline, bare(stated_body)))
    weights = [WEIGHTS["bias"] + sum(WEIGHTS.get(mark, 0.0) for mark in names) for names in marks]
    others = _of_others(page, headline)
    for index, context in enumerate(contexts):
        if context.block.text == headline or (others and not others.isdisjoint(context.ancestors)):
            weights[index] = NEVER
    weights = _without_small_boxes(contexts, with_twins(contexts, weights))
    weights, is_short = with_short_sentences(contexts, weights)
    size = undecided = prose = 0
    for context, names, weight in zip(contexts, marks, weights, strict=True):
        if weight > 0:
            size += len(context.block.text)
        elif weight > -2:
            undecided += min(len(context.block.text), 400)
        if weight > NEVER and "root=True" in names and context.block.linked < 0.3 * len(context.block.text):
            prose += len(context.block.text)
    taken = [
        context.block
        for context, weight in zip(contexts, with_companions(contexts, weights), strict=True)
        if weight > 0
    ]
    return taken, is_short or (size >= 600 and undecided <= 0.3 * size and size >= 0.5 * prose)


def _without_small_boxes(contexts: Sequence[BlockContext], weights: Sequence[float]) -> list[float]:
    """Return the weights, with those of the blocks in small boxes as of what is in no case text."""
    known: dict[etree._Element, bool] = {}
    return [
        NEVER if weight > _MIN_WEIGHT and _is_in_small_box(context, known) else weight
        for context, weight in zip(contexts, weights, strict=True)
    ]


def _is_in_small_box(context: BlockContext, known: dict[etree._Element, bool]) -> bool:
    for element in context.ancestors[:_BOX_DEPTH]:
        if element not in known:
            known[element] = is_small_box(element)
        if known[element]:
            return True
    return False


def _overlaps(paragraphs: Sequence[str], stated_body: str) -> bool:
    whole = bare(stated_body)
    return not paragraphs or any(bare(text)[:60] in whole for text in paragraphs[:5])


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _of_others(page: Page, headline: str | None) -> set[etree._Element]:
    """Return the elements that hold further articles, and what stands beside this one without a name; found once."""
    key = _of_others, headline
    if key not in page.known:
        page.known[key] = other_articles(page.contexts, headline) | boxes_beside(page, headline)
    found: set[etree._Element] = page.known[key]
    return found


def _second_opinion(page: Page, headline: str | None, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Return trafilatura's paragraphs if they are over 1.5 times as long and less than 60 % of them are shared.

    Of a short text it returns the whole page: menus, templates and further articles are no reason to prefer it.
    """
    other = _read_by_trafilatura(page)
    if other:
        beside = _texts_beside(page, headline)
        other = tuple(text for text in other if bare(text) not in beside)
    larger = sum(map(len, other))
    shared = sum(len(text) for text in paragraphs if text in set(other))
    is_better = larger > 1.5 * sum(map(len, paragraphs)) and shared < 0.6 * larger
    if is_better:
        page.used = TRAFILATURA
    return other if is_better else paragraphs


def _texts_beside(page: Page, headline: str | None) -> set[str]:
    """Return what is in no case this article's text: links alone, further articles, and what waits for a script."""
    others = _of_others(page, headline)
    seen = [(bare(block.text), block.is_link) for block in islice(blocks(page.tree, is_hidden), MAX_BLOCKS)]
    links = {bare("".join(link.itertext())) for link in page.index.tagged("a")}
    links |= {text for text, is_link in seen if is_link}
    further = [context.block for context in page.contexts if not others.isdisjoint(context.ancestors)]
    further += [
        block
        for element in page.tree.iter(*_WAITING_TAGS)
        if "shadowrootmode" not in element.attrib
        for block in islice(blocks(element, lambda _: False), MAX_BLOCKS)
    ]
    beside = links - {text for text, is_link in seen if not is_link} | {bare(block.text) for block in further}
    # Not the headline: a page on which nothing else is left is known by it (change/plausibility.py).
    return beside - {bare(headline or "")}


def _read_by_trafilatura(page: Page) -> tuple[str, ...]:
    if len(page.parsed) > _SECOND_OPINION_BYTES or has_many_marks("".join(page.tree.itertext())):
        return ()
    text = trafilatura.extract(page.parsed, include_comments=False) or ""
    return tuple(row for line in _lines(text) if (row := _without_bars(line.removeprefix("- "))))


def _without_bars(text: str) -> str:
    """Return a line without the bars that it has as the row of a table: `| Year | Visitors |`, `|---|---|`."""
    if not text.startswith("|"):
        return text
    cells = (cell.strip() for cell in text.split("|"))
    return " ".join(cell for cell in cells if cell.strip("-: "))
