"""Telling the paragraphs of a story from everything else on a page, by how they read and where they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from newscrawl.extract.blocks import HEADINGS, Block
from newscrawl.extract.boilerplate import SHARED_LINES, is_named_box

_BESIDE_TAGS = frozenset({"aside", "footer", "header", "nav"})
_WHOLE_TAGS = frozenset({"html", "body", "main", "article"})
_SENTENCE_END = re.compile(r"[.!?…。！？।۔؟]['\"”’»)\]」』]*$")
_DENSE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)  # scripts that say in one character what Latin says in two
_BODY_NAME = re.compile(
    r"(?:article|story|entry|post|content|news|page|main|text|rich)[-_]*(?:body|content|text|main|wrapper)|articlebody|prose|"
    r"body-?copy|paragraph|texte?\b|artikel|notizia|cuerpo",
    re.IGNORECASE,
)
_BESIDE_WORDS = re.compile(
    r"newsletter|subscri|sign up|sign in|log in|follow us|read more|related|advertis|cookie|privacy|copyright|©|getty|"
    r"photo|foto|image|bild|credit|share|comment|facebook|twitter|instagram|whatsapp|click here|download|e-?mail|"
    r"all rights|more from|read next|most read|watch:|also read|abonn|anmeld|"
    r"mehr zum|lesen sie|lire aussi|leggi|lea también",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|\bago\b")
_BY = re.compile(r"^(?:by|von|par|por|di|av|door|text:|words:|author)\b", re.IGNORECASE)


@dataclass(slots=True)
class Seen:
    """A block with what its surroundings say about it."""

    block: Block
    size: int
    is_prose: bool
    ancestors: list[etree._Element]


def seen(blocks: Sequence[Block]) -> list[Seen]:
    """Return the blocks with their ancestors, innermost first."""
    chains: dict[etree._Element, list[etree._Element]] = {}
    found = []
    for block in blocks:
        element = block.element
        if element is None:
            continue
        if element not in chains:
            chains[element] = [element, *element.iterancestors()]
        size = len(block.text) * (2 if _DENSE.search(block.text[:500]) else 1)
        is_prose = (
            size >= 80 and block.linked < 0.3 * len(block.text) and _SENTENCE_END.search(block.text[-20:]) is not None
        )
        found.append(Seen(block, size, is_prose and block.tag not in HEADINGS, chains[element]))
    return found


def own_article(page: Sequence[Seen], headline: str | None) -> etree._Element | None:
    """Return the `<article>` of the page's own story: the headline's, else the first with prose after it."""
    at = next((at for at, one in enumerate(page) if one.block.tag == "h1" and one.block.text == headline), 0)
    for one in page[at:]:
        for element in one.ancestors:
            if element.tag == "article" and (one is page[at] or one.is_prose):
                return element
    return None


def worth(one: Seen, boxes: dict[etree._Element, bool]) -> float:
    """Return how much a block speaks for (in characters of prose) or against a story around it."""
    if one.block.tag in HEADINGS:
        return 0.0
    if one.is_prose:
        beside = any(_is_box(element, boxes) for element in one.ancestors)
        return (one.size - 3.0 * one.block.linked) * (0.3 if beside else 1.0)
    return -40.0 if one.block.is_link else -10.0


def _is_box(element: etree._Element, boxes: dict[etree._Element, bool]) -> bool:
    if element not in boxes:
        boxes[element] = element.tag in _BESIDE_TAGS or (element.tag not in _WHOLE_TAGS and is_named_box(element))
    return boxes[element]


def article_root(
    page: Sequence[Seen], boxes: dict[etree._Element, bool], own: etree._Element | None
) -> etree._Element | None:
    """Return the element with the most prose and the least else below it."""
    totals: dict[etree._Element, float] = {}
    for one in page:
        value = worth(one, boxes)
        if value > 0 and own is not None and own not in one.ancestors:
            value *= 0.4
        for element in one.ancestors:
            totals[element] = totals.get(element, 0.0) + value
    depth = {element: len(one.ancestors) - at for one in page for at, element in enumerate(one.ancestors)}
    return max(totals, key=lambda element: (totals[element], depth[element]), default=None)


def features(page: Sequence[Seen], headline: str | None, told: str) -> Iterator[list[str]]:
    """Yield the features of every block; `told` is the text that JSON-LD gives as the article's body."""
    boxes: dict[etree._Element, bool] = {}
    own = own_article(page, headline)
    root = article_root(page, boxes, own)
    prose = [one for one in page if one.is_prose and root in one.ancestors]
    signs = Counter(_sign(one) for one in prose)
    parents = Counter(one.ancestors[1] for one in prose if len(one.ancestors) > 1)
    main_sign = signs.most_common(1)[0][0] if signs else None
    main_parent = parents.most_common(1)[0][0] if parents else None
    first = next((at for at, one in enumerate(page) if one.is_prose and root in one.ancestors), 0)
    last = max((at for at, one in enumerate(page) if one.is_prose and root in one.ancestors), default=-1)
    grand = Counter(one.ancestors[2] for one in prose if len(one.ancestors) > 2)
    main_grand = grand.most_common(1)[0][0] if grand else None
    counts = Counter(one.block.text for one in page)
    for at, one in enumerate(page):
        found = list(_own(one, headline))
        in_root = root in one.ancestors
        sign, parent = _sign(one), one.ancestors[1] if len(one.ancestors) > 1 else None
        found.append("sign=main" if sign == main_sign else "sign=prose" if signs[sign] else "sign=other")
        found.append("parent=main" if parent is main_parent else "parent=prose" if parents[parent] else "parent=other")
        if len(one.ancestors) > 2:
            is_main = one.ancestors[2] is main_grand
            found.append(f"grand={is_main},sign={sign == main_sign},prose={one.is_prose}")
        if own is not None:
            found.append(f"own={own in one.ancestors},root={in_root},prose={one.is_prose}")
        place = "before" if at < first else "after" if at > last else "within"
        found.append(f"root={in_root}")
        found.append(f"place={place},root={in_root}")
        found.append(f"place={place},root={in_root},{found[0]},prose={one.is_prose}")
        found.append(f"root={in_root},{found[2]},prose={one.is_prose}")
        for side, step in (("prev", -1), ("next", 1)):
            near = page[at + step] if 0 <= at + step < len(page) else None
            if near is not None:
                same = near.ancestors[1:2] == one.ancestors[1:2]
                found.append(f"{side}:prose={near.is_prose},same={same}")
                found.append(f"{side}:link={near.block.is_link},same={same}")
        found.extend(_around(one, boxes, root))
        if counts[one.block.text] > 1:
            found.append("repeated")
        if len(told) > 300:
            found.append(f"told={bare(one.block.text)[:80] in told},{found[0]}")
        yield found


