"""What stands beside an article under names without meaning, known by what it holds: consent, comments, a next article.

Style sheets that are compiled, and pages of tables, name nothing. What the page asks its reader, what readers write and
the article that follows read as prose all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise

from lxml import etree

from newscrawl.extract.blocks import HEADINGS
from newscrawl.extract.page import Page
from newscrawl.extract.text_density import SENTENCE_END, BlockContext

_PAGE_TAGS = frozenset({"html", "body", "main", "article"})
_MAX_LABEL = 40  # characters of a control
_MAX_CONSENT = 4000  # characters of a notice
_MAX_CONTROLS = 20
_MAX_NEXT = 20  # articles that follow
_MAX_LEVELS = 6  # elements around a control or a line
_MIN_UNITS = 3  # comments, of which each looks like the next
_MIN_PARAGRAPHS = 2  # of the article, before the first comment; in its own element, before a next article
_MIN_LINKED_WORDS = 4  # of a headline

_AGREE = re.compile(
    r"(?:i )?(?:accept|agree|allow|reject|decline|deny)(?: (?:and|&) (?:continue|close))?(?: all| none)?(?: cookies)?|"
    r"(?:alle(?:s)? )?(?:cookies )?(?:akzeptieren|zustimmen|ablehnen|zulassen|erlauben)(?: und .{1,20})?|"
    r"(?:ich bin )?einverstanden|(?:tout )?(?:accepter|refuser|autoriser)(?: et .{1,20}| tout)?|j'accepte|"
    r"(?:aceptar|rechazar|permitir)(?: tod[oa]s?)?(?: y .{1,20})?|(?:accetta|rifiuta)(?: tutt[oi])?(?: e .{1,20})?|"
    r"(?:aceitar|rejeitar|recusar)(?: tud?o?d?o?s?)?|(?:alles )?(?:accepteren|weigeren|toestaan)|akkoord|"
    r"(?:akceptuję|zgadzam się|odrzuć)(?: wszystkie)?|(?:godkänn|acceptera|avvisa|godkjenn|godta|tillad)(?: alla?e?)?|"
    r"принять(?: все)?|согласен|отклонить|(?:tümünü )?kabul et|同意(?:する|して閉じる)?|すべて許可|接受|(?:모두 )?동의|"
    r"ยอมรับ(?:ทั้งหมด)?|موافق|قبول(?: الكل)?|אני מסכימ?[ה]?|स्वीकार(?: करें)?",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookie|consent|personal(?:ised|ized)? (?:data|content|ads)|privacy|legitimate interest|our (?:\d+ )?partners|"
    r"on your device|einwillig|datenschutz|personenbezogen|personalisier|drittanbieter|externe[rn]? inhalt|"
    r"consentement|vos données|nos (?:\d+ )?partenaires|votre appareil|consentimiento|datos personales|"
    r"nuestros (?:\d+ )?socios|consenso|dati personali|consentimento|dados pessoais|toestemming|persoonsgegevens|"
    r"zgod[ęy] na|dane osobowe|danych osobowych|samtyck|personuppgifter|samtykke|персональн\w{1,4} данн|"
    r"kişisel veri|çerez|クッキー|個人情報|隐私|隱私|개인정보|쿠키|คุกกี้|ملفات تعريف|الخصوصية|עוגיות|कुकी",
    re.IGNORECASE,
)
_COMMENTED = re.compile(
    r"(?:.{1,40}\s)?(?:\d{1,2}|an?) ?(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s? ago(?: .{1,30})?|"
    r"(?:.{1,40}\s)?(?:vor|il y a|hace|há|przed) (?:\d{1,2}|einer|einem|une?|una?|um) \w{3,9}(?: .{1,20})?|"
    r"(?:.{1,40}\s)?\d{1,2} \w{3,8} (?:fa|назад|temu|geleden|sedan|siden|sitten|önce|atrás)(?: .{1,20})?|"
    r"(?:.{1,20}\s)?\d{1,2} ?(?:分钟|小时|天|分|時間|日|분|시간|일)(?:前|\s?전)|\d{1,2} ?(?:h|hrs?|d|w|min|m)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"[^\W\d][^.!?\n]{0,40}\b(?:wrote|says|said|posted|commented|schrieb|schreibt|sagt|a écrit|escribió|ha scritto|"
    r"escreveu|schreef|napisała?|skrev|написала?|пишет)\b[^.!?\n]{0,12}\d{1,4}[./ -]\w{1,9}[./ -]\d{1,4}\b",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"(?:reply|antworten|répondre|responder|rispondi|beantwoorden|svara?r?|odpowiedz|ответить|відповісти|yanıtla|"
    r"返信(?:する)?|回复|回覆|답글|ตอบกลับ|رد|השב|जवाब दें)(?![^\W\d_]).{0,25}",
    re.IGNORECASE,
)


def boxes_beside(page: Page, headline: str | None) -> set[etree._Element]:
    """Return the elements that hold consent notices, comments of readers and further articles, and nothing else."""
    return {*_consent_notices(page), *_comments(page), *_next_articles(page.contexts, headline)}


def _consent_notices(page: Page) -> Iterator[etree._Element]:
    """Yield the elements around a control to agree with, as far as all their prose is about consent.

    A page with no other prose is a wall, and is known by these words.
    """
    controls = page.index.beginning(lambda text: _is_label(text, _AGREE))[:_MAX_CONTROLS]
    said = [context for context in page.contexts if _is_said(context)] if controls else []
    texts: dict[etree._Element, list[str]] = {}
    for context in said:
        for element in context.ancestors:
            texts.setdefault(element, []).append(context.block.text)
    for control in controls:
        notice = _notice_around(control, texts)
        if notice is not None and len(texts[notice]) < len(said):
            yield notice


def _is_label(text: str, pattern: re.Pattern[str]) -> bool:
    return len(text) <= _MAX_LABEL and pattern.fullmatch(text.strip()) is not None


def _is_said(context: BlockContext) -> bool:
    block = context.block
    is_sentence = SENTENCE_END.search(block.text[-20:]) is not None
    return context.is_prose or (is_sentence and block.tag not in HEADINGS and not block.is_link)


def _notice_around(control: etree._Element, texts: Mapping[etree._Element, Sequence[str]]) -> etree._Element | None:
    notice = None
    for element in islice(control.iterancestors(), _MAX_LEVELS):
        if element.tag in _PAGE_TAGS or next(element.iter("h1"), None) is not None:
            break
        said = texts.get(element, ())
        if sum(map(len, said)) > _MAX_CONSENT or not all(map(_CONSENT.search, said)):
            break
        if said:
            notice = element
    return notice


def _comments(page: Page) -> Iterator[etree._Element]:
    """Yield elements that are set alike, of which each has the line of a comment, below the article's paragraphs."""
    marks = [context.ancestors[0] for context in page.contexts if _is_line_of_comment(context)]
    marks += page.index.beginning(lambda text: _is_label(text, _REPLY))
    if len(marks) < _MIN_UNITS:
        return
    groups: dict[tuple[etree._Element, str, str], set[etree._Element]] = {}
    for mark in marks:
        for unit, holder in pairwise((mark, *islice(mark.iterancestors(), _MAX_LEVELS))):
            groups.setdefault((holder, str(unit.tag), unit.get("class", "")), set()).add(unit)
    before: dict[etree._Element, int] = {}  # how many paragraphs stand before the first in an element
    for index, context in enumerate(context for context in page.contexts if context.is_prose):
        for element in context.ancestors:
            before.setdefault(element, index)
    for units in groups.values():
        first = min((before[unit] for unit in units if unit in before), default=0)
        if len(units) >= _MIN_UNITS and first >= _MIN_PARAGRAPHS:
            yield from units


