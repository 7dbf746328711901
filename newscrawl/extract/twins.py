"""Which blocks are set like the article's paragraphs: in the same element, by the same tag and class.

A template sets all paragraphs of an article alike, short ones too, and sets otherwise what it puts between them.
Weights that know wording, size and place are unsure of both, and would read them in one template and not in the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from newscrawl.extract.blocks import HEADINGS, Block
from newscrawl.extract.boilerplate import SHARED_LINES
from newscrawl.extract.text_density import BYLINE_START, DATE, SENTENCE_END, BlockContext, element_signature

NEVER = -99.0  # the weight of what is in no case text of the article
_TEXT = 0.1  # the weight of a block that its twins make text
_MIN_TWINS = 2  # paragraphs that are set alike: one more is no chance
_MIN_PARAGRAPHS = 4  # that have twins, for what has none to be beside the text
_MIN_WEIGHT, _MIN_WEIGHT_WITHIN = -2.0, -4.0  # of a block that its twins can make text, at the edges and among them
_CERTAIN = 2.0  # the weight of a block that is text even without twins
_SURE = 1.0  # the same behind the last paragraph that has twins
_MIN_STANDFIRST, _MIN_DATED = 50, 100  # characters in Latin script: at all, and with a year or a clock
_MIN_SENTENCE = 80  # characters in Latin script
_MAX_LINKED, _MAX_LINKED_SENTENCE = 0.3, 0.6  # share of the characters
_COLLECTIONS = frozenset({"li", "tr", "td", "th", "blockquote", "pre"})
_ROWS = frozenset({"tr", "td"})
_POST = re.compile(
    r"(?:twitter|instagram|tiktok|bluesky|mastodon)-(?:tweet|video|media|embed|post)|\bfb-(?:post|video)", re.IGNORECASE
)
_BOX = re.compile(
    r"consent|biograph|newsletter|sign-?up|boilerplate|donat|transcript|reaction|subscri|disclaimer|promo",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"\bcomments?\b|comment[-_]?(?:body|list|text|content|thread)|disqus|kommentare?\b|comentarios?\b|commentaires?\b",
    re.IGNORECASE,
)
_BOX_DEPTH = 4  # elements around a block
_PAGE_TAGS = frozenset({"html", "body", "main", "article"})


class _Settings(NamedTuple):
    """How the article's paragraphs are set: how many of them by each tag and class, in each element."""

    twins: Counter[tuple[tuple[str, str], etree._Element | None]]
    signatures: Counter[tuple[str, str]]
    parents: Counter[etree._Element | None]
    holders: Counter[etree._Element | None]  # elements around paragraphs in `<p>`
    first: int  # of those with twins
    last: int

    @property
    def is_known(self) -> bool:
        return sum(count for count in self.twins.values() if count >= _MIN_TWINS) >= _MIN_PARAGRAPHS

    def has_twins(self, context: BlockContext) -> bool:
        return self.twins[element_signature(context), _parent(context)] >= _MIN_TWINS

    def has_siblings(self, context: BlockContext) -> bool:
        return self.parents[_parent(context)] >= _MIN_TWINS

    def is_lead(self, context: BlockContext) -> bool:
        """Return whether prose is set like the paragraphs, in an element of its own: a first paragraph before a box."""
        return context.is_prose and self.signatures[element_signature(context)] >= _MIN_PARAGRAPHS

    def is_stranger(self, context: BlockContext) -> bool:
        """Return whether a block shares neither element nor tag and class with two paragraphs, nor holds one."""
        is_set_alike = self.signatures[element_signature(context)] >= _MIN_TWINS
        return not is_set_alike and not self.has_siblings(context) and not self.parents[context.ancestors[0]]


def with_twins(contexts: Sequence[BlockContext], weights: Sequence[float]) -> list[float]:
    """Return the weights, raised for blocks that are set like the paragraphs, lowered for what is beside the text."""
    adjusted = [
        NEVER if weight > _MIN_WEIGHT_WITHIN and _is_post(context) else weight
        for context, weight in zip(contexts, weights, strict=True)
    ]
    settings = _settings(contexts, adjusted)
    if settings is None:
        return adjusted
    for index, context in enumerate(contexts):
        if adjusted[index] > _MIN_WEIGHT_WITHIN:  # no other is ever text
            is_below_headline = index > 0 and contexts[index - 1].block.tag == "h1"
            adjusted[index] = _adjusted(context, adjusted[index], settings, index, is_standfirst=is_below_headline)
    for index in (*_headings_of_boxes(contexts, adjusted, settings), *_comments(contexts, adjusted, settings)):
        adjusted[index] = NEVER
    return adjusted


def _settings(contexts: Sequence[BlockContext], weights: Sequence[float]) -> _Settings | None:
    """Return how the paragraphs with positive weights are set; None if no two are set alike."""
    taken = [index for index, weight in enumerate(weights) if weight > 0 and contexts[index].is_prose]
    settings = _Settings(
        twins=Counter((element_signature(contexts[index]), _parent(contexts[index])) for index in taken),
        signatures=Counter(element_signature(contexts[index]) for index in taken),
        parents=Counter(_parent(contexts[index]) for index in taken),
        holders=Counter(_parent(contexts[index]) for index in taken if contexts[index].block.tag == "p"),
        first=0,
        last=0,
    )
    with_twins = [index for index in taken if settings.has_twins(contexts[index])]
    return settings._replace(first=with_twins[0], last=with_twins[-1]) if with_twins else None


