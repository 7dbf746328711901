"""How much of a page is links to articles, and how much is prose of its own: what tells a listing from an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from newscrawl.extract.page import Page
from newscrawl.extract.text_density import BlockContext, bare

_HEADLINE_SIZE = 25  # characters; a shorter link is a menu's
_LEVELS = 5  # how far around a paragraph the link is that it introduces
# Measured on 19 fronts and 456 articles: of the fronts none has prose in one element of more than a tenth of its links
# to articles; of the articles that claim to be one in under two ways none has less than a seventh.
_MIN_LINKS, _MIN_LINKED, _MAX_PROSE = 15, 1500, 0.13
_MIN_NAMED_LINKS, _MAX_NAMED_PROSE = 5, 500
_MIN_TEASERS, _MIN_TEASER_SHARE = 5, 0.6
_MIN_ROWS, _MIN_ROW_LINKED = 8, 0.35
_MIN_OWN, _MIN_CLAIMED = 350, 150  # characters of prose under the headline: at all, and of what claims to be an article


@dataclass(frozen=True, slots=True)
class LinkStructure:
    """Sizes in characters, of scripts without spaces in those that Latin would take."""

    links: int  # that are long enough for a headline
    linked: int  # their size
    prose: int  # of the element that directly holds most of it
    all_prose: int
    teasers: int  # paragraphs beside a link, one or two to each
    teaser_prose: int
    own: int  # prose between the headline and the first of the links
    rows: int = 0  # lines of which a good part is a link: a date, a name, a place beside it
    row_size: int = 0
    row_linked: int = 0

    @classmethod
    def of(cls, page: Page, headline: str | None) -> LinkStructure:
        contexts = page.contexts
        texts = {context.block.text: context.size for context in contexts if _is_headline_link(context)}
        prose = [context for context in contexts if context.is_prose]
        holders: Counter[etree._Element] = Counter()
        for context in prose:
            holders[context.ancestors[1] if len(context.ancestors) > 1 else context.ancestors[0]] += context.size
        teasers = _teasers(contexts)
        # A menu's links are links and nothing else.
        rows = [each for each in contexts if each.block.links == 1 and not each.is_prose and not each.block.is_link]
        return cls(
            links=len(texts),
            linked=sum(texts.values()),
            prose=max(holders.values(), default=0),
            all_prose=sum(context.size for context in prose),
            teasers=len(teasers),
            teaser_prose=sum(contexts[index].size for index in teasers),
            own=_own_prose(contexts, headline),
            rows=len(rows),
            row_size=sum(len(context.block.text) for context in rows),
            row_linked=sum(context.block.linked for context in rows),
        )

    def evidence(self, *, claims: int, is_named: bool) -> tuple[str, ...]:
        """Return why the page is a listing; `claims` counts the ways in which it states to be an article."""
        counts = (f"{self.links} links to articles", f"{self.prose} characters of prose")
        if self.own >= (_MIN_CLAIMED if claims >= 2 else _MIN_OWN):
            return ()
        if self.links >= _MIN_LINKS and self.linked >= _MIN_LINKED and self.prose <= _MAX_PROSE * self.linked:
            return counts
        if self.teasers >= _MIN_TEASERS and self.teaser_prose >= _MIN_TEASER_SHARE * self.all_prose:
            return (f"{self.teasers} teasers", *counts)
        if is_named and claims == 0 and self.prose == 0:
            return counts
        if is_named and claims < 2 and self.links >= _MIN_NAMED_LINKS and self.prose <= _MAX_NAMED_PROSE:
            return counts
        return ()

    def rows_evidence(self, claims: int, *, is_named: bool) -> tuple[str, ...]:
        """Return why the page is a list of links with a date, a place or a line beside each."""
        if self.rows < (_MIN_NAMED_LINKS if is_named else _MIN_ROWS) or claims >= (2 if is_named else 1):
            return ()
        if self.row_linked < _MIN_ROW_LINKED * self.row_size or self.all_prose > self.row_size / 2:
            return ()
        return (f"{self.rows} rows with links", f"{self.all_prose} characters of prose")


def _is_headline_link(context: BlockContext) -> bool:
    return context.block.is_link and context.size >= _HEADLINE_SIZE


def _teasers(contexts: Sequence[BlockContext]) -> set[int]:
    """Return the indexes of paragraphs of prose beside a link, at most two in the element that holds both."""
    links: Counter[etree._Element] = Counter()
    prose: Counter[etree._Element] = Counter()
    for context in contexts:
        if _is_headline_link(context):
            links.update(context.ancestors)
        elif context.is_prose:
            prose.update(context.ancestors)
    return {
        index
        for index, context in enumerate(contexts)
        if context.is_prose and _has_link_of_its_own(context, links, prose)
    }


def _has_link_of_its_own(context: BlockContext, links: Counter[etree._Element], prose: Counter[etree._Element]) -> bool:
    around = next((element for element in context.ancestors[:_LEVELS] if links[element]), None)
    return around is not None and prose[around] <= 2


def _own_prose(contexts: Sequence[BlockContext], headline: str | None) -> int:
    """Return the size of the prose between the headline and the first link to another article."""
    wanted, size, is_below = bare(headline or ""), 0, False
    for context in contexts:
        if not is_below:
            is_below = context.block.tag == "h1" and bare(context.block.text) == wanted
        elif _is_headline_link(context):
            break
        elif context.is_prose:
            size += context.size
    return size
