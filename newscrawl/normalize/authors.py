"""From bylines to the names of authors, in order: without roles, news organisations, places and handles."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from newscrawl.items import Source
from newscrawl.normalize.text import display

MAX_NAMES = 50  # a longer list is not a list of authors
MAX_NAME_LENGTH = 80  # characters of one name

_OPENING = re.compile(
    r"^(?:(?:written|words|story|report(?:ed|ing)?|analysis|text|interview|opinion|review|posted|published|compiled|edited)\s+)?"
    r"(?:by|von|par|por|door|av|af|od|oleh|bởi|autor(?:en|in|es|a)?|auteurs?|authors?|text|texte|tekst|автор|"
    r"от|written by|una? (?:articolo|informazione) di)\b\s*[:：]?\s+|^(?:文|取材|記者|编辑|作者)\s*[/／:：]\s*",
    re.IGNORECASE,
)
_OPENING_ITALIAN = re.compile(r"^(?:di|Di|a cura di|A cura di|dal nostro inviato)\s+(?=[A-Z]\S+\s+[A-Z])")
_NOT_A_NAME = re.compile(r"https?:|www\.|^\S+\.(?:com|org|net|co\.uk|html|php|example)$|[{}<>=]", re.IGNORECASE)
_HANDLE = re.compile(r"\S*@\S+|\btwitter\b.*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[\[(（【][^\])）】]*(?:[\])）】]|$)")
_SEPARATOR = re.compile(r"\s*(?:[;|•\n\t]|[、／]|\s[/·•–—-]\s)\s*")
_JOINER = re.compile(
    r"\s*,\s*(?:and|und|et|y|e|og|och|en|i|и|&)\s+|\s+(?:and|und|og|och|&|with|mit|avec|и|및|と)\s+", re.IGNORECASE
)
_SHORT_JOINER = re.compile(r"\s+(?:et|y|e|en|i|a|ja|ve|dan|và)\s+")
_NAME_ENDING = re.compile(r"^(?:jr|sr|ii|iii|iv|m\.?d|ph\.?\s?d|esq|mba|dds|rn)\.?$", re.IGNORECASE)
_PLACE = re.compile(r"\s+(?:in|at|aus|à|au|en)\s+(?:the\s+)?[A-ZÀ-Ž].*$")
_EMPLOYER = re.compile(r"\s+(?:[Ff]or|für|pour|para|of|of the|from)\s+(?:the\s+)?[A-Z].*$")
_REPORTER_CJK = re.compile(r"\s*(?:(?:인턴|선임|전문|객원)?기자|특파원|논설위원|PD|記者|记者|特派員|編集委員|さん)$")
_ROLE_NOUN = (
    "correspondent|editor|reporter|columnist|writer|producer|critic|analyst|journalist|contributor|photographer|"
    "commentator|anchor|presenter|blogger|author|director|fellow|professor|intern|"
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
_ROLE = re.compile(rf"\b(?:{_ROLE_NOUN}|staff|bureau|chief|desk|team|host)s?\b", re.IGNORECASE)
_TRAILING_ROLE = re.compile(
    rf"^(\S+\s+\S+(?:\s+\S+)*?)\s+(?:(?:{_ROLE_WORD}|bbc|cnn)\s+)*(?:{_ROLE_NOUN})\b.*$", re.IGNORECASE
)
_ROLE_ONLY = re.compile(rf"(?:(?:{_ROLE_WORD}|ap|afp|bbc|cnn|pa)\s+)*(?:{_ROLE_NOUN})s?", re.IGNORECASE)
_NEWS_ORGANISATIONS = frozenset(
    {
        "associated press", "the associated press", "ap", "reuters", "afp", "agence france-presse", "dpa", "bloomberg",
        "pa", "pa media", "press association", "bbc news", "bbc", "cnn", "the guardian", "the washington post",
        "the new york times", "fox news", "nbc news",
    }
)  # fmt: skip
_GENERIC_WORDS = frozenset(
    {
        "staff", "team", "news", "newsroom", "desk", "editors", "editor", "editorial", "reporter", "reporters",
        "online", "redaktion", "redaktionen", "redazione", "rédaction", "redacción", "redaccion", "redaksjonen",
        "redactie", "web", "digital", "the", "la", "le", "el", "die", "der", "das", "com", "www", "by", "of", "and",
    }
)  # fmt: skip
_WORD = re.compile(r"\w+")
# Other parts of a printed byline are no names: "Published today", "12 May", "4 min read".
_PERSON = re.compile(
    r"(?!(?:Published|Posted|Updated|Last|First|Read|Share|Follow|Photo|Image|Video|Watch|Listen|Sign)\b)"
    r"(?:[^\W\d_a-z][\w.'’-]*|d[aeiou]s?|del|la|van|von|der|den|ten|ter|bin|ibn|al|el|y|e)"
    r"(?: (?:[^\W\d_a-z][\w.'’-]*|d[aeiou]s?|del|la|van|von|der|den|ten|ter|bin|ibn|al|el|y|e)){1,5}"
    r"|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af ]{2,12}"
)


def authors(stated: Sequence[str], byline: str | None, source: Source) -> tuple[str, ...]:
    """Return the names in a page's metadata, else in its printed byline.

    The publisher's own name is no author. If no person is named, a credit to its staff is an author, and so is the
    publisher if the printed byline names it.
    """
    names = _names(stated)
    people = [name for name in names if not _is_publisher_or_staff(name, source)]
    if not people and byline:
        people = [
            name for name in _names([byline]) if not _is_publisher_or_staff(name, source) and _PERSON.fullmatch(name)
        ]
    people = [name for name in people if not _ROLE_ONLY.fullmatch(name)] or people
    printed = _key(byline or "")
    credits = [name for name in names if not _is_publisher(name, source) or _key(name) in printed]
    return tuple(people or credits)[:MAX_NAMES]


def _names(stated: Iterable[str]) -> list[str]:
    names: dict[str, str] = {}
    for text in stated:
        for name in _split(text[:2000]):
            names.setdefault(_key(name), name)
    names.pop("", None)
    return list(names.values())


def _key(name: str) -> str:
    return " ".join(_words(name))


def _split(text: str) -> Iterator[str]:
    text = _BRACKETS.sub("", html.unescape(text).replace("\xa0", " "))
    for line in _SEPARATOR.split(text):
        line = _without_opening(display(line))
        for part in _JOINER.split(line) if not _is_single_credit(line) else [line]:
            yield from _names_in_list(part)


def _without_opening(line: str) -> str:
    return _OPENING_ITALIAN.sub("", _OPENING.sub("", line))


def _is_single_credit(line: str) -> bool:
    """Return whether "and" is part of a single credit, as in "Staff and agencies"."""
    return bool(re.fullmatch(r"(?:\S+ )?staff and \S+", line, re.IGNORECASE))


def _names_in_list(part: str) -> Iterator[str]:
    """Yield the names in a comma-separated list, without the roles and employers that follow a name."""
    parts = [stripped for piece in re.split(r"\s*[,，]\s*", part) if (stripped := piece.strip())]
    names: list[str] = []
    for piece in parts:
        if names and _NAME_ENDING.match(piece):
            names[-1] += f", {piece}"
            continue
        if names and _is_role_or_employer(piece):
            continue
        for name_part in _split_at_short_joiner(piece):
            name = _clean(_without_opening(name_part))
            if name:
                names.append(name)
    yield from names


def _split_at_short_joiner(piece: str) -> list[str]:
    """Split at words that also occur within names ("Ortega y Gasset") only if both sides have at least two words."""
    parts = _SHORT_JOINER.split(piece)
    return parts if len(parts) > 1 and all(len(side.split()) >= 2 for side in parts) else [piece]


def _clean(name: str) -> str | None:
    name = _HANDLE.sub("", name)
    name = _REPORTER_CJK.sub("", name.strip(" .:-–—*'\"“”"))
    if (match := _TRAILING_ROLE.match(name)) and not _ROLE_ONLY.fullmatch(name) and "staff" not in match[1].lower():
        name = match[1]
    name = _PLACE.sub("", _EMPLOYER.sub("", name)) if len(name.split()) > 2 and not _ROLE.match(name) else name
    name = name.strip(" .,:-–—*") + ("." if re.search(r"\b(?:Jr|Sr)\.$", name) else "")
    if not 2 <= len(name) <= MAX_NAME_LENGTH or _NOT_A_NAME.search(name) or not any(map(str.isalpha, name)):
        return None
    if any(map(str.isdigit, name)) and len(name.split()) > 3:
        return None
    return name if len(name.split()) <= 7 else None


def _is_role_or_employer(name: str) -> bool:
    """Return whether a part of a list belongs to the name before it: a role, a news organisation, or lower case."""
    return bool(_ROLE.search(name)) or name.casefold() in _NEWS_ORGANISATIONS or name[0].islower()


def _is_publisher_or_staff(name: str, source: Source) -> bool:
    """Return whether a name is the publisher's, alone or with words such as "staff" and "newsroom"."""
    words = _words(name)
    own = _own_words(source)
    return (not own.isdisjoint(words) and own | _GENERIC_WORDS >= set(words)) or _is_compact_name(words, source)


def _is_publisher(name: str, source: Source) -> bool:
    words = _words(name)
    own = _own_words(source) | {"the", "www", "com", "news", "editorial"}
    return own >= set(words) or _is_compact_name(words, source)


def _is_compact_name(words: Sequence[str], source: Source) -> bool:
    """Return whether the words without spaces are the source's or publisher's name: "NZ Herald" is `nzherald`."""
    return "".join(words) in (source.name, "".join(_words(source.publisher)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _own_words(source: Source) -> set[str]:
    text = " ".join((source.publisher, source.name, *source.domains, *source.former_domains))
    return set(_words(text)) - {"the", "com", "org", "net", "co", "uk", "www"}
