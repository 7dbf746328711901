"""From bylines to names: who wrote it, without roles, houses, places and handles; order kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from newscrawl.items import Source
from newscrawl.normalize.text import display

MOST = 50  # names; more is a list of something else
LONGEST = 80  # characters of one name

_OPENING = re.compile(
    r"^(?:(?:written|words|story|report(?:ed|ing)?|analysis|text|interview|opinion|review|posted|published|compiled|edited)\s+)?"
    r"(?:by|von|par|por|door|av|af|od|oleh|bởi|autor(?:en|in|es|a)?|auteurs?|authors?|text|texte|tekst|автор|"
    r"от|written by|una? (?:articolo|informazione) di)\b\s*[:：]?\s+|^(?:文|取材|記者|编辑|作者)\s*[/／:：]\s*",
    re.IGNORECASE,
)
_OPENING_ITALIAN = re.compile(r"^(?:di|a cura di|dal nostro inviato)\s+(?=\S+\s+\S+)", re.IGNORECASE)
_NO_NAME = re.compile(r"https?:|www\.|\w\.(?:com|org|net|co\.uk|de|fr|html)\b|[{}<>=]", re.IGNORECASE)
_HANDLE = re.compile(r"\S*@\S+|\btwitter\b.*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[\[(（【][^\])）】]*(?:[\])）】]|$)")
_LINE = re.compile(r"\s*(?:[;|•\n\t]|[、／]|\s[/·•–—-]\s)\s*")
_JOINED = re.compile(
    r"\s*,\s*(?:and|und|et|y|e|og|och|en|i|и|&)\s+|\s+(?:and|und|og|och|&|with|mit|avec|и|및|と)\s+", re.IGNORECASE
)
_JOINED_SHORT = re.compile(r"\s+(?:et|y|e|en|i|a|ja|ve|dan|và)\s+")
_NAME_ENDING = re.compile(r"^(?:jr|sr|ii|iii|iv|m\.?d|ph\.?\s?d|esq|mba|dds|rn)\.?$", re.IGNORECASE)
_PLACE = re.compile(r"\s+(?:in|at|aus|à|au|en)\s+(?:the\s+)?[A-ZÀ-Ž].*$")
_FOR = re.compile(r"\s+(?:for|für|pour|para|of|of the|from)\s+(?:the\s+)?[A-Z].*$")
_REPORTER_CJK = re.compile(r"\s*(?:(?:인턴|선임|전문|객원)?기자|특파원|논설위원|PD|記者|记者|特派員|編集委員|さん)$")
_ROLE_NOUN = (
    "correspondent|editor|reporter|columnist|writer|producer|critic|analyst|journalist|contributor|photographer|"
    "commentator|anchor|presenter|blogger|author|director|fellow|professor|intern|staff|bureau|chief|desk|team|host|"
    "redakteur|redakteurin|korrespondent|korrespondentin|reporterin|journalistin|kolumnist|volontär|volontärin|autorin|"
    "journaliste|journalisten|correspondant|correspondante|rédacteur|redactor|redactora|corresponsal|periodista|"
    "giornalista|inviato|redaktør|redaktör|correspondente|repórter|verslaggever|redactie|dziennikarz"
)
_ROLE_WORD = (
    "senior|chief|deputy|assistant|associate|executive|managing|special|staff|freelance|guest|contributing|lead|acting|"
    "political|politics|economics?|economy|business|media|science|health|environment|education|sports?|football|"
    "technology|tech|arts|culture|entertainment|film|music|travel|food|home|foreign|diplomatic|defence|defense|"
    "security|national|international|world|asia|africa|europe|european|middle|east|north|south|west|america|china|"
    "russia|us|uk|washington|london|new|york|white|house|legal|crime|religious|religion|affairs|social|royal|transport|"
    "city|news|features?|opinion|digital|online|video|data|investigations?|investigative|weekend|sunday|global|energy|"
    "climate|industry|financial|personal|finance|money|property|consumer|local|regional|community|audience|and|&|the|of"
)
_ROLE = re.compile(rf"\b(?:{_ROLE_NOUN})s?\b", re.IGNORECASE)
_TRAILING_ROLE = re.compile(
    rf"^(\S+\s+\S+(?:\s+\S+)*?)\s+(?:(?:{_ROLE_WORD}|bbc|cnn)\s+)*(?:{_ROLE_NOUN})\b.*$", re.IGNORECASE
)
_HOUSES = frozenset(
    {
        "associated press", "the associated press", "ap", "reuters", "afp", "agence france-presse", "dpa", "bloomberg",
        "pa", "pa media", "press association", "bbc news", "bbc", "cnn", "the guardian", "the washington post",
        "the new york times", "fox news", "nbc news",
    }
)  # fmt: skip
_GENERIC = frozenset(
    {
        "staff", "team", "news", "newsroom", "desk", "editors", "editor", "editorial", "reporter", "reporters",
        "online", "redaktion", "redaktionen", "redazione", "rédaction", "redacción", "redaccion", "redaksjonen",
        "redactie", "web", "digital", "the", "la", "le", "el", "die", "der", "das", "com", "www", "by", "of", "and",
    }
)  # fmt: skip
_WORD = re.compile(r"\w+")


def authors(stated: Sequence[str], byline: str | None, source: Source) -> tuple[str, ...]:
    """Return the names in what a page states, else in its printed byline; the publisher's own name is no author."""
    names = tuple(_names(stated, source))
    if not names and byline:
        names = tuple(_names([byline], source))
    return names[:MOST]


