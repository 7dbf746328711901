"""Features of the blocks of a page that separate an article's paragraphs from the rest: wording, links, position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from newscrawl.extract.blocks import HEADINGS, Block
from newscrawl.extract.boilerplate import SHARED_LINES, is_named_box

T = TypeVar("T")

_BOX_TAGS = frozenset({"aside", "footer", "header", "nav"})
_WRAPPER_TAGS = frozenset({"div", "section", "span"})
_PAGE_TAGS = frozenset({"html", "body", "main", "article"})
# Quotations are closed by “ in German and Czech, by « in Danish, and in French behind a space.
CLOSING = r"[ \xa0\u202f]?['\"”“’‘»«›‹)\]」』]*$"
SENTENCE_END = re.compile(rf"[.!?…。！？।۔؟։።။។៕]{CLOSING}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that need half as many characters as Latin
_BODY_NAME = re.compile(
    r"(?:article|story|entry|post|content|news|page|main|text|rich)[-_]*(?:body|content|text|main|wrapper)|articlebody|prose|"
    r"body-?copy|paragraph|texte?\b|artikel|notizia|cuerpo",
    re.IGNORECASE,
)
_BOX_WORDS = re.compile(
    r"newsletter|subscri|sign up|sign in|log in|follow us|read more|related|advertis|cookie|privacy|copyright|©|getty|"
    r"photo|foto|image|bild|credit|share|comment|facebook|twitter|instagram|whatsapp|click here|download|e-?mail|"
    r"all rights|more from|read next|most read|watch:|also read|abonn|anmeld|"
    r"mehr zum|lesen sie|lire aussi|leggi|lea también",
    re.IGNORECASE,
)
DATE = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|\bago\b")
BYLINE_START = re.compile(r"^(?:by|von|par|por|di|av|door|text:|words:|author)\b", re.IGNORECASE)


@dataclass(slots=True)
class BlockContext:
    """A block with its size in Latin characters, whether it reads as prose, and its ancestors, innermost first."""

    block: Block
    size: int
    is_prose: bool
    ancestors: list[etree._Element]


def block_contexts(blocks: Sequence[Block]) -> list[BlockContext]:
    """Return the blocks with their contexts; those without an element (text from JSON) are left out."""
    chains: dict[etree._Element, list[etree._Element]] = {}
    wrappers: dict[etree._Element, bool] = {}
    contexts = []
    for block in blocks:
        element = block.element
        if element is None:
            continue
        if element not in chains:
            around = (ancestor for ancestor in element.iterancestors() if not _is_wrapper(ancestor, wrappers))
            chains[element] = [element, *around]
        size = len(block.text) * (2 if not block.text.isascii() and _CJK.search(block.text[:500]) else 1)
        is_prose = size >= 80 and block.linked < 0.3 * len(block.text) and _ends_sentence(block.text)
        contexts.append(BlockContext(block, size, is_prose and block.tag not in HEADINGS, chains[element]))
    return contexts


def _ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does; Thai and Lao have no mark for it."""
    return SENTENCE_END.search(text[-20:]) is not None or "\u0e00" <= text[-1] <= "\u0eff"


def _is_wrapper(element: etree._Element, known: dict[etree._Element, bool]) -> bool:
    if element not in known:
        known[element] = is_wrapper(element)
    return known[element]


def is_wrapper(element: etree._Element) -> bool:
    """Return whether an element holds one other and nothing else: templates add and remove such without meaning."""
    return (
        element.tag in _WRAPPER_TAGS
        and len(element) == 1
        and not (element.text or "").strip()
        and not (element[0].tail or "").strip()
        and not is_named_box(element)
    )


def own_article(contexts: Sequence[BlockContext], headline: str | None) -> etree._Element | None:
    """Return the `<article>` element of the page's own article: the headline's, else the first with prose in it."""
    headlines = (
        index for index, context in enumerate(contexts) if context.block.tag == "h1" and context.block.text == headline
    )
    start = next(headlines, 0)
    for context in contexts[start:]:
        for element in context.ancestors:
            if element.tag == "article" and (context is contexts[start] or context.is_prose):
                return element
    return None


def prose_weight(context: BlockContext, boxes: dict[etree._Element, bool]) -> float:
    """Return the weight of a block for its ancestors being the article: characters of prose, or a penalty."""
    if context.block.tag in HEADINGS:
        return 0.0
    if context.is_prose:
        is_in_box = any(_is_box(element, boxes) for element in context.ancestors)
        return (context.size - 3.0 * context.block.linked) * (0.3 if is_in_box else 1.0)
    return -40.0 if context.block.is_link else -10.0


def _is_box(element: etree._Element, boxes: dict[etree._Element, bool]) -> bool:
    if element not in boxes:
        boxes[element] = element.tag in _BOX_TAGS or (element.tag not in _PAGE_TAGS and is_named_box(element))
    return boxes[element]


def article_root(
    contexts: Sequence[BlockContext], boxes: dict[etree._Element, bool], own: etree._Element | None
) -> etree._Element | None:
    """Return the element with the highest total weight of its blocks; of equal ones the innermost."""
    totals: dict[etree._Element, float] = {}
    for context in contexts:
        value = prose_weight(context, boxes)
        if value > 0 and own is not None and own not in context.ancestors:
            value *= 0.4
        for element in context.ancestors:
            totals[element] = totals.get(element, 0.0) + value
    depth = {
        element: len(context.ancestors) - index
        for context in contexts
        for index, element in enumerate(context.ancestors)
    }
    return max(totals, key=lambda element: (totals[element], depth[element]), default=None)


