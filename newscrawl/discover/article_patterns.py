"""Guess by which pattern the addresses of a site's articles are known, from the links of its pages. Pure.

A guess is an alternation of few features of addresses: dates, ids, slugs of several words, directories. Each feature
is linear: searched in an address, it reads no character more than a few times (tests/hostile).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

# Of addresses of any site, the most telling first, with the least share of headlines among the links that have it.
DATES = (
    r"/(?:19|20)\d\d/(?:\d\d?|[a-z]{3,9})/\d\d?(?:[/._-]|$)",
    r"/(?:19|20)\d\d/\d\d?/",
    r"[/_-](?:19|20)\d\d-\d\d?-\d\d?(?:[/._?#-]|$)",
    r"[/_-](?:19|20)\d{6}(?:\D|$)",
)
IDS = (
    r"[-/_.,~][a-z]{0,4}\d{5,}(?:[-/_.,~?#]|$)",
    r"[-/_.,][0-9a-f]{12,}(?:[-/_.,?#]|$)",
    r"/[0-9a-f]{8}-[0-9a-f]{4}-",
)
DIRECTORY = r"/(?:articles?|stor(?:y|ies)|artikel|articulos?|articolo|nota|notas|nyheter)/[^/?#]"
WORDS = tuple(rf"/(?:[^-_/?#]+[-_]){{{count},}}[^/?#]" for count in (2, 3, 4, 5, 6))
EXTENSION = r"/[^/?#]+\.(?:s?html?|php|aspx?|cms|ece)(?:[?#]|$)"
GENERIC = (*DATES, *IDS, DIRECTORY, *WORDS, EXTENSION)
MIN_PRECISION = 0.9
MIN_STRONG_PRECISION = 0.6  # of dates
MIN_DIRECTORY_PRECISION = 0.95  # a directory also holds sections
MIN_LINKS = 3
MIN_COVERED = 0.97  # of the headlines; the rest are not articles, or of a kind of their own
MAX_ALTERNATIVES = 4
MAX_DIRECTORIES = 40
# What is no article in words, whatever its link reads like; those of these that a page links are excluded.
# Directories of that name, or hosts: //video.paper.example/.
_KINDS = (
    "videos?|watch|reel|pictures|photos?|gallery|galleries|slideshows?|podcasts?|audio|graphics|authors?|people|person|"
    "profile|contributors?|staff|tags?|topics?|category|search|weather|shows?|programmes?|contests?|newsletters?|"
    "services?|account|shop|store|radio|subscribe|help|autor|autoren|themen?|auteur|fotos|galerie|bilder|wetter"
)
_OTHER_KIND = re.compile(rf"^[^?#]*?/((?:{_KINDS})/|/(?:{_KINDS})\.|(?:terms|privacy|cookies?)-)")
# An address that names an article, whatever its link reads like: that of a picture has no words.
_NAMES_AN_ARTICLE = re.compile(
    r"/(?:[^-_/?#]+[-_]){5,}[^/?#]|"
    r"/(?:19|20)\d\d/?(?:\d\d?|[a-z]{3})/?\d\d?/(?:[^-_/?#]+[-_]){3}"
)
_OF_THE_SITE = re.compile(
    r"(?:terms|privacy|cookies?|policy|policies|subscri\w+|advertis\w+|imprint|impressum|datenschutz|guidelines|contact)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"([a-z][a-z-]{0,20}[-_])\d+$", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
_OF_PAGING = frozenset({"page", "p", "start", "offset", "seite", "pg", "paged"})


@dataclass(frozen=True, slots=True)
class _Feature:
    pattern: str
    headlines: frozenset[str]
    others: frozenset[str]

    @property
    def is_telling(self) -> bool:
        """Whether what it finds is an article for what it is, a date or an id."""
        return self.pattern in (*DATES, *IDS, DIRECTORY) or self.pattern.startswith("[?&]")

    def precision(self) -> float:
        return len(self.headlines) / max(1, len(self.headlines) + len(self.others))


def guessed_pattern(headlines: Collection[str], others: Collection[str]) -> str | None:
    """Return a pattern that finds what `headlines` have in common and `others` have not; None if there is none.

    `headlines` are addresses of links that read like articles, `others` are those of the other links: among the first
    may be some that are no articles, and the other way round.
    """
    urls = {*headlines, *others}
    kinds = sorted({found[1] for url in urls if (found := _OTHER_KIND.match(url))})
    plain = {url for url in urls if not _OTHER_KIND.match(url)}
    plain = {url for url in plain if url not in headlines or not _OF_THE_SITE.search(url)}
    articles = frozenset(url for url in plain if url in headlines or _NAMES_AN_ARTICLE.search(_path(url)))
    if len(articles) < MIN_LINKS:
        return None
    features = [_measured(pattern, articles, plain - articles) for pattern in _features(articles)]
    chosen = _covering([each for each in features if _is_usable(each)], articles)
    if not chosen:
        return None
    return _pattern([each.pattern for each in chosen], kinds, [url for url in urls if _OTHER_KIND.match(url)])


def _pattern(alternatives: Sequence[str], kinds: Iterable[str], of_other_kinds: Iterable[str]) -> str:
    """Return one pattern for the alternatives, without addresses of other kinds if it would find any of these."""
    joined = "|".join(alternatives)
    features = f"(?:{joined})" if len(alternatives) > 1 else joined
    # A campaign's parameter may hold the address of an article.
    before = ".*?" if any(each.startswith("[?&]") for each in alternatives) else "[^?#]*?"
    if not any(re.search(f"^{before}{features}", url) for url in of_other_kinds):
        return f"^{before}{features}"
    return rf"^(?![^?#]*/(?:{'|'.join(map(_escaped, kinds))})){before}{features}"


def is_of_another_kind(url: str) -> bool:
    """Return whether an address is one of a video, a gallery, an author, a topic …, by the words in it."""
    return _OTHER_KIND.match(url) is not None


def is_of_the_site(url: str) -> bool:
    """Return whether an address is one of the site's own terms, policies and the like."""
    return _OF_THE_SITE.search(url) is not None