def _names(stated: Iterable[str], source: Source) -> Iterator[str]:
    seen: set[str] = set()
    for text in stated:
        for name in _split(text[:2000], source):
            key = " ".join(_WORD.findall(name.casefold()))
            if key and key not in seen and not _is_publisher(name, source):
                seen.add(key)
                yield name


def _split(text: str, source: Source) -> Iterator[str]:
    text = _BRACKETS.sub("", html.unescape(text).replace("\xa0", " "))
    for line in _LINE.split(text):
        line = _opened(display(line), source)
        for part in _JOINED.split(line) if not _is_one(line) else [line]:
            yield from _people(part, source)


def _opened(line: str, source: Source) -> str:
    line = _OPENING.sub("", line)
    return _OPENING_ITALIAN.sub("", line) if "it" in source.languages else line


def _is_one(line: str) -> bool:
    """Tell whether a joining word is part of one credit, as in "Staff and agencies"."""
    return bool(re.fullmatch(r"(?:\S+ )?staff and \S+", line, re.IGNORECASE))


def _people(part: str, source: Source) -> Iterator[str]:
    """Yield the names in a list parted by commas; what follows a name may be its role, house or degree."""
    pieces = [one for one in (piece.strip() for piece in re.split(r"\s*[,，]\s*", part)) if one]
    names: list[str] = []
    for piece in pieces:
        if names and _NAME_ENDING.match(piece):
            names[-1] += f", {piece}"
            continue
        for one in _short_joined(piece):
            name = _clean(_opened(one, source))
            if name and not (names and (_is_no_person(name) or _is_publisher(name, source))):
                names.append(name)
    yield from names


def _short_joined(piece: str) -> list[str]:
    """Split at words that also occur within names ("Ortega y Gasset") only where both sides are whole names."""
    parts = _JOINED_SHORT.split(piece)
    return parts if len(parts) > 1 and all(len(one.split()) >= 2 for one in parts) else [piece]


def _clean(name: str) -> str | None:
    name = _HANDLE.sub("", name)
    name = _REPORTER_CJK.sub("", name.strip(" .:-–—*'\"“”"))
    if match := _TRAILING_ROLE.match(name):
        name = match[1]
    name = _PLACE.sub("", _FOR.sub("", name)) if len(name.split()) > 2 and not _ROLE.match(name) else name
    name = name.strip(" .,:-–—*") + ("." if re.search(r"\b(?:Jr|Sr)\.$", name) else "")
    if not 2 <= len(name) <= LONGEST or _NO_NAME.search(name) or not any(map(str.isalpha, name)):
        return None
    if any(map(str.isdigit, name)) and len(name.split()) > 3:
        return None
    return name if len(name.split()) <= 7 else None


def _is_no_person(name: str) -> bool:
    """Tell whether what follows a name is a role, a house or a place in lower case rather than another name."""
    return bool(_ROLE.search(name)) or name.casefold() in _HOUSES or name[0].islower()


def _is_publisher(name: str, source: Source) -> bool:
    """Tell whether a name is the source's own: its words, or those and "staff", "newsroom" and the like."""
    words = set(_WORD.findall(name.casefold()))
    own = set(_WORD.findall(f"{source.publisher} {source.name}".casefold())) - {"the"}
    own |= {part for domain in source.domains for part in (*domain.casefold().split("."), domain.split(".")[-2:][0])}
    return bool(words & own) and words <= own | _GENERIC
