"""Dates that a page prints or has in its address, for pages whose structured data states none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from enum import Enum
from itertools import islice, takewhile

from lxml import etree

from newscrawl.extract.blocks import Block, blocks
from newscrawl.extract.boilerplate import is_control, is_hidden
from newscrawl.extract.byline_marks import ancestors, names
from newscrawl.extract.headline import headline_element
from newscrawl.extract.page import Page
from newscrawl.extract.structured import MAX_STATE_SIZE, is_article_type

MAX_LINE_LENGTH = 120  # characters of a line that states a date; normalize reads no longer one
_MAX_BLOCKS_NEAR = 40  # behind the headline
_MAX_BLOCKS = 4000
_MIN_PROSE_LENGTH = 180
_LEAD_PARAGRAPHS = 2
_MAX_CANDIDATES = 10
_MAX_BLOCKS_BEFORE = 8  # the headline

# Letters, with the marks that Indic and Thai ones have: Python's \w leaves them out.
_MONTH = r"(?:[^\W\d_]|[\u0900-\u0dff\u0e30-\u0e4e]){3,12}\.?"
# In the digits of Arabic and Persian, too; Iran's solar year is one of theirs.
_PRINTED_YEAR = r"(?:19\d\d|20\d\d|١٩\d\d|٢٠\d\d|۱۹\d\d|۲۰\d\d|۱[۳۴]\d\d|२०\d\d|২০\d\d)"
_DAY = re.compile(
    r"(?<![\d./:-])(?:"
    rf"{_PRINTED_YEAR}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{1,2}}(?!\d)|"
    rf"\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:{_PRINTED_YEAR}|\d\d)(?![\d:])|"
    r"(?:(?:19|20)\d\d|(?:令和|平成|昭和|民國)\s?(?:元|\d{1,3}))\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]|"
    rf"\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+|d['’])?{_MONTH},?\s+(?:de\s+|del\s+)?{_PRINTED_YEAR}|"
    rf"\d{{1,2}}[./-]{_MONTH}[./-](?:19|20)\d\d(?!\d)|"
    rf"(?:19|20)\d\d\.\s+{_MONTH}\s+\d{{1,2}}\.|"  # Hungarian
    r"\d{1,2}\s+[ก-๎.]{3,14}\s+(?:พ\.ศ\.\s?)?25\d\d|"  # Thai years
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_PRINTED_YEAR}|"
    rf"\d{{1,2}}\.?\s+{_MONTH},?\s+(?:at\s+|um\s+|kl\.?\s+|à\s+)?\d{{1,2}}[:.h]\d\d|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:at\s+)?\d{{1,2}}:\d\d"
    r")"
)
_CLOCK = re.compile(
    r"[\s,|·–-]*+(?:(?:um|at|à|às|kl\.?|ore|o|om|a las)\s*+)?"
    r"\d{1,2}\s?[:.hu時시]\s?\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s?Uhr)?"
    r"(?:\s\(?(?:GMT|UTC|[A-Z]{2,4})(?:[+-]\d{1,2}(?::\d\d)?)?\)?(?!\w))?",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"\b(?:\d+|an?|one)\s?(?:h(?:ou)?rs?|m(?:in(?:ute)?)?s?|d(?:ay)?s?|weeks?)\s+ago\b|"
    r"\bvor \d+ (?:Stunden?|Minuten|Tagen?)\b|"
    r"\bil y a \d+ (?:heures?|minutes?|jours?)\b|\bhace \d+ (?:horas?|minutos?|días?)\b|"
    r"\b\d+ (?:or[ae]|minuti|giorni) fa\b|\bhá \d+ (?:horas?|minutos?|dias?)\b|"
    r"\b\d+ (?:uur|minuten|dagen) geleden\b|\b\d+ (?:godzin[ęy]?|minut[ęy]?|dni) temu\b|"
    r"\bför \d+ (?:timmar|minuter|dagar) sedan\b|\b\d+ (?:saat|dakika|gün) önce\b|"
    r"\b\d+ (?:час(?:а|ов)?|минут[ыу]?|дн(?:я|ей)) назад\b|\b\d+ (?:годин[иу]?|хвилин[иу]?|дн(?:і|ів)) тому\b|"
    r"(?<!\d)\d{1,3}\s?(?:(?:小时|小時|分钟|分鐘|天|時間|分|日)前|(?:시간|분|일)\s?전)|"
    r"\bלפני \d+ (?:שעות|דקות|ימים)|\bمنذ \d+ (?:ساعات|ساعة|دقيقة|دقائق|أيام)|(?<!\d)\d{1,3} (?:घंटे|मिनट|दिन) पहले",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updated?|modified|edited|aktualisiert|stand\b|mis à jour|aggiorna|actualiza|atualiza|oppdatert|uppdaterad|"
    r"opdateret|güncell|обновлено|оновлено|更新|수정|aktualizov|frissítve|bijgewerkt",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"copyright|©|all rights|\bborn\b|\bgeboren\b|expires?|subscri|newsletter|deadline|event|comment|kommentar|"
    r"등록번호|original article",
    re.IGNORECASE,
)
_MAX_DAYS = 3
_PUBLISHED_IN_STATE = re.compile(
    r"""["'](?:date_?published|published_?(?:at|date|time|on)?|publication_?date(?:_?time)?|pub_?date|"""
    r"""publish_?(?:date|time|edat)|first_?publish(?:ed)?(?:_?at|_?date)?|first_?publication_?date)"""
    r"""["']\s*:\s*\\?["'](20\d\d-\d\d-\d\d[^"'\\]{0,25})""",
    re.IGNORECASE,
)
_TODAY_NAME = re.compile(
    r"(?<![a-z])(?:now|today|current|masthead|topbar|top-bar|topnav|nav|navigation|menu|weather)(?![a-z])"
)
_ANOTHER_NAME = re.compile(
    r"(?<![a-z])(?:related|comments?|replies|recommend(?:ed|ations?)?|trending|popular|newsletters?|sidebar|most-read|captions?|"
    r"footer|imprint|copyright)(?![a-z])"
)
_DATE_NAME = re.compile(
    r"(?<![a-z])(?:date(?:line|s)?|datetime|time(?:stamp)?|pub(?:lish(?:ed)?)?(?:-?date)?|published|posted|publication|"
    r"fecha|datum|veroeffentlicht|byline)(?![a-z])"
)
_YEAR, _MONTH_NUMBER, _DAY_NUMBER = r"((?:19|20)\d\d)", r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12]\d|3[01])"
_DAY_IN_URL = (
    re.compile(rf"(?<!\d){_YEAR}/{_MONTH_NUMBER}/{_DAY_NUMBER}(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}-{_MONTH_NUMBER}-{_DAY_NUMBER}(?!\d)"),
    re.compile(
        r"(?<!\d)(20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=\D|\d{4}(?:\D|$)|\d{6}(?:\D|$)|\d{8,}(?:\D|$))"
    ),
)
# Days that are no month: no other order fits.
_DAY_FIRST_IN_URL = re.compile(r"(?<!\d)(1[3-9]|2\d|3[01])-(0[1-9]|1[0-2])-((?:19|20)\d\d)(?!\d)")
# What elements state for scripts beside what they show: `<abbr title="2026-03-12T14:05Z">8 months ago</abbr>`.
_STATED = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d\S{0,12}(?: ?[+-]\d\d:?\d\d)?)?|1\d{9}(?:\d{3})?")
_STATING = re.compile(r"^(?:datetime|title|content|data-.*(?:date|time|publish).*)$")
_MAX_INNER = 12  # elements in a block
_AMBIGUOUS = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d\d(?!\d)")
# lxml reads these in HTML and refuses to set them: htmldate raised ValueError where one followed a script.
_NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|&#(?:[0-8]|1[124-9]|2\\d|3[01]);")
_MONTH_IN_URL = re.compile(rf"/{_YEAR}/{_MONTH_NUMBER}/")
_ISSUE = re.compile(r"/(?:magazine|issues?|print|e-?paper)/", re.IGNORECASE)
_MAX_BODY_SIZE = 3_000_000
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAME_IN_URL = re.compile(rf"(?<!\d){_YEAR}/({'|'.join(_MONTHS)})/{_DAY_NUMBER}(?!\d)", re.IGNORECASE)


