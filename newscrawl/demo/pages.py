"""What the demo newspaper prints: its pages and listings as they stand at one edition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from newscrawl.demo.editions import REDESIGNED
from newscrawl.demo.stories import Answer, Story, Wording, stories

PAPER = "The Tidewick Courier"
SECTIONS = ("Town", "Business", "Culture", "Nature", "Sport", "World")

# A listing is written by software and edited by people: these entries are wrong in the ways that real feeds are.
NEVER_THERE = "/2026/03/mayor-opens-tunnel-to-oyster-island-10199"
FAULTS: dict[int, tuple[str, ...]] = {
    1: ("<item><title>An entry without an address</title></item>",),
    2: (
        "<item><title>An address that cannot be read</title><link>http://[broken/2026/03/story-10198</link></item>",
        "<item><title>A story that was never there</title><link>{base}" + NEVER_THERE + "</link></item>",
    ),
    3: ("<item><title>Fish & chips</title><link>https://elsewhere.example/fish&chips</link></item>",),
}

_TEMPLATES = Environment(
    loader=PackageLoader("newscrawl.demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as a listing or a teaser names it."""

    number: int
    url: str
    headline: str
    summary: str
    published: datetime
    modified: datetime
    language: str


def article(story: Story, wording: Wording, edition: int, base: str) -> str:
    """Return the page of a story; a story without validators also has a counter that never stands still."""
    look = "redesign" if edition >= REDESIGNED else "classic"
    return _page(
        look,
        story=story,
        wording=wording,
        url=base + story.path(wording),
        rtl=story.language == "ar",
        byline=" and ".join(story.authors),
        related=_related(story, base),
        sections=SECTIONS,
        shares=None if story.has_validators else 17 * edition + 4,
        jsonld=_jsonld(story, wording, base),
    )


def _jsonld(story: Story, wording: Wording, base: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": wording.headline,
        "url": base + story.path(wording),
        "datePublished": story.published.isoformat(),
        "dateModified": wording.modified.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "articleSection": story.section,
        "inLanguage": story.language,
        "description": story.summary,
        "isAccessibleForFree": True,
        "publisher": {"@type": "NewsMediaOrganization", "name": PAPER},
    }


def _related(story: Story, base: str) -> list[Entry]:
    """Return three other stories as they were first printed: a page changes only when its own story does."""
    others = [other for other in stories() if other is not story and other.wordings[0].edition == 1]
    start = story.number % len(others)
    return [_entry(other, other.wordings[0], base) for other in (others + others)[start : start + 3]]


def _entry(story: Story, wording: Wording, base: str) -> Entry:
    return Entry(
        number=story.number,
        url=base + story.path(wording),
        headline=wording.headline,
        summary=story.summary,
        published=story.published,
        modified=wording.modified,
        language=story.language,
    )


def entries(edition: int, base: str) -> list[Entry]:
    """Return what the listings of an edition name, newest first: every story that is printed and not withdrawn."""
    printed = ((story, story.at(edition)) for story in stories() if story.answer(edition) is not Answer.GONE)
    listed = [_entry(story, wording, base) for story, wording in printed if wording]
    return sorted(listed, key=lambda entry: (entry.published, entry.number), reverse=True)


def front(edition: int, base: str) -> str:
    return _page("front", entries=entries(edition, base))


def feed(edition: int, base: str) -> str:
    """Return the RSS feed, faulty entries included."""
    faults: Iterable[str] = (fault.format(base=base) for fault in FAULTS.get(edition, ()))
    return _xml("feed", base=base, entries=entries(edition, base), faults=list(faults))


def news_sitemap(edition: int, base: str) -> str:
    return _xml("news-sitemap", entries=entries(edition, base))


def consent() -> str:
    return _page("consent")


def bot_wall(story: Story) -> str:
    return _page("bot_wall", story=story)


def notice(title: str, text: str) -> str:
    return _page("notice", title=title, text=text)


def _page(name: str, **values: Any) -> str:
    return _TEMPLATES.get_template(f"{name}.html.j2").render(paper=PAPER, **values)


def _xml(name: str, **values: Any) -> str:
    return _TEMPLATES.get_template(f"{name}.xml.j2").render(paper=PAPER, **values)
