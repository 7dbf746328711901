"""The text of articles that consist of short sentences only, which the weights know from nothing else.

Briefs, and above all news in Chinese, Japanese and Korean, have paragraphs of a dozen characters. None reads as prose,
so that no element is found to hold the text. What is left is where most sentences stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from newscrawl.extract.blocks import HEADINGS
from newscrawl.extract.text_density import SENTENCE_END, BlockContext, element_signature
from newscrawl.extract.twins import NEVER

_MIN_SENTENCES, _MIN_SIZE = 2, 40  # in one element; the size in Latin characters
_MIN_WEIGHT = -8.0  # of a sentence: menus and footers weigh less
_MIN_WEIGHT_BESIDE = -4.0  # of a sentence beside a paragraph
_BOXES = frozenset({"nav", "footer", "aside", "form"})
_TEXT = 0.1


def with_short_sentences(contexts: Sequence[BlockContext], weights: Sequence[float]) -> tuple[list[float], bool]:
    """Return the weights, and whether sentences in one element below the headline were raised: if nothing is text.

    Beside a single paragraph of prose those are raised that are set like it.
    """
    raised = list(weights)
    taken = [index for index, weight in enumerate(weights) if weight > 0]
    if sum(contexts[index].is_prose for index in taken) > 1:
        return raised, False
    if taken:
        settings = {_setting(contexts[index]) for index in taken}
        for index, context in enumerate(contexts):
            is_beside = _MIN_WEIGHT_BESIDE < weights[index] <= 0 and _setting(context) in settings
            if is_beside and not context.block.linked and _is_sentence(context):  # one with a link leads elsewhere
                raised[index] = _TEXT
        return raised, False
    top = next((index for index, context in enumerate(contexts) if context.block.tag == "h1"), -1)
    groups: dict[etree._Element, list[int]] = {}
    for index in range(top + 1, len(contexts)):
        if weights[index] > _MIN_WEIGHT and _is_sentence(contexts[index]):
            groups.setdefault(_holder(contexts, index), []).append(index)
    sizes = {holder: sum(contexts[index].size for index in group) for holder, group in groups.items()}
    holder = max(sizes, key=lambda each: sizes[each], default=None)
    if holder is None or len(groups[holder]) < _MIN_SENTENCES or sizes[holder] < _MIN_SIZE:
        return raised, False
    first, last = groups[holder][0], groups[holder][-1]
    for index in range(first, last + 1):
        if index in groups[holder] or (_is_subhead(contexts[index], holder) and weights[index] > NEVER):
            raised[index] = _TEXT
    return raised, True


def _setting(context: BlockContext) -> tuple[tuple[str, str], etree._Element]:
    """Return by which tag and class a block is set, and in which element."""
    return element_signature(context), context.ancestors[min(1, len(context.ancestors) - 1)]


def _holder(contexts: Sequence[BlockContext], index: int) -> etree._Element:
    """Return the element around a paragraph's, or of paragraphs between breaks the one that holds them."""
    own, *above = contexts[index].ancestors
    near = (contexts[at] for at in (index - 1, index + 1) if 0 <= at < len(contexts))
    return own if not above or any(each.ancestors[0] is own for each in near) else above[0]


def _is_sentence(context: BlockContext) -> bool:
    block = context.block
    if block.tag in HEADINGS or block.linked >= 0.3 * len(block.text) or not SENTENCE_END.search(block.text[-20:]):
        return False
    return not any(element.tag in _BOXES for element in context.ancestors)


def _is_subhead(context: BlockContext, holder: etree._Element) -> bool:
    return context.block.tag in HEADINGS - {"h1"} and not context.block.linked and holder in context.ancestors[:2]