def printed_dates(page: Page) -> tuple[str, ...]:
    """Return candidates for the date of publication: the address's day and lines beside the headline.

    Lines that consist of little else come first, then the address (its day may be that of the printed issue), then days
    whose order is unclear ("01.07.19"). Those of an update, or relative ones ("2 hours ago"), count only if there is
    nothing else, and htmldate is asked last.
    """
    lines: dict[_Kind, list[str]] = {kind: [] for kind in _Kind}
    for line, kind in _dated_lines(page):
        lines[kind].append(line)
    in_url = [day] if (day := day_in_url(page.url)) else []
    certain = [*lines[_Kind.PLAIN], *in_url, *lines[_Kind.UNCLEAR], *_in_state(page), *lines[_Kind.LOOSE]]
    found = certain or lines[_Kind.UPDATE] or lines[_Kind.AGO] or _by_htmldate(page)
    return tuple(dict.fromkeys(found))[:_MAX_CANDIDATES]


class _Kind(Enum):
    """What a line with a day is."""

    PLAIN = "little else than the day"
    UNCLEAR = "a day in figures whose order is unclear"
    LOOSE = "other words, too"
    UPDATE = "the day of an update"
    AGO = "relative"


def _by_htmldate(page: Page) -> list[str]:
    """Return the day that htmldate finds in the whole page; it searches dates without regard to the headline."""
    from htmldate import find_date  # its import takes 0.2 s, and hardly any page needs it

    if len(page.capture.body) > _MAX_BODY_SIZE or _days_on(page) > _MAX_DAYS:
        return []
    html = _NOT_OF_XML.sub(" ", etree.tostring(_without_further_articles(page), encoding="unicode", method="html"))
    day = find_date(html, extensive_search=False, original_date=True, url=page.url)
    month = _MONTH_IN_URL.search(page.url)
    is_possible = day and not day.endswith("-01-01") and (month is None or day[:7] == f"{month[1]}-{int(month[2]):02}")
    return [day] if day and is_possible else []