def _is_line_of_comment(context: BlockContext) -> bool:
    text = context.block.text
    if len(text) <= 2 * _MAX_LABEL and (_COMMENTED.fullmatch(text) or _REPLY.fullmatch(text)):
        return context.block.tag not in HEADINGS
    return _WROTE.match(text) is not None


def _next_articles(contexts: Sequence[BlockContext], headline: str | None) -> Iterator[etree._Element]:
    """Yield what follows the element of the headline and its paragraphs, is set like it and begins with a link."""
    own = next((each for each in contexts if each.block.tag == "h1" and each.block.text == headline), None)
    if own is None:
        return
    for element in own.ancestors[1 : 1 + _MAX_LEVELS]:
        if element.tag in ("html", "body"):
            return
        following = islice(element.itersiblings(str(element.tag)), _MAX_NEXT)
        siblings = [each for each in following if each.get("class") == element.get("class")]
        if siblings and sum(each.is_prose and element in each.ancestors for each in contexts) >= _MIN_PARAGRAPHS:
            yield from (each for each in siblings if _begins_with_link(each, contexts))
            return


def _begins_with_link(element: etree._Element, contexts: Sequence[BlockContext]) -> bool:
    first = next((context.block for context in contexts if element in context.ancestors), None)
    if first is None or not (first.is_link or first.tag == "h1"):
        return False
    return first.tag in HEADINGS or len(first.text.split()) >= _MIN_LINKED_WORDS