def guessed_guid_pattern(urls: Collection[str], patterns: Sequence[str], *, least_share: float) -> str | None:
    """Return the first of the patterns that finds an id in most URLs, and another one in each; None if none does.

    A date in an address is no id of an article: it is found in those of a whole day.
    """
    distinct = set(urls)
    for pattern in patterns:
        ids = [found[1] for url in distinct if (found := re.search(pattern, url))]
        if ids and len(ids) >= least_share * len(distinct) and len(set(ids)) == len(ids):
            return pattern
    return None


def _path(url: str) -> str:
    return urlsplit(url).path


def _measured(pattern: str, articles: Iterable[str], rest: Iterable[str]) -> _Feature:
    headlines, others = (frozenset(url for url in urls if re.search(pattern, url)) for urls in (articles, rest))
    return _Feature(pattern, headlines, others)


def _is_usable(feature: _Feature) -> bool:
    if len(feature.headlines) < MIN_LINKS:
        return False
    if feature.pattern in DATES:
        return feature.precision() >= MIN_STRONG_PRECISION
    return feature.precision() >= (MIN_PRECISION if feature.pattern in GENERIC else MIN_DIRECTORY_PRECISION)


def _covering(features: Sequence[_Feature], articles: frozenset[str]) -> list[_Feature]:
    """Return few features that together cover the articles: of those that add about as much, the first."""
    chosen: list[_Feature] = []
    covered: frozenset[str] = frozenset()
    while len(covered) < MIN_COVERED * len(articles) and len(chosen) < MAX_ALTERNATIVES:
        gains = [(_gain(each, covered), each) for each in features]
        best = max((gain for gain, _ in gains), default=0.0)
        if best < max(2.0, 0.02 * len(articles)):
            break
        found = next(each for gain, each in gains if gain >= (0.93 if each.is_telling else 0.98) * best)
        chosen.append(found)
        covered |= found.headlines
    return chosen


def _gain(feature: _Feature, covered: frozenset[str]) -> float:
    return len(feature.headlines - covered) - (1.0 if feature.is_telling else 3.0) * len(feature.others)


def _features(articles: Collection[str]) -> Iterator[str]:
    """Yield patterns to measure, those that tomorrow's articles are most likely to have first."""
    yield from DATES
    yield from IDS
    yield DIRECTORY
    yield from _parameters(articles)
    yield from _numbered(articles)
    yield from WORDS
    for directory in _directories(articles):
        yield from (f"{directory}{words[1:]}" for words in WORDS[:3])
        yield f"{directory}[^/?#]"
    yield EXTENSION


def _parameters(articles: Collection[str]) -> Iterator[str]:
    """Yield patterns of parameters that hold an id: `?id=123`."""
    counts = Counter(
        name
        for url in articles
        for name, value in parse_qsl(urlsplit(url).query)
        if _DIGITS.search(value) and name.lower() not in _OF_PAGING - {"p"}
    )
    yield from (rf"[?&]{_escaped(name)}=[a-z]{{0,4}}\d" for name, count in counts.most_common(3) if count >= MIN_LINKS)


def _numbered(articles: Collection[str]) -> Iterator[str]:
    """Yield patterns of names that only differ by their numbers: `/note-2004`."""
    stems = Counter(
        found[1] for url in articles if (found := _NUMBERED.search(urlsplit(url).path.rstrip("/").rpartition("/")[2]))
    )
    yield from (rf"/{_escaped(stem)}\d+" for stem, count in stems.most_common(3) if count >= MIN_LINKS)


def _directories(articles: Collection[str]) -> Iterator[str]:
    """Yield patterns of the directories that hold several articles; those with numbers are of one year or one day."""
    counts: Counter[str] = Counter()
    for url in articles:
        parts = urlsplit(url).path.strip("/").split("/")
        counts.update("/".join(parts[:depth]) for depth in range(1, min(len(parts), 4)))
        counts.update(f"*{part}" for part in parts[1:-1])
    for directory, count in counts.most_common(MAX_DIRECTORIES):
        name = directory.removeprefix("*")
        if count >= MIN_LINKS and name and not _DIGITS.search(unquote(name)):
            # Anchored by its host, unless it was found below several sections.
            yield f"/{_escaped(name)}/" if directory.startswith("*") else rf"//[^/]+/{_escaped(name)}/"


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