def _without_further_articles(page: Page) -> etree._Element:
    """Return the page's tree, or if it has further articles a copy without what is in them: it is not to be changed."""
    if not page.further_articles:
        return page.tree
    tree = deepcopy(page.tree)
    for element, copied in list(zip(page.tree.iter(), tree.iter(), strict=True)):
        if element in page.further_articles:
            copied.clear(keep_tail=True)
    return tree


def _in_state(page: Page) -> list[str]:
    """Return the date of publication in the scripts of a page, if all that they state is one day."""
    found = [
        match[1]
        for script in page.tree.iter("script")
        if "ld+json" not in script.get("type", "")
        for match in _PUBLISHED_IN_STATE.finditer((script.text or "")[:MAX_STATE_SIZE])
    ]
    return found[:1] if len({text[:10] for text in found}) == 1 else []


def _days_on(page: Page) -> int:
    """Return the number of different days that a page prints: among those of many teasers one is a guess."""
    return len({match.group() for text in page.tree.itertext() if len(text) < 2000 for match in _DAY.finditer(text)})


def day_in_url(url: str) -> str | None:
    """Return the day that an address states as ISO 8601; None if it has none."""
    path = url.partition("?")[0]
    if _ISSUE.search(path):
        return None  # of a printed issue, which appears later than the article
    for pattern in _DAY_IN_URL:
        if match := pattern.search(path):
            year, month, day = map(int, match.groups())
            return f"{year:04}-{month:02}-{day:02}"
    if match := _DAY_FIRST_IN_URL.search(path):
        return f"{match[3]}-{match[2]}-{match[1]}"
    if match := _MONTH_NAME_IN_URL.search(path):
        return f"{match[1]}-{_MONTHS.index(match[2].lower()) + 1:02}-{int(match[3]):02}"
    return None


