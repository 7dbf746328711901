"""The names in a line that credits authors: split, and without roles, places, employers, addresses and handles."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from newscrawl.normalize.credit_grammar import (
    ORGANISATION,
    begins_with_name,
    credited,
    is_organised_for,
    with_helpers_apart,
    without_job_behind,
    without_pictures,
)
from newscrawl.normalize.credit_roles import before_role, begins_with_role, has_role, is_role
from newscrawl.normalize.credit_words import MAKERS
from newscrawl.normalize.credits import MAX_LINE_LENGTH, author_credits, without_opening
from newscrawl.normalize.name_records import texts_of_records
from newscrawl.normalize.text import display
from newscrawl.normalize.zones import is_city

MAX_NAME_LENGTH = 80  # characters of one name

_NOT_A_NAME = re.compile(r"https?:|www\.|^\S+\.(?:com|org|net|co\.uk|html|php|example)$|[{}<>=%]", re.IGNORECASE)
# What content systems state where nobody is stated.
_NOBODY = re.compile(
    r"(?:(?:null|undefined|none|nil|n/a|nan|unknown|not (?:available|set)|email protected|no author|"
    r"author(?: name)?|name|(?:(?:wp|site|web)[ _-]?)?admin(?:istrator|istrador|istrateur|istrátor|istratore)?|"
    r"админ(?:истратор)?|yönetici|管理[员員者]|관리자|(?:web)?master|root|(?:(?:super|anonymous) )?user|guest|test|"
    r"default|object object|array)[\s\d]*)+",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:\d{1,2}\.? )?"
    r"(?:jan|feb|fév|mar|mär|apr|avr|abr|ma[iyj]|jun|juin|jul|juil|aug|aoû|ago|sep|set|o[ck]t|out|nov|d[ei][cz])"
    r"[a-zéû]*\.?(?: \d{1,2})?(?:,? (?:19|20)\d\d)?|(?:19|20)\d\d",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s(?:Uhr|[A-Z]{1,5}))?", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b(?:Jr|Sr)\.$")
_HANDLE = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.\S++|@\S*+|\btwitter\b.*$", re.IGNORECASE)
_BRACKETS = re.compile(r"(?:(?<!\s)\s++)?[\[(（【][^\])）】]*+(?:[\])）】]|$)")
_ADDRESS_AND_NAME = re.compile(r"\s*[^\s@()]+@[^\s@()]+\s\(([^()@]{2,80})\)\s*")
_ALL_IN_BRACKETS = re.compile(r"\s*[\[(（【〔]([^\[\](（【〔)）】〕]{2,80})[\])）】〕]\s*")
_WEB_ADDRESS = re.compile(r"https?://[^\s,;|<>()\"]*", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\w.])(?:\+|00)\d[\d ()./-]{6,18}\d(?!\w)")
_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?(?:[;؛|•\n\t]|[、／]|\s[/·•–—-]\s)\s*+")
_EDGES = " -–—/|·•,"
_ROW = re.compile(r"[\n;]|(?<=[^\W\d_]{2})\.\s(?=[^\W\d_]{3,20}[:：])")
_BARE_BY = re.compile(r"(?:by|von|par|por|door)\s+\S", re.IGNORECASE)
_COMMA = re.compile(r"(?:(?<!\s)\s++)?[,，،]\s*+")
_LEADING_JOINER = re.compile(r"^(?:et|y|e|en|i|a|ja|ve|dan|và|ir|un|dhe|eta|va|na)\s+(?=[^\W\d_a-z])")
_SLASH = re.compile(r"(?<=[^\W\d_])/(?=[^\W\d_])")
_JOINER = re.compile(
    r"(?:(?<!\s)\s++)?,\s*+(?:and|und|et|y|e|og|och|en|i|и|та|та й|ja|și|ve|dan|&)\s++"
    r"|(?:(?<!\s)\s++)?,\s*+as (?:told|dictated) to\s++"
    r"|(?:^|(?<!\s)\s++)(?:and|und|og|och|&|\+|with|mit|avec|sowie|és|și|и|та|και|및|と|"
    r"oraz|agus|və|և|და|و|اور|और|एवं|तथा|এবং|ও|और|และ)\s++",
    re.IGNORECASE,
)
_SHORT_JOINER = re.compile(r"(?<!\s)\s++(?:et|y|e|en|i|a|ja|ve|dan|và|ir|un|dhe|eta|va|na)\s++")
# Written as one word with the name behind it; but for names that begin with that letter.
_JOINED_JOINER = re.compile(
    r"(?<!\s)\s++و(?!(?:ليد|ائل|سام|سيم|فاء|فيق|رد|جدي?|جدان|جيه|هب[يه]?|هيب|داد|ديع|حيد|لاء|ئام|صفي|الي|ضاح|عد)"
    r"[ةه]?(?![\u0621-\u064a]))(?=[\u0621-\u064a]{3})"
    r"|(?<!\s)\s++ו(?!לד|יק|יל|רד|ו|יט|נס|ינ)(?=[\u05d0-\u05ea]{2})"
)
_NAME_ENDING = re.compile(r"^(?:jr|sr|ii|iii|iv|m\.?d|ph\.?\s?d|esq|mba|dds|rn)\.?$", re.IGNORECASE)
_PLACE = re.compile(r"(?<!\s)\s++(?:in|at|aus|à|au|en|w|v|i)\s++(?:the\s++)?[A-ZÀ-Ž].*$")
_EMPLOYER = re.compile(r"(?<!\s)\s++(?:[Ff]or|für|pour|para|of|of the|from)\s++(?:the\s++)?[A-Z].*$")
# Cities of several words of which the first begins no name
_PLACE_OF_WORDS = re.compile(
    r"(?:New|São|Los|Las|Kuala|Addis|Buenos|Bad|Port|Rio de|Tel|Abu Dhabi|Hong|Nueva|नई|न्यू)\s\S+(?:\s\S+)?$"
)
# Names side by side have a family name and two syllables; what ends in these is a place or a desk.
_KOREAN_NAME = r"[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차"
_KOREAN_NAME += r"주우구민진지엄채원천방공현변염여추도석선설]"
_KOREAN_NAME += r"[\uac00-\ud7af]{2}(?<![시도군구부팀국실청])"
_KOREAN_REPORTER = re.compile(
    rf"((?:[\uac00-\ud7af]{{2,4}}\s?[·,ㆍ]\s?|(?<![\uac00-\ud7af]){_KOREAN_NAME}\s){{0,5}}[\uac00-\ud7af]{{2,4}}(?<![부팀]))"
    r"\s*(?:[\uac00-\ud7af]{1,6}(?:부|팀|국|실|센터)\s)?(?:(?:인턴|선임|전문|객원)?기자|특파원)"
)
_KOREAN_COMMA = re.compile(r"\s?[·,ㆍ]\s?|\s")
_REPORTER_CJK = re.compile(
    r"(?:(?<!\s)\s++)?(?:(?:인턴|선임|전문|객원)?기자|특파원|논설위원|PD|記者|记者|特派員|編集委員|さん)$"
)
_PICTURE_AGENCY = re.compile(
    r"\b(?:getty|shutterstock|istock|imago|picture[- ]alliance|alamy|afp via|epa-efe|unsplash)\b", re.I
)
_MAKER = re.compile(MAKERS, re.IGNORECASE)
_PARTICLE = r"(?:d[aeiou]s?|del|della|la|le|van|von|der|den|de|ten|ter|bin|ibn|al|el|zu|zum|af|av|st)"
_FAMILY_NAME = re.compile(rf"(?:(?i:{_PARTICLE})\s+)*[^\W\d_a-z][\w’'-]+")
_GIVEN_NAMES = re.compile(r"[^\W\d_a-z][\w’'-]+(?:\s+[^\W\d_a-z][\w’'-]*\.?)?")
NEWS_AGENCIES = frozenset(
    {
        "associated press", "the associated press", "ap", "reuters", "afp", "agence france-presse", "dpa", "bloomberg",
        "pa", "pa media", "press association", "bbc news", "bbc", "cnn", "the guardian", "the washington post",
        "the new york times", "fox news", "nbc news", "apa", "sda", "sid", "epd", "kna", "ansa", "adnkronos", "efe",
        "ep", "europa press", "ntb", "ritzau", "tt", "stt", "čtk", "tasr", "pap", "mti", "lusa", "belga", "anp",
        "interfax", "тасс", "tass", "xinhua", "kyodo", "jiji", "yonhap", "aap", "ians", "pti", "ani", "upi",
        "keystone-sda", "deutsche presse-agentur", "agencies", "agencias", "agences", "agenturen", "wire", "wires",
    }
)  # fmt: skip


def names_of(stated: Iterable[str]) -> list[str]:
    """Return the distinct names in some lines, in order; cities beside them are where somebody writes from."""
    names: dict[str, str] = {}
    for text in stated:
        if _PICTURE_AGENCY.search(text):
            continue  # WordPress and others put the credit of the picture into <meta name="author">
        for line in texts_of_records(html.unescape(text[:MAX_LINE_LENGTH])):
            for name in _split(line):
                names.setdefault(name_key(name), name)
    names.pop("", None)
    return [name for name in names.values() if not is_city(name)] or list(names.values())


def name_key(name: str) -> str:
    """Return the words of a name, for comparison."""
    return " ".join(re.findall(r"\w+", name.casefold()))


@lru_cache(maxsize=512)  # metadata and page have the same line, and so have other articles
def _split(text: str) -> tuple[str, ...]:
    makers: list[str] = []
    names = tuple(_names_of_rows(text, makers))
    return names or tuple(makers)


def _names_of_rows(text: str, makers: list[str]) -> Iterator[str]:
    """Yield the names in the lines of a text; those of photographers and translators join `makers`."""
    text = author_credits(_without_addresses(text.replace("\xa0", " ")))
    text = _HANDLE.sub(" ", _BRACKETS.sub("", text)) if "\n" not in text else _BRACKETS.sub("", text)
    for row in _ROW.split(with_helpers_apart(text)):
        for line in _authors_among(
            [part for piece in _SEPARATOR.split(row) if (part := display(piece).strip(_EDGES).lstrip(". "))]
        ):
            if reporters := _KOREAN_REPORTER.findall(line):
                yield from (name for names in reporters for name in _KOREAN_COMMA.split(names))
                continue
            for part in _JOINER.split(line) if not _is_single_credit(line) else [line]:
                yield from _names_in_list(part, makers)


def _authors_among(parts: Sequence[str]) -> Iterator[str]:
    """Yield the parts of a line that name its authors: not the section before "By", nor house and job behind a name."""
    start = next((at for at, part in enumerate(parts) if _BARE_BY.match(part)), 0)
    name = ""
    for part in parts[start:]:
        line = _LEADING_JOINER.sub("", _credited(part))
        first = _COMMA.split(line, maxsplit=1)[0] or line
        if name and (_is_role_or_employer(first, name) or _is_place(line, name)):
            continue
        yield line
        name = line if not name and begins_with_name(line) else name


def _credited(part: str) -> str:
    return without_opening(credited(without_opening(without_pictures(part))))


def _without_addresses(text: str) -> str:
    """Return a line without the brackets around all of it, and without web addresses and telephone numbers in it.

    RSS puts the name in brackets behind an address: "desk@paper.example (Ada Lind)".
    """
    if match := _ADDRESS_AND_NAME.fullmatch(text) or _ALL_IN_BRACKETS.fullmatch(text):
        text = match[1]
    text = _WEB_ADDRESS.sub(" ", text) if "//" in text else text
    return _TELEPHONE.sub(" ", text) if any(map(str.isdigit, text)) else text


def _is_single_credit(line: str) -> bool:
    """Return whether "and" is part of a single credit, as in "Staff and agencies"."""
    return bool(re.fullmatch(r"(?:\S+ )?staff and \S+", line, re.IGNORECASE))


def _names_in_list(part: str, makers: list[str]) -> Iterator[str]:
    """Yield the names in a comma-separated list, without the roles, employers and places that follow a name."""
    parts = [stripped for piece in _COMMA.split(part) if (stripped := piece.strip())]
    if _is_family_name_first(parts):
        parts = [" ".join(reversed(parts))]
    names: list[str] = []
    for at, piece in enumerate(parts):
        if names and _NAME_ENDING.match(piece):
            names[-1] += f", {piece}"
            continue
        if names and _MAKER.fullmatch(piece):
            makers.append(names.pop())
            continue
        if names and (_is_role_or_employer(piece, names[-1]) or _is_place(piece, names[-1])):
            continue
        if not names and _is_job_before(piece, parts[at + 1 :]):
            continue
        for name_part in _split_at_joiners(piece):
            name = _clean(_credited(name_part))
            if name:
                names.append(name)
    yield from names


def _is_job_before(piece: str, further: Sequence[str]) -> bool:
    """Return whether the first part of a list is a job, with its bearer behind it: "Laporan wartawan, Ada Lind"."""
    job = _credited(piece)
    return (
        has_role(job)
        and not begins_with_name(job)
        and any(begins_with_name(part) and not ORGANISATION.search(part) for part in further)
    )


def _is_family_name_first(parts: Sequence[str]) -> bool:
    """Return whether a list is one name written "Doe, Jane" or "van Dijk, Anna"."""
    if len(parts) != 2 or any(part.casefold() in NEWS_AGENCIES or part.isupper() for part in parts):
        return False
    is_name = _FAMILY_NAME.fullmatch(parts[0]) and _GIVEN_NAMES.fullmatch(parts[1])
    return bool(is_name) and not has_role(parts[1]) and not _NAME_ENDING.match(parts[1])


def _is_place(piece: str, name: str) -> bool:
    """Return whether a single word behind a name of several words is where its bearer writes from, or for whom."""
    if _PLACE_OF_WORDS.match(piece):
        return True
    return (
        " " not in piece
        and " " in name
        and piece[0].isalpha()
        and not piece[0].islower()
        and piece.casefold() not in NEWS_AGENCIES
    )


def _split_at_joiners(piece: str) -> list[str]:
    """Split at signs that also occur within names ("Ortega y Gasset") only if both sides have at least two words."""
    for joiner in (_SHORT_JOINER, _JOINED_JOINER, _SLASH):
        parts = joiner.split(piece)
        is_agency = joiner is _SLASH and any(side.casefold() in NEWS_AGENCIES for side in parts)
        if len(parts) > 1 and (is_agency or all(len(side.split()) >= 2 for side in parts)):
            return parts
    return [piece]


def _clean(name: str) -> str | None:
    name = _once(_HANDLE.sub("", name).strip())
    is_abbreviated = _ABBREVIATED.search(name) is not None
    name = _REPORTER_CJK.sub("", name.strip(" .:-–—*'\"“”"))
    if (bearer := before_role(name)) and not is_role(name) and "staff" not in bearer.lower():
        name = bearer
    if len(name.split()) > 2 and not begins_with_role(name) and not is_organised_for(name):
        name = _PLACE.sub("", _without_employer(name))
    name = without_job_behind(name.strip(" .,:-–—*/|") + "." * is_abbreviated)
    if not 2 <= len(name) <= MAX_NAME_LENGTH or _NOT_A_NAME.search(name) or not any(map(str.isalpha, name)):
        return None
    if _NOBODY.fullmatch(name) or (any(map(str.isdigit, name)) and _DAY.fullmatch(name)):
        return None
    if any(map(str.isdigit, name)) and (len(name.split()) > 3 or _CLOCK.fullmatch(name)):
        return None
    return name if len(name.split()) <= 7 else None


def _without_employer(name: str) -> str:
    """Return a name without for whom its bearer writes; behind one word that is an organisation's own name."""
    if not (match := _EMPLOYER.search(name)):
        return name
    before = name[: match.start()]
    return before if " " in before or before.casefold() in NEWS_AGENCIES else name


def _once(name: str) -> str:
    """Return "Jane Doe" for "Jane Doe Jane Doe", which a picture's text and a link give."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half >= 2 and len(words) % 2 == 0 and words[:half] == words[half:] else name


def _is_role_or_employer(piece: str, name: str) -> bool:
    """Return whether a part of a list belongs to the name before it: a role, an organisation, or lower case."""
    is_house = piece.casefold() in NEWS_AGENCIES or piece.startswith("The ")
    if has_role(piece) or is_role(piece) or is_house or piece[0].islower():
        return True
    return bool(ORGANISATION.search(piece)) and not name.isupper()
