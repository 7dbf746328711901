"""The printed byline of a page: the marked or labelled line near the headline, not those of teasers and comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from itertools import chain, dropwhile, islice, takewhile

from lxml import etree

from newscrawl.extract.blocks import BLOCK_TAGS, line
from newscrawl.extract.boilerplate import is_hidden
from newscrawl.extract.byline_marks import ancestors, is_author_link, is_marked, is_named_byline, is_of_others
from newscrawl.extract.headline import headline_element
from newscrawl.extract.page import Page, once_a_page
from newscrawl.extract.xpath import compiled

MAX_BYLINE_LENGTH = 250  # characters; a longer text is a biography or an article
_MAX_BYLINES = 4
_MAX_ELEMENTS = 300  # in a byline
_MAX_OUTLINE = 2000
_MIN_PROSE_LENGTH = 180
_ENOUGH = 1000  # characters in which a text that long usually shows
_LEAD_PARAGRAPHS = 2  # a standfirst and the lede: a byline stands before the second paragraph of prose

_MAX_LABELLED_LENGTH = 120
_MAX_LABEL_TEXT = 200  # characters, white space included, of the text that begins with a label
_LABEL_WORDS = (
    "By", "BY", "by", "Von", "VON", "von", "Par", "Por", "POR", "Di", "di", "Door", "Av", "Af", "Oleh",
    "Text:", "Words:",
)  # fmt: skip
# With a colon only: without it they begin sentences.
_COLON_LABELS = (
    r"Autor(?:a|as|en|es|in|ka)?|Autor[ei]|Auteure?s?|Автор(?:ы|и)?|Текст|Tekst|Texte|Texto|Testo|Szerző|Yazan|Haber|"
    r"Autors|Autorius|Autorica|Авторка|Skribent|Författare|Forfatter|Kirjoittaja|Toimittaja|Höfundur|Írta|Szöveg|Teksti|"
    r"Testua|Egilea|Piše|Пише|Yazar|Muhabir|Hazırlayan|Penulis|Pewarta|Mwandishi|Tác giả|Phóng viên|Thực hiện|Ρεπορτάζ|"
    r"Επιμέλεια|Συντάκτης|Συντάκτρια|Κείμενο|Γράφει|Scris de|Redactat de|"
    r"लेखक|संवाददाता|লেখক|প্রতিবেদক|ผู้เขียน|작성자|گزارش|نویسنده|الكاتبة?|إعداد|作者|撰文|取材|ライター|"
    r"بقلم|كتب|כתבה?|מאת|記者|记者"
)
_CJK_REPORTER = r"[\uac00-\ud7af]{2,4} ?기자(?: [\w.+-]+@[\w.-]+)?|(?:本报|本報)?(?:記者|记者) ?[\u4e00-\u9fff]{2,4}"
_INDIC = r"[\u0900-\u109f\u1780-\u17ff]{2,}"  # with vowel signs, which are no letters of a word
_PROSE = f"//p[string-length(normalize-space(.)) > {_MIN_PROSE_LENGTH}]"
_XML_SPACE = re.compile(r"[ \t\r\n]+")  # of XPath's normalize-space(): a no-break space is a character of the text
_LABEL = re.compile(
    rf"\s*(?:(?:{'|'.join(_LABEL_WORDS)})(?:\s|:|$)|(?:{_COLON_LABELS}) ?[:：]|(?:{_CJK_REPORTER})(?!\w))"
)
_SIGNATURES = (
    f"//h1 | {_PROSE} | //p[strong or b or em][not(.//a)]"
    "[string-length(normalize-space(.)) < 70]"
    "[string-length(normalize-space(.)) = string-length(normalize-space((strong|b|em)[1]))]"
)
_SIGNED_NAME = r"[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z]\.?| [a-z]{2,3})?(?: [^\W\d_a-z][\w’'-]+){1,2}"
_SIGNATURE = re.compile(rf"(?:{_SIGNED_NAME}(?:\s?(?:/|,|and|&|und|et|y) ?)?){{1,3}}")
_LABELLED = re.compile(
    r"(?:(?:[Ww]ritten|[Ss]tory|[Rr]eported) )?(?:[Bb]y|BY|[Vv]on|VON|[Pp]ar|[Pp]or|POR|[Dd]i|[Dd]oor|[Aa]v|[Aa]f|Oleh|"
    r"Text:|Words:) ?:? ?[^\W\d_a-z][\w.’'-]+ .*[^.!?]"
    rf"|(?:{_COLON_LABELS}) ?[:：] ?(?:(?:[^\W\d_a-z][\w.'’-]+|{_INDIC}) .*[^.!?]|[\u3040-\u30ff\u4e00-\u9fff]{{2,12}})"
    rf"|{_CJK_REPORTER}"
)
_CAPITALISED_OR_CJK = re.compile(r"[^\W\d_a-z][\w.’'-]+|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,}|" + _INDIC)


@once_a_page
def printed_byline(page: Page) -> str | None:
    """Return the byline beside the headline, one line a block or name; None if the page prints none there.

    It is an element named or marked as one, before the second paragraph of prose; else a short text that begins with
    "By", "Von", "Par" … at this place; else one marked element behind the text. What stands in a teaser, a comment, a
    caption or a box never counts.
    """
    top = headline_element(page)
    marked = _marked(page, top)
    texts = list(filter(None, takewhile(lambda text: text is not None, marked)))
    if not texts and (labelled := _labelled(page, top)):
        texts = [labelled]
    if not texts and not page.ld.get("author"):  # a box behind the text is less certain than what the page states
        texts = list(filter(None, islice(marked, 1)))
    return "\n".join(dict.fromkeys(texts[:_MAX_BYLINES])) or None


def signature(page: Page) -> str | None:
    """Return the name alone in bold letters as the first or last line of the text, if there is one."""
    top = headline_element(page)
    outline = compiled(_SIGNATURES)(page.tree)[:_MAX_OUTLINE]
    start = outline.index(top) + 1 if top in outline else 0
    lines: list[etree._Element | None] = [None if _is_prose(element) else element for element in outline[start:]]
    if None not in lines:
        return None
    last = len(lines) - lines[::-1].index(None)
    around = set(ancestors(top)) if top is not None else set()
    for element in (*lines[: lines.index(None)], *lines[last : last + 1]):
        if element is not None and not is_of_others(element, around) and _SIGNATURE.fullmatch(text := line(element)):
            return text
    return None


def _is_prose(element: etree._Element) -> bool:
    return len(" ".join("".join(element.itertext()).split())) > _MIN_PROSE_LENGTH


def _marked(page: Page, top: etree._Element | None) -> Iterator[str | None]:
    """Yield the texts of the outermost marked elements: of those near the headline, then None, then of those behind."""
    accepted: set[etree._Element] = set()
    prose, is_past_headline = 0, top is None
    paragraphs = _paragraphs(page)
    around = _around(page, paragraphs, top)
    with_prose = Counter(above for element in paragraphs for above in ancestors(element))
    half = max(with_prose.values(), default=0) / 2
    boxes = {element for element, count in with_prose.items() if count < half} - around
    for element in _outline(paragraphs, _header(page, top, with_prose)):
        if element is top:
            is_past_headline = True
        elif element.tag == "h1" or any(above in accepted for above in ancestors(element)):
            continue
        elif not is_named_byline(element):
            prose += is_past_headline and element.tag == "p"
            if prose == _LEAD_PARAGRAPHS and element.tag == "p":
                yield None
        elif (
            not is_of_others(element, around)
            and boxes.isdisjoint(ancestors(element))
            and (is_past_headline or _shares_header(element, top, with_prose))
        ):
            text = _text(element)
            yield text
            if text:
                accepted.add(element)


def _paragraphs(page: Page) -> dict[etree._Element, None]:
    """Return the paragraphs of prose, and those that may be named bylines."""
    texts = islice(page.index.paragraphs.items(), _MAX_OUTLINE)
    return dict.fromkeys(element for element, text in texts if _is_long(text) or _is_marked_in_body(element))


def _around(page: Page, paragraphs: Container[etree._Element], top: etree._Element | None) -> set[etree._Element]:
    """Return the elements that hold the headline or the first prose behind it: the article's, not those of a box."""
    outline = iter(page.tree.iter("h1", "p") if top is None else page.tree.iter("h1", "p", top.tag))
    if top is not None and (top.tag == "h1" or _is_marked_in_body(top)):
        outline = dropwhile(lambda element: element is not top, outline)
    prose = (element for element in outline if element in paragraphs and not is_named_byline(element))
    held = [element for element in (top, *islice(prose, 1)) if element is not None]
    return {above for element in held for above in ancestors(element)}


