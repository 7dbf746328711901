"""Which links of a front page may be section pages: pages that list articles, as a menu names them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import parse_qsl, urlsplit

from newscrawl.discover.article_patterns import is_of_another_kind, is_of_the_site
from newscrawl.discover.page_links import PageLink

MAX_WORDS = 4  # of the name of a section
MAX_DEPTH = 3  # of its path
_SERVICES = re.compile(
    r"about|account|ads?|agb|apps?|archiv\w*|careers?|contacts?|donate|e-?paper|events?|faq|feedback|feeds?|help|home|"
    r"hilfe|imprint|index|jobs?|kontakt|legal|login|log-in|mobile|my\w*|press|print|register|rss\w*|search|sitemap|"
    r"sign-?(?:in|up)|suche|team|user|ueber-uns|uber-uns|about-us|contact-us|abo|abos|abonn\w+|logout|cart|games?|"
    r"puzzles?|crosswords?|horoscopes?|tv|live|wp-\w+|whatsapp|twitter|facebook|instagram|youtube",
    re.IGNORECASE,
)
_PAGING = frozenset({"page", "p", "paged", "seite", "pg", "start", "offset", "date", "q", "s", "lang"})
_DATED = re.compile(r"/(?:19|20)\d\d(?:[/-]|$)|/page/\d+|\d{5,}")


def possible_sections(links: Collection[PageLink], articles: Collection[str], front_url: str) -> list[str]:
    """Return the addresses of possible section pages, those of the menus first; not the front page itself."""
    found = list(_possible(links, set(articles), front_url))
    in_menus = [link.url for link in found if link.is_in_navigation]
    return list(dict.fromkeys([*in_menus, *(link.url for link in found)]))


def _possible(links: Collection[PageLink], articles: Collection[str], front_url: str) -> Iterator[PageLink]:
    front = urlsplit(front_url)
    for link in links:
        parts = urlsplit(link.url)
        is_front = (parts.path.strip("/"), parts.query) == (front.path.strip("/"), front.query)
        if link.url in articles or is_front or link.is_paging or link.is_headline:
            continue
        if link.text and len(link.text.split()) <= MAX_WORDS and _is_named_as_one(link.url):
            yield link


def _is_named_as_one(url: str) -> bool:
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    parameters = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if not (segments or parameters) or len(segments) > MAX_DEPTH or not parameters.isdisjoint(_PAGING):
        return False
    names = [segment.partition(".")[0] for segment in segments]
    if _DATED.search(parts.path) or any(map(_SERVICES.fullmatch, names if not parameters else names[:-1])):
        return False
    return not is_of_another_kind(url) and not is_of_another_kind(f"{url}/") and not is_of_the_site(url)