def _adjusted(context: BlockContext, weight: float, settings: _Settings, index: int, *, is_standfirst: bool) -> float:
    """Return the weight of a block; what may be a standfirst is text if its weight or its wording says so."""
    if settings.has_twins(context):
        is_within = settings.first < index < settings.last
        is_linked = context.block.linked >= _MAX_LINKED * len(context.block.text)
        if _is_promoted(context.block) or (index > settings.last and is_linked):
            return NEVER
        if (_MIN_WEIGHT_WITHIN if is_within else _MIN_WEIGHT) < weight <= 0 and _is_plain(context.block):
            return _TEXT if is_within or _is_long(context) else weight
        return weight
    is_standfirst = is_standfirst and index < settings.first and _may_be_standfirst(context)
    is_lead = settings.is_lead(context) or (context.is_prose and (is_standfirst or settings.has_siblings(context)))
    if index < settings.first and weight > _MIN_WEIGHT and is_lead:
        return max(weight, _TEXT)
    is_doubtful = weight > 0 and settings.is_known and not is_standfirst
    return NEVER if is_doubtful and _is_beside(context, weight, settings, index) else weight


def _may_be_standfirst(context: BlockContext) -> bool:
    """Return whether a block right below the headline says something: no byline, no date and no link."""
    block = context.block
    if context.size < _MIN_STANDFIRST or block.tag not in ("p", "div") or block.linked >= _MAX_LINKED * len(block.text):
        return False
    is_dated = context.size < _MIN_DATED and DATE.search(block.text)
    return context.is_prose or not (is_dated or BYLINE_START.match(block.text))


def _is_beside(context: BlockContext, weight: float, settings: _Settings, index: int) -> bool:
    """Return whether a block without twins is beside the text: a caption, a box, a line of the house."""
    if context.block.tag in HEADINGS:
        return False
    if context.block.tag in _ROWS and index > settings.last and not settings.has_siblings(context):
        # The paragraphs are rows themselves, and this is one of another table.
        return weight < _CERTAIN and settings.signatures[element_signature(context)] >= _MIN_PARAGRAPHS
    if any(element.tag in _COLLECTIONS for element in context.ancestors[:3]):
        # A list in an element of its own above the text repeats it in short.
        return index < settings.first and not any(settings.parents[element] for element in context.ancestors[2:3])
    if settings.has_siblings(context):
        is_box = context.block.tag == "div" and bool(context.ancestors[0].get("class"))
        is_among_paragraphs = settings.holders[_parent(context)] >= _MIN_PARAGRAPHS
        return is_box and is_among_paragraphs
    is_behind = index > settings.last
    return (
        _is_in_named_box(context)
        or (is_behind and weight < _SURE)
        or (weight < _CERTAIN and settings.is_stranger(context) and not (index < settings.first and context.is_prose))
    )


def _headings_of_boxes(
    contexts: Sequence[BlockContext], weights: Sequence[float], settings: _Settings
) -> Iterator[int]:
    """Yield the headings in elements of their own that no text follows in the same element or the one around it."""
    following: Sequence[etree._Element] = ()
    for index in reversed(range(len(contexts))):
        context = contexts[index]
        if weights[index] <= 0:
            continue
        if context.block.tag not in HEADINGS:
            following = context.ancestors
        elif not settings.has_siblings(context) and not any(each in following for each in context.ancestors[1:3]):
            yield index


def _comments(contexts: Sequence[BlockContext], weights: Sequence[float], settings: _Settings) -> Iterator[int]:
    """Yield the blocks in elements that are named comments and do not hold the first paragraph, too."""
    own = set(contexts[settings.first].ancestors)
    for index in range(settings.first + 1, len(contexts)):
        if weights[index] <= 0:
            continue
        foreign = (element for element in contexts[index].ancestors if element not in own)
        if any(_COMMENTS.search(_names(element)) for element in foreign):
            yield index


def _is_post(context: BlockContext) -> bool:
    """Return whether a block is a post of a social network, as the network's script finds it on the page."""
    return any(_POST.search(element.get("class", "")) for element in context.ancestors[:3])


def _is_in_named_box(context: BlockContext) -> bool:
    around = (element for element in context.ancestors[:_BOX_DEPTH] if element.tag not in _PAGE_TAGS)
    return any(_BOX.search(_names(element)) for element in around)


def _names(element: etree._Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _parent(context: BlockContext) -> etree._Element | None:
    return context.ancestors[1] if len(context.ancestors) > 1 else None


def _is_promoted(block: Block) -> bool:
    """Return whether a block is a link in capitals: another article's headline, set like a paragraph."""
    return block.is_link and block.text.isupper()


def _is_plain(block: Block) -> bool:
    limit = _MAX_LINKED_SENTENCE if SENTENCE_END.search(block.text[-20:]) else _MAX_LINKED
    if block.linked >= limit * len(block.text) or SHARED_LINES.fullmatch(block.text):
        return False
    return any(map(str.isalnum, block.text))


def _is_long(context: BlockContext) -> bool:
    """Return whether a block is a sentence, or as long as one: at the edges bylines and dates are set alike, too."""
    text = context.block.text
    if context.size >= _MIN_SENTENCE:
        return True
    return SENTENCE_END.search(text[-20:]) is not None and not DATE.search(text) and not BYLINE_START.match(text)