def _dated_lines(page: Page) -> Iterator[tuple[str, _Kind]]:
    """Yield the lines near the headline that state a day."""
    top = headline_element(page)
    around = set(ancestors(top)) if top is not None else set()
    for block in _near(page, top):
        if block.element is not None and len(block.text) <= MAX_LINE_LENGTH and not block.is_link:
            yield from _stated_for_scripts(block, around)
        if block.element is None or len(block.text) > 3 * MAX_LINE_LENGTH or _OTHER_DAY.search(block.text):
            continue
        match = _DAY.search(block.text) or _AGO.search(block.text)
        if match is not None and not _is_of_another(block.element, around):
            kind = _kind(block, match)
            yield from ((line, kind) for line in _readable(block.text, match))


def _stated_for_scripts(block: Block, around: set[etree._Element]) -> Iterator[tuple[str, _Kind]]:
    """Yield the instants in the attributes of a short block and of what is in it."""
    for element in islice(block.element.iter(etree.Element), _MAX_INNER) if block.element is not None else ():
        for name, value in element.items():
            if _STATING.match(name) and _STATED.fullmatch(value.strip()) and not _is_of_another(element, around):
                is_update = _UPDATED.search(f"{name} {element.get('class', '')} {block.text}")
                yield value.strip(), _Kind.UPDATE if is_update else _Kind.PLAIN


def _kind(block: Block, match: re.Match[str]) -> _Kind:
    if _UPDATED.search(block.text, 0, match.end()):
        return _Kind.UPDATE
    if match.re is _AGO:
        return _Kind.AGO
    elements = _self_and_parent(block.element) if block.element is not None else ()
    is_named = any(_DATE_NAME.search((element.get("class") or "").lower()) for element in elements)
    letters = sum(map(str.isalpha, block.text[: match.start()] + block.text[match.end() :]))
    if letters > (60 if is_named else 30):
        return _Kind.LOOSE
    return _Kind.UNCLEAR if _AMBIGUOUS.fullmatch(match.group()) else _Kind.PLAIN


def _readable(text: str, match: re.Match[str]) -> Iterator[str]:
    """Yield a line, and the part of it that begins with the day: names and sections may stand before it."""
    if len(text) <= MAX_LINE_LENGTH:
        yield text
    if clock := _CLOCK.match(text, match.end()):
        yield text[match.start() : clock.end()]
    yield match.group()


def _is_of_another(element: etree._Element, around: set[etree._Element]) -> bool:
    """Return whether an element stands in a comment, a caption or the teaser of another article."""
    for above in _own(element, around):
        if above.tag in ("figure", "figcaption", "nav", "blockquote", "footer") or _ANOTHER_NAME.search(names(above)):
            return True
        if is_article_type(above.get("itemtype", "")):
            return True
        if above.tag in ("li", "article", "a") and next(above.iter("h1", "h2", "h3", "h4", "h5"), None) is not None:
            return True
    return False


def _self_and_parent(element: etree._Element) -> Iterator[etree._Element]:
    yield element
    if (parent := element.getparent()) is not None:
        yield parent


def _near(page: Page, top: etree._Element | None) -> Iterator[Block]:
    """Yield the blocks between the headline and the second paragraph of prose, after those of its own header."""
    if top is None:
        return
    around = set(ancestors(top))
    before: list[Block] = []
    found, prose, near = False, 0, 0
    for number, block in enumerate(blocks(page.tree, _is_never_shown)):
        element = block.element
        if element is None or number > _MAX_BLOCKS:
            return
        if not found:
            found = element is top or top in ancestors(element)
            if not found and not any(_TODAY_NAME.search(names(above)) for above in _own(element, around)):
                before = [*before, block][-_MAX_BLOCKS_BEFORE:]
            continue
        prose += len(block.text) >= _MIN_PROSE_LENGTH and not block.is_link
        near += 1
        if prose >= _LEAD_PARAGRAPHS or near > _MAX_BLOCKS_NEAR:
            break
        yield block
    yield from before


def _own(element: etree._Element, around: set[etree._Element]) -> Iterator[etree._Element]:
    """Yield an element and those around it that are not around the headline, too."""
    return takewhile(lambda above: above not in around, (element, *ancestors(element)))


def _is_never_shown(element: etree._Element) -> bool:
    return is_hidden(element) or (is_control(element) and element.tag != "time")
