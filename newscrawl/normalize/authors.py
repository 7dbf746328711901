"""Who wrote an article: the persons named by its metadata and its printed byline, else the agency or the house."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from newscrawl.items import Source
from newscrawl.normalize.credit_grammar import MARKS, own_words
from newscrawl.normalize.credit_roles import has_role, is_role
from newscrawl.normalize.credits import labelled_lines
from newscrawl.normalize.names import NEWS_AGENCIES, name_key, names_of

MAX_WORDS = 6  # of a printed name, without particles
MAX_NAMES = 50  # a longer list is not a list of authors

_GENERIC_WORDS = frozenset(
    {
        "staff", "team", "news", "newsroom", "desk", "editors", "editor", "editorial", "reporter", "reporters",
        "online", "redaktion", "redaktionen", "redazione", "rédaction", "redacción", "redaccion", "redaksjonen",
        "redactie", "web", "digital", "the", "la", "le", "el", "die", "der", "das", "com", "www", "by", "of", "and",
    }
)  # fmt: skip
# One of them and generic words alone are a house, in whose name nobody signs.
_HOUSE_WORDS = frozenset(
    {
        "staff", "team", "newsroom", "desk", "editors", "newsdesk", "webdesk", "redaktion", "redaktionen", "redazione",
        "rédaction", "redacción", "redaccion", "redação", "redaksjonen", "redaksi", "redactie", "redacció", "redacția",
        "redakce", "redakcia", "redakcja", "redakcija", "uredništvo", "uredništva", "toimitus", "toimetus",
        "szerkesztőség", "ritstjórn", "редакция", "редакція", "редакцията", "редакција", "σύνταξη", "編集部", "编辑部",
        "編輯部", "편집국", "편집부",
    }
)  # fmt: skip
_PARTICLES = (
    r"d[aeiou]s?|del|dell[ae]|de[gl]li|dei|dalla|l[aeo]s?|van|von|vom|der|den|ten|ter|aan|het|['’]t|bin|ibn|bint|ben|al|el|"
    r"y|e|zu|zu[mr]|af|av|i|ní|nic|ó|ma?c|st\."
)
_NAME_WORD = (
    rf"(?:(?:[a-zà-ž]{{1,5}}(?:[-'’](?![a-zß-ÿ])|(?=[A-Z])))?[^\W\d_a-z][\w{MARKS}.'’-]*|{_PARTICLES}|d['’]\w+)"
)
# Other parts of a printed byline are no names: "Published today", "12 May", "4 min read".
_PERSON = re.compile(
    r"(?!(?:Published|Posted|Updated|Last|First|Read|Share|Follow|Photo|Image|Video|Watch|Listen|Sign|The|This|More|About|"
    r"Opinion|Analysis|Comment|Exclusive|Breaking|Advertisement|Related|Latest|Top|Most|Get|Download|Print|Save|See|View|"
    r"Source|Article|Facebook|Twitter|Whats|Email|Copy|Bookmark|Join|Log|Subscribe|Artikel|Foto|Bild|Actualizado|Publicado|Mis|Publié|Stand|Aktualisiert)\b)"
    rf"(?:(?:[a-zà-ž]{{1,5}}-)?[^\W\d_a-z][\w{MARKS}.'’-]*|van|von|de|del|della|al|el|d['’]\w+)(?: {_NAME_WORD}){{1,6}}"
    r"|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af ]{2,12}"
)

# Where it is no language of the source, it is a name: "Per Dahl", "Nga Pham".
_BY_OF_LANGUAGE = {
    language: re.compile(rf"^{by} (?=[^\W\d_a-z]\S+ [^\W\d_a-z])", re.MULTILINE)
    for language, by in {"ca": "Per", "sq": "Nga", "cy": "Gan", "tl": "Ni", "fil": "Ni"}.items()
}
# An account's name in a content system
_LOGIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_HOUSE = re.compile(
    r"[\uac00-\ud7af ]+(?:팀|편집국|취재부)|"
    r"[\u3040-\u30ff\u4e00-\u9fff]+(?:編集部|编辑部|編輯部|取材班|报道组|採訪組|編集局)|"
    r"(?:ban biên tập|nhóm (?:phóng viên|pv)|phóng viên|pv|tim (?:redaksi|liputan)|নিজস্ব প্রতিবেদক|ডেস্ক রিপোর্ট|"
    r"डिजिटल डेस्क|न्यूज डेस्क|वेब डेस्क|هيئة التحرير|غرفة الأخبار|גולשי האתר|מערכת האתר)",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"\b(?:staff|newsroom|desk|redaktion|redazione|rédaction|redacción|redactie|editors)\b", re.IGNORECASE
)


def authors(stated: Sequence[str], byline: str | None, source: Source) -> tuple[str, ...]:
    """Return the names in a page's metadata, and those that its printed byline adds to them.

    A byline that shares no name with the metadata counts instead of it if it is labelled ("By …"): content systems
    state whoever filed the article. Where no person is named, an agency, the staff, or the publisher's own name is the
    author.
    """
    for by in filter(None, map(_BY_OF_LANGUAGE.get, source.languages)):
        stated, byline = [by.sub("", line) for line in stated], by.sub("", byline or "") or None
    names = names_of(stated)
    people = _people(names, source)
    printed = _printed_people(byline, source) if byline else []
    if not people or (printed and all(map(_LOGIN.fullmatch, people))):
        people = printed
    elif printed:
        people = _joined(people, printed, byline or "")
    return tuple(people or _houses(names, byline or "", source))[:MAX_NAMES]


def _people(names: Sequence[str], source: Source) -> list[str]:
    people = [name for name in names if not _is_publisher_or_staff(name, source)]
    return [name for name in people if not is_role(name)] or people


def _printed_people(byline: str, source: Source) -> list[str]:
    return [
        name
        for name in names_of([byline])
        if _PERSON.fullmatch(name)
        and len(own_words(name)) <= MAX_WORDS
        and name.casefold() not in NEWS_AGENCIES
        and not _is_publisher_or_staff(name, source)
        and not has_role(name)
    ]


def _joined(people: list[str], printed: list[str], byline: str) -> list[str]:
    """Return the persons of the metadata with those that only the byline names, or the byline's if they share none.

    In a byline with a label, other lines are controls, sections and roles as often as names.
    """
    labelled = name_key(labelled_lines(byline))
    known = [name for name in people if _holds(byline)(name) or any(_is_same(name, other) for other in printed)]
    further = [name for name in printed if not any(_is_same(name, other) for other in people)]
    if not known:
        return further if labelled and all(" " in name for name in further) else people
    beside_known = name_key("\n".join(line for line in byline.split("\n") if any(map(_holds(line), known))))
    if labelled:
        further = [name for name in further if name_key(name) in labelled or name_key(name) in beside_known]
    return [*people, *further]


def _holds(line: str) -> Callable[[str], bool]:
    return lambda name: name_key(name) in name_key(line)


def _is_same(name: str, other: str) -> bool:
    """Return whether two texts name one person: equal, one within the other, or initial and family name agree."""
    ours, theirs = name_key(name), name_key(other)
    if ours == theirs or (min(len(ours), len(theirs)) > 5 and (ours in theirs or theirs in ours)):
        return True
    return ours.split()[-1:] == theirs.split()[-1:] and ours[:1] == theirs[:1]


def _houses(names: Sequence[str], byline: str, source: Source) -> list[str]:
    """Return who is credited where no person is: whom page and metadata name, a desk, an agency, else the publisher."""
    printed = name_key(byline)
    printed_names = names_of([byline])
    choices = (
        [name for name in names if name_key(name) in printed],
        [name for name in names if not _is_publisher(name, source)],
        [name for name in printed_names if name.casefold() in NEWS_AGENCIES or _STAFF.search(name)],
        [name for name in names if "editorial" not in _words(name)],
    )
    return next(filter(None, choices), [])


def _is_publisher_or_staff(name: str, source: Source) -> bool:
    """Return whether a name is the publisher's, alone or with words such as "staff" and "newsroom"."""
    if _HOUSE.fullmatch(name):
        return True
    words = _words(name)
    own = _own_words(source)
    has_house = not (own | _HOUSE_WORDS).isdisjoint(words)
    return (has_house and own | _GENERIC_WORDS | _HOUSE_WORDS >= set(words)) or _is_compact_name(words, source)


def _is_publisher(name: str, source: Source) -> bool:
    words = _words(name)
    own = _own_words(source) | {"the", "www", "com", "news", "editorial"}
    return own >= set(words) or _is_compact_name(words, source)


def _is_compact_name(words: Sequence[str], source: Source) -> bool:
    """Return whether the words without spaces are the source's or publisher's name: "NZ Herald" is `nzherald`."""
    return "".join(words) in (source.name, "".join(_words(source.publisher)))


def _words(text: str) -> list[str]:
    return name_key(text).split()


@lru_cache(maxsize=1024)
def _own_words(source: Source) -> frozenset[str]:
    text = " ".join((source.publisher, source.name, *source.domains, *source.former_domains))
    return frozenset(_words(text)) - {"the", "com", "org", "net", "co", "uk", "www"}
