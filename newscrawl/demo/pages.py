"""Render the pages and listings of the demo newspaper at one edition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from newscrawl.demo.articles import AnswerKind, DemoArticle, Wording, articles
from newscrawl.demo.editions import REDESIGNED

PUBLISHER = "The Tidewick Courier"
SECTIONS = ("Town", "Business", "Culture", "Nature", "Sport", "World")

NEVER_PUBLISHED = "/2026/03/mayor-opens-tunnel-to-oyster-island-10199"
# Faulty entries of the feed by edition, with faults that real feeds have.
FAULTS: dict[int, tuple[str, ...]] = {
    1: ("<item><title>An entry without an address</title></item>",),
    2: (
        "<item><title>An address that cannot be read</title><link>http://[broken/2026/03/story-10198</link></item>",
        "<item><title>A story that was never there</title><link>{base}" + NEVER_PUBLISHED + "</link></item>",
    ),
    3: ("<item><title>Fish & chips</title><link>https://elsewhere.example/fish&chips</link></item>",),
}

_TEMPLATES = Environment(
    loader=PackageLoader("newscrawl.demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a listing or a teaser shows it."""

    number: int
    url: str
    headline: str
    summary: str
    published: datetime
    modified: datetime
    language: str


def article_page(article: DemoArticle, wording: Wording, edition: int, base: str) -> str:
    """Return the page of an article; if the article has no validators, with a counter that changes at each edition."""
    return _page(
        "redesign" if edition >= REDESIGNED else "classic",
        article=article,
        wording=wording,
        url=base + article.path(wording),
        rtl=article.language == "ar",
        byline=" and ".join(article.authors),
        related=_related(article, base),
        sections=SECTIONS,
        shares=None if article.has_validators else 17 * edition + 4,
        jsonld=_jsonld(article, wording, base),
    )


def _jsonld(article: DemoArticle, wording: Wording, base: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": wording.headline,
        "url": base + article.path(wording),
        "datePublished": article.published.isoformat(),
        "dateModified": wording.modified.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "articleSection": article.section,
        "inLanguage": article.language,
        "description": article.summary,
        "isAccessibleForFree": True,
        "publisher": {"@type": "NewsMediaOrganization", "name": PUBLISHER},
    }


def _related(article: DemoArticle, base: str) -> list[Entry]:
    """Return three other articles in their first wording, so that a page changes only if its own article does."""
    others = [other for other in articles() if other is not article and other.wordings[0].edition == 1]
    start = article.number % len(others)
    return [_entry(other, other.wordings[0], base) for other in (others + others)[start : start + 3]]


def _entry(article: DemoArticle, wording: Wording, base: str) -> Entry:
    return Entry(
        number=article.number,
        url=base + article.path(wording),
        headline=wording.headline,
        summary=article.summary,
        published=article.published,
        modified=wording.modified,
        language=article.language,
    )


def entries(edition: int, base: str) -> list[Entry]:
    """Return the entries of an edition's listings, newest first: every article that is published and not withdrawn."""
    listed = [
        _entry(article, wording, base)
        for article in articles()
        if article.answer_kind(edition) is not AnswerKind.GONE and (wording := article.at(edition))
    ]
    return sorted(listed, key=lambda entry: (entry.published, entry.number), reverse=True)


def front(edition: int, base: str) -> str:
    return _page("front", entries=entries(edition, base))


def feed(edition: int, base: str) -> str:
    """Return the RSS feed, with its faulty entries."""
    faults: Iterable[str] = (fault.format(base=base) for fault in FAULTS.get(edition, ()))
    return _xml("feed", base=base, entries=entries(edition, base), faults=list(faults))


def news_sitemap(edition: int, base: str) -> str:
    return _xml("news-sitemap", entries=entries(edition, base))


def consent() -> str:
    return _page("consent")


def bot_wall(article: DemoArticle) -> str:
    return _page("bot_wall", article=article)


def notice(title: str, text: str) -> str:
    return _page("notice", title=title, text=text)


def _page(name: str, **values: Any) -> str:
    return _TEMPLATES.get_template(f"{name}.html.j2").render(publisher=PUBLISHER, **values)


def _xml(name: str, **values: Any) -> str:
    return _TEMPLATES.get_template(f"{name}.xml.j2").render(publisher=PUBLISHER, **values)