def features(contexts: Sequence[BlockContext], headline: str | None, stated_body: str) -> Iterator[list[str]]:
    """Yield the features of every block; `stated_body` is JSON-LD's articleBody, as `bare` returns it.

    The names are keys of text_density.json: a renamed feature loses its weight.
    """
    boxes: dict[etree._Element, bool] = {}
    own = own_article(contexts, headline)
    root = article_root(contexts, boxes, own)
    prose = [context for context in contexts if context.is_prose and root in context.ancestors]
    signatures = Counter(element_signature(context) for context in prose)
    parents = Counter(context.ancestors[1] for context in prose if len(context.ancestors) > 1)
    grandparents = Counter(context.ancestors[2] for context in prose if len(context.ancestors) > 2)
    main_signature, main_parent = _most_common(signatures), _most_common(parents)
    main_grandparent = _most_common(grandparents)
    prose_indexes = [index for index, context in enumerate(contexts) if context.is_prose and root in context.ancestors]
    first, last = (prose_indexes[0], prose_indexes[-1]) if prose_indexes else (0, -1)
    counts = Counter(context.block.text for context in contexts)
    for index, context in enumerate(contexts):
        names = list(_own_features(context, headline))
        in_root = root in context.ancestors
        signature, parent = element_signature(context), context.ancestors[1] if len(context.ancestors) > 1 else None
        is_main_signature = signature == main_signature
        names.append("sign=main" if is_main_signature else "sign=prose" if signatures[signature] else "sign=other")
        names.append("parent=main" if parent is main_parent else "parent=prose" if parents[parent] else "parent=other")
        if len(context.ancestors) > 2:
            is_main_grandparent = context.ancestors[2] is main_grandparent
            names.append(f"grand={is_main_grandparent},sign={is_main_signature},prose={context.is_prose}")
        if own is not None:
            names.append(f"own={own in context.ancestors},root={in_root},prose={context.is_prose}")
        position = "before" if index < first else "after" if index > last else "within"
        names.append(f"root={in_root}")
        names.append(f"place={position},root={in_root}")
        names.append(f"place={position},root={in_root},{names[0]},prose={context.is_prose}")
        names.append(f"root={in_root},{names[2]},prose={context.is_prose}")
        names.extend(_neighbour_features(contexts, index))
        names.extend(_surrounding_features(context, boxes, root))
        if counts[context.block.text] > 1:
            names.append("repeated")
        if len(stated_body) > 300:
            names.append(f"told={bare(context.block.text)[:80] in stated_body},{names[0]}")
        yield names


def _most_common(counter: Counter[T]) -> T | None:
    return counter.most_common(1)[0][0] if counter else None


def _neighbour_features(contexts: Sequence[BlockContext], index: int) -> Iterator[str]:
    context = contexts[index]
    for side, offset in (("prev", -1), ("next", 1)):
        if 0 <= index + offset < len(contexts):
            neighbour = contexts[index + offset]
            is_sibling = neighbour.ancestors[1:2] == context.ancestors[1:2]
            yield f"{side}:prose={neighbour.is_prose},same={is_sibling}"
            yield f"{side}:link={neighbour.block.is_link},same={is_sibling}"


def _own_features(context: BlockContext, headline: str | None) -> Iterator[str]:
    """Yield the features of a block by itself. The first three are size, links and tag; combinations rely on that."""
    block, size = context.block, context.size
    yield "size=" + next((str(limit) for limit in (15, 30, 50, 80, 120, 200, 400) if size < limit), "more")
    linked = block.linked / len(block.text)
    yield "linked=" + ("none" if linked == 0 else "some" if linked < 0.3 else "half" if linked < 0.9 else "all")
    yield f"tag={block.tag}"
    yield f"end={bool(SENTENCE_END.search(block.text[-20:]))},colon={block.text.endswith(':')}"
    if _BOX_WORDS.search(block.text[:400]):
        yield "words=beside" if size < 200 else "words=beside,long"
    if size < 400 and SHARED_LINES.fullmatch(block.text):
        yield "line=shared"
    if size < 60 and DATE.search(block.text):
        yield "date"
    if size < 80 and BYLINE_START.match(block.text):
        yield "by"
    if block.text.isupper():
        yield "upper"
    if headline and block.text in (headline, headline.strip()):
        yield "headline"
    if not block.text[:1].isalnum() and block.text[:1] not in "\"'“‘«(„":
        yield "odd-start"


def _surrounding_features(
    context: BlockContext, boxes: dict[etree._Element, bool], root: etree._Element | None
) -> Iterator[str]:
    """Yield the features of the elements around a block: their tags, classes and ids."""
    elements = context.ancestors[: context.ancestors.index(root)] if root in context.ancestors else context.ancestors
    tags = {str(element.tag) for element in elements}
    for tag in ("article", "main", "aside", "footer", "header", "form", "table", "li", "blockquote", "a", "section"):
        if tag in tags:
            yield f"in={tag}"
    if any(_is_box(element, boxes) for element in elements):
        yield f"box,root={root in context.ancestors}"
        yield f"box,prose={context.is_prose}"
    class_names = [element.get("class", "") + " " + element.get("id", "") for element in context.ancestors[:6]]
    if any(_BODY_NAME.search(class_name) for class_name in class_names):
        yield "body-name"
    if any(element.get("itemprop") == "articleBody" for element in context.ancestors):
        yield "articleBody"


def element_signature(context: BlockContext) -> tuple[str, str]:
    element = context.block.element
    return str(element.tag) if element is not None else "", context.ancestors[0].get("class", "")


def bare(text: str) -> str:
    """Return only the letters and digits of a text, in lower case."""
    return "".join(filter(str.isalnum, text.lower()))