def _header(page: Page, top: etree._Element | None, with_prose: Container[etree._Element]) -> etree._Element:
    """Return the outermost element around the headline that holds no prose; without a headline the whole page."""
    if top is None:
        return page.tree
    header = top
    for above in ancestors(top):
        if above in with_prose:
            break
        header = above
    return header


def _outline(paragraphs: Container[etree._Element], start: etree._Element) -> Iterator[etree._Element]:
    """Yield headlines, prose and elements that may be named bylines, in document order from an element on."""
    found = (
        element
        for element in _onwards(start)
        if element.tag == "h1" or element in paragraphs or _is_marked_in_body(element)
    )
    return islice(found, _MAX_OUTLINE)


def _onwards(start: etree._Element) -> Iterator[etree._Element]:
    """Yield an element, all in it, and all behind it, in document order."""
    behind = (around.itersiblings(etree.Element) for around in (start, *start.iterancestors()))
    parts = chain((start,), chain.from_iterable(behind))
    return chain.from_iterable(part.iter(etree.Element) for part in parts)


def _is_long(text: str) -> bool:
    if len(text) <= _MIN_PROSE_LENGTH:
        return False
    if text.isprintable() and "  " not in text:  # nothing to collapse
        return len(text.strip(" ")) > _MIN_PROSE_LENGTH
    parts = (text[:_ENOUGH], text)  # a beginning decides unless it is space
    return any(len(_XML_SPACE.sub(" ", part).strip(" ")) > _MIN_PROSE_LENGTH for part in parts)


