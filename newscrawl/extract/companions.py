"""What belongs to an article beside its prose, by position: subheads, labels, lists and tables among its paragraphs.

The weights of text_density.json know prose well. A short block resembles many outside the article: where it stands
decides. Other articles on the page, and quotations that repeat a passage, are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from lxml import etree

from newscrawl.extract.blocks import HEADINGS, Block
from newscrawl.extract.boilerplate import SHARED_LINES
from newscrawl.extract.text_density import SENTENCE_END, BlockContext, bare
from newscrawl.extract.twins import NEVER

_COLLECTIONS = frozenset({"ul", "ol", "dl", "table", "blockquote"})
_HEADS = HEADINGS | {"summary"}
_QUOTES = frozenset({"blockquote", "aside", "figure"})
_QUOTATION_MARKS = "\"'“„«»‘”’「"
_MIN_ROWS = 2  # below or beside the heads of a table
_MIN_PULL_QUOTE = 40  # letters
_MIN_WEIGHT = -3.0  # of a block that its place can make text
_MIN_HEADING_WEIGHT = -2.0  # of a heading beside the element of the text
_MIN_CAPTION_WEIGHT, _MAX_BETWEEN = -4.0, 3  # what weighs less is never text; blocks
_MAX_SUBHEAD = 120  # characters
_SUBHEAD_NAME = re.compile(
    r"sub-?head|cross-?head|inter-?title|heading-h\d|section-?(?:title|heading)|zwischen-?(?:titel|ueberschrift)|ladillo|"
    r"mellan-?rubrik|mellom-?tittel|intertitre|tussenkop",
    re.IGNORECASE,
)
_MAX_LINKED = 0.3  # share of the characters


def with_companions(contexts: Sequence[BlockContext], weights: Sequence[float]) -> list[float]:
    """Return the weights; those of blocks that stand among the article's paragraphs, and are text, raised above 0."""
    raised = list(weights)
    taken = [index for index, weight in enumerate(weights) if weight > 0 and contexts[index].is_prose]
    if len(taken) < 2:
        return raised
    counts = Counter(contexts[index].ancestors[1] for index in taken if len(contexts[index].ancestors) > 1)
    parents = {parent for parent, count in counts.items() if count > 1}
    if _is_lead(contexts, taken[0]) and weights[taken[0] - 1] > NEVER:
        raised[taken[0] - 1] = max(raised[taken[0] - 1], 0.1)
    first = _first_of_sections(contexts, weights, taken[0])
    raised[first] = max(raised[first], 0.1)
    opens = _is_opening_subhead(contexts, weights, taken[0], parents) or _is_question(contexts, weights, taken[0] - 1)
    if opens:
        raised[taken[0] - 1] = 0.1
    among = _with_collections_beside(contexts, parents, first, taken[-1])
    for collection, group in groupby(among, lambda index: _collection(contexts[index], parents)):
        indexes = list(group)
        if collection is not None:
            texts = [index for index in indexes if _is_collection_text(collection, contexts, weights, indexes)]
        else:
            texts = [
                index
                for index in indexes
                if _is_label(contexts[index], weights[index], parents)
                or _is_heading_of_text(contexts, weights, index)
                or _is_question(contexts, weights, index)
            ]
        for index in texts:
            raised[index] = max(raised[index], 0.1) if weights[index] > NEVER else NEVER
    return raised


def _is_lead(contexts: Sequence[BlockContext], first: int) -> bool:
    """Return whether the block before the first paragraph is loose prose in an element that holds the paragraphs."""
    lead = contexts[first - 1] if first > 0 else None
    return lead is not None and lead.is_prose and lead.ancestors[0] in contexts[first].ancestors[1:3]


def _first_of_sections(contexts: Sequence[BlockContext], weights: Sequence[float], first: int) -> int:
    """Return the index of prose right below the headline and beside the sections of the text; else of its first prose.

    Only a heading, and what is in no case text, stands between the two.
    """
    start = first
    while start > 0 and (
        contexts[start - 1].block.tag in HEADINGS - {"h1"} or weights[start - 1] <= _MIN_CAPTION_WEIGHT
    ):
        start -= 1
        if contexts[start].block.tag == "h1":
            return first
    lead, above = contexts[start - 1], contexts[start - 2] if start > 1 else None
    if start == first or above is None or above.block.tag != "h1" or len(lead.ancestors) < 2:
        return first
    is_beside = lead.ancestors[1] in contexts[first].ancestors[1:4]
    return start - 1 if lead.is_prose and is_beside and weights[start - 1] > _MIN_HEADING_WEIGHT else first


def _is_opening_subhead(
    contexts: Sequence[BlockContext], weights: Sequence[float], first: int, parents: set[etree._Element]
) -> bool:
    """Return whether the article begins with a subhead: a heading right before its first paragraph, as others are."""
    if first == 0 or weights[first - 1] <= _MIN_HEADING_WEIGHT:
        return False
    head, paragraph = contexts[first - 1], contexts[first]
    are_siblings = head.ancestors[1:2] == paragraph.ancestors[1:2] and head.ancestors[1] in parents
    return are_siblings and head.block.tag in HEADINGS - {"h1"} and not head.block.linked


def _with_collections_beside(
    contexts: Sequence[BlockContext], parents: set[etree._Element], first: int, last: int
) -> range:
    """Return the indexes among the paragraphs, and of a table right before or a list or table right behind them.

    A list above the text repeats it in short.
    """
    start, end = first, last + 1
    while start > 0 and _is_of_table(_collection(contexts[start - 1], parents)):
        start -= 1
    while end < len(contexts) and _collection(contexts[end], parents) is not None:
        end += 1
    return range(start, end)