def _own(one: Seen, headline: str | None) -> Iterator[str]:
    """Yield what a block says by itself: size, links, tag, wording. The first three are size, links and tag."""
    block, size = one.block, one.size
    yield "size=" + next((str(limit) for limit in (15, 30, 50, 80, 120, 200, 400) if size < limit), "more")
    share = block.linked / len(block.text)
    yield "linked=" + ("none" if share == 0 else "some" if share < 0.3 else "half" if share < 0.9 else "all")
    yield f"tag={block.tag}"
    yield f"end={bool(_SENTENCE_END.search(block.text[-20:]))},colon={block.text.endswith(':')}"
    if _BESIDE_WORDS.search(block.text[:400]):
        yield "words=beside" if size < 200 else "words=beside,long"
    if size < 400 and SHARED_LINES.fullmatch(block.text):
        yield "line=shared"
    if size < 60 and _DATE.search(block.text):
        yield "date"
    if size < 80 and _BY.match(block.text):
        yield "by"
    if block.text.isupper():
        yield "upper"
    if headline and block.text in (headline, headline.strip()):
        yield "headline"
    if not block.text[:1].isalnum() and block.text[:1] not in "\"'“‘«(„":
        yield "odd-start"


def _around(one: Seen, boxes: dict[etree._Element, bool], root: etree._Element | None) -> Iterator[str]:
    """Yield what the elements around a block say by their names."""
    below = one.ancestors[: one.ancestors.index(root)] if root in one.ancestors else one.ancestors
    tags = {str(element.tag) for element in below}
    for tag in ("article", "main", "aside", "footer", "header", "form", "table", "li", "blockquote", "a", "section"):
        if tag in tags:
            yield f"in={tag}"
    if any(_is_box(element, boxes) for element in below):
        yield f"box,root={root in one.ancestors}"
        yield f"box,prose={one.is_prose}"
    names = [element.get("class", "") + " " + element.get("id", "") for element in one.ancestors[:6]]
    if any(_BODY_NAME.search(name) for name in names):
        yield "body-name"
    if any(element.get("itemprop") == "articleBody" for element in one.ancestors):
        yield "articleBody"


def _sign(one: Seen) -> tuple[str, str]:
    return str(one.block.element.tag) if one.block.element is not None else "", one.ancestors[0].get("class", "")


def bare(text: str) -> str:
    """Return the letters and digits of a text alone, in lower case."""
    return "".join(char for char in text.lower() if char.isalnum())