def _is_marked_in_body(element: etree._Element) -> bool:
    return is_marked(element) and next(element.iterancestors("body"), None) is not None


def _labelled(page: Page, top: etree._Element | None) -> str | None:
    """Return the first short line between the headline and the second paragraph of prose that begins with a label."""
    labelled = set(page.index.beginning(_has_label))
    if not labelled:
        return None
    around = {above for element in (top,) if element is not None for above in ancestors(element)}
    paragraphs = page.index.paragraphs
    prose = 0
    for found in page.tree.iter(etree.Element) if top is None else islice(_onwards(top), 1, None):
        if found.tag == "p" and _is_long(paragraphs[found]):
            prose += 1
            if prose >= _LEAD_PARAGRAPHS:
                break
        elif found in labelled:
            element = _innermost_block(found)
            text = line(element)
            if len(text) <= _MAX_LABELLED_LENGTH and _LABELLED.fullmatch(text) and not is_of_others(element, around):
                return text
    return None


def _has_label(text: str) -> bool:
    return len(text) < _MAX_LABEL_TEXT and _LABEL.match(text) is not None


def _innermost_block(element: etree._Element) -> etree._Element:
    while element.tag not in BLOCK_TAGS and (above := element.getparent()) is not None:
        element = above
    return element


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _shares_header(element: etree._Element, top: etree._Element | None, prose: Container[etree._Element]) -> bool:
    """Return whether an element before the headline stands in one block with it that holds no prose: a header."""
    if top is None:
        return True
    above = set(ancestors(element))
    shared = next((holder for holder in ancestors(top) if holder in above), None)
    return shared is not None and shared not in prose


def _text(element: etree._Element) -> str:
    """Return a byline, a line for each block or name in it; empty if it is none."""
    if is_hidden(element) or next(islice(element.iter(), _MAX_ELEMENTS, None), None) is not None:
        return ""
    text = "".join(_pieces(element))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = "\n".join(line for line in lines if line)
    if not 3 <= len(text) <= MAX_BYLINE_LENGTH or not _CAPITALISED_OR_CJK.search(text):
        return ""
    leaves = list(_leaves(element))
    is_glued = len(leaves) > 1 and _letters("".join(leaves)) == _letters(text)
    return "\n".join(leaves) if is_glued else text


def _pieces(element: etree._Element) -> Iterator[str]:
    """Yield the texts in an element, with a line feed where a block or an element without space before it begins."""
    last = " "
    links = [link for link in element.iter("a") if is_author_link(link)]
    is_left_out = _is_beside_names if not links else lambda inner: _is_beside_names(inner) or _is_other_link(inner)
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        is_seen = not is_left_out(inner) and not any(map(is_left_out, _ancestors_within(inner, element)))
        text = (inner.text if event == "start" and is_seen else None) or ""
        if event == "end" and inner is not element:
            is_seen = not any(map(is_left_out, _ancestors_within(inner, element)))
            text = (inner.tail if is_seen else None) or ""
        if inner.tag in BLOCK_TAGS or inner.tag == "br" or (last.isalnum() and text[:1].isalnum()):
            yield "\n"
        yield text.replace("\n", " ")
        last = text[-1:] or last


def _is_other_link(element: etree._Element) -> bool:
    """Return whether a link among those to the authors' pages leads to a section, a profile elsewhere or a form."""
    is_other = element.tag == "a" and not is_author_link(element)
    return is_other and not any(map(is_named_byline, element.iter(etree.Element)))


def _ancestors_within(inner: etree._Element, element: etree._Element) -> Iterator[etree._Element]:
    while inner is not element and (above := inner.getparent()) is not None:
        yield above
        inner = above


def _is_beside_names(element: etree._Element) -> bool:
    return is_hidden(element) or element.tag in ("button", "time", "figure", "figcaption", "img")


def _leaves(element: etree._Element) -> Iterator[str]:
    """Yield the texts of the innermost links and marked elements."""
    for inner in element.iter("a", "span", "li", "strong", "b", "address", "p", "div"):
        if inner is element or any(map(_is_of_one_name, inner.iterdescendants(etree.Element))):
            continue
        if _is_of_one_name(inner) and (text := line(inner)):
            yield text


def _is_of_one_name(element: etree._Element) -> bool:
    """Return whether an element of a byline may be one name: a link, a marked element, a span with several words."""
    is_span = element.tag == "span" and len("".join(element.itertext()).split()) > 1
    return element.tag == "a" or is_span or is_named_byline(element)