def _is_of_table(collection: etree._Element | None) -> bool:
    return collection is not None and collection.tag == "table"


def _collection(context: BlockContext, parents: set[etree._Element]) -> etree._Element | None:
    """Return the list or table around a block that stands beside the article's paragraphs, alone in a box or not."""
    for element in context.ancestors:
        if element.tag in _COLLECTIONS:
            parent = element.getparent()
            if parent in parents or (parent is not None and len(parent) <= 2 and parent.getparent() in parents):
                return element
    return None


def _is_collection_text(
    collection: etree._Element, contexts: Sequence[BlockContext], weights: Sequence[float], indexes: Sequence[int]
) -> bool:
    blocks = [contexts[index].block for index in indexes]
    size = sum(len(block.text) for block in blocks)
    if sum(block.linked for block in blocks) >= _MAX_LINKED * size:
        return False
    if collection.tag == "dl":
        said = [block for block in blocks if block.tag == "dd"]  # terms have figures in no list of facts
        if said and 2 * sum(any(map(str.isdigit, block.text)) for block in said) >= len(said):
            return True
    if collection.tag == "table":
        if len(blocks) >= _MIN_ROWS and next(collection.iter("th"), None) is not None:
            return True
        with_figures = sum(any(map(str.isdigit, block.text)) for block in blocks)
        return len(blocks) > 1 and 2 * with_figures >= len(blocks)
    if all(block.text.isalpha() and block.text.isascii() for block in blocks):
        return False  # controls: "Share", "Print"
    return sum(max(-6.0, min(6.0, weights[index])) for index in indexes) > _MIN_WEIGHT * len(indexes)


def _is_label(context: BlockContext, weight: float, parents: set[etree._Element]) -> bool:
    """Return whether a block is a subhead or a bold label between paragraphs with the same parent."""
    block = context.block
    if len(context.ancestors) < 2 or context.ancestors[1] not in parents or weight <= _MIN_WEIGHT:
        return False
    if block.linked >= _MAX_LINKED * len(block.text) or SHARED_LINES.fullmatch(block.text):
        return False
    return block.tag in HEADINGS or is_bold(block) or _is_subhead_by_name(block)


def _is_subhead_by_name(block: Block) -> bool:
    """Return whether a short block has the class of a subhead: `<div class="subhead">`, `<p class="crosshead">`."""
    if block.element is None or len(block.text) > _MAX_SUBHEAD or block.text.endswith("."):
        return False
    tag = str(block.element.tag)
    is_component = "-" in tag and tag.endswith(("heading", "header", "title", "head"))
    return is_component or _SUBHEAD_NAME.search(f"{tag} {block.element.get('class', '')}") is not None


def _is_heading_of_text(contexts: Sequence[BlockContext], weights: Sequence[float], index: int) -> bool:
    """Return whether a heading stands right before a paragraph of the text, and beside the element that holds it."""
    context = contexts[index]
    least = NEVER if context.block.tag == "summary" else _MIN_HEADING_WEIGHT  # it stands with its text in one element
    if context.block.tag not in _HEADS or context.block.linked or weights[index] <= least:
        return False
    # Between them may be a picture with its caption, or a place and a date.
    behind = range(index + 1, min(index + 1 + _MAX_BETWEEN, len(contexts)))
    following = next((contexts[each] for each in behind if weights[each] > 0), None)
    if following is None or context.ancestors[1] not in following.ancestors[1:4]:
        return False
    return following.is_prose or SENTENCE_END.search(following.block.text[-20:]) is not None


def _is_question(contexts: Sequence[BlockContext], weights: Sequence[float], index: int) -> bool:
    """Return whether a term stands right before a paragraph of the text that explains or answers it."""
    question = contexts[index]
    if not 0 <= index < len(contexts) - 1 or question.block.tag != "dt" or question.block.linked:
        return False
    answer = contexts[index + 1]
    is_answer = any(element.tag == "dd" for element in answer.ancestors[:2])
    return is_answer and answer.is_prose and weights[index + 1] > 0


def is_bold(block: Block) -> bool:
    """Return whether a short block is bold throughout: a label or subhead in the guise of a paragraph."""
    element = block.element
    if element is None or len(block.text) > 120 or (element.text or "").strip():
        return False
    children = [child for child in element if isinstance(child.tag, str) and child.tag != "br"]
    is_plain = any((child.tail or "").strip() for child in element)
    return bool(children) and not is_plain and all(child.tag in ("b", "strong") for child in children)


def other_articles(contexts: Sequence[BlockContext], headline: str | None) -> set[etree._Element]:
    """Return the `<article>` elements with an h1 of their own: further articles on the page of one."""
    own: set[etree._Element] = set()
    others: set[etree._Element] = set()
    for context in contexts:
        if context.block.tag == "h1":
            articles = {element for element in context.ancestors if element.tag == "article"}
            if context.block.text == headline:
                own |= articles
            else:
                others |= articles
    return others - own if own else set()


def without_pull_quotes(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks without those that repeat a passage of another: quotations and headings that print it once more."""
    whole = [bare(block.text) for block in blocks]
    for index, block in enumerate(blocks):
        text = whole[index]
        if not _is_quotation(block) or len(text) < _MIN_PULL_QUOTE or not _is_repeated(text, whole, index):
            yield block


def _is_quotation(block: Block) -> bool:
    parent = block.element.getparent() if block.element is not None else None
    if block.tag in _QUOTES or (parent is not None and parent.tag in _QUOTES):
        return True
    return block.tag in HEADINGS and block.text[0] in _QUOTATION_MARKS


def _is_repeated(text: str, whole: Sequence[str], index: int) -> bool:
    return any(text in other for at, other in enumerate(whole) if at != index and len(other) > len(text))
