"""Three invented newspapers in six editions: what their servers have, as WARC files to replay and over HTTP.

The Lantern Post is read by rules, Der Hafenbote by the generic extractor; both get a new look with the fifth edition.
All stories of The Timetable change at once. The texts are in papers.toml. Nothing here knows newscrawl.
"""

from __future__ import annotations

import hashlib
import re
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from functools import cache
from http.client import responses as reason_phrases
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

# When a crawl looks at each edition; the first has the number 1.
CLOCKS = (
    datetime(2026, 4, 13, 6, 30, tzinfo=UTC),
    datetime(2026, 4, 13, 9, 10, tzinfo=UTC),
    datetime(2026, 4, 13, 13, 45, tzinfo=UTC),
    datetime(2026, 4, 13, 20, 20, tzinfo=UTC),
    datetime(2026, 4, 14, 7, 0, tzinfo=UTC),
    datetime(2026, 4, 14, 12, 30, tzinfo=UTC),
)
REDESIGNED = 5  # from this edition on pages come in the new look
LAST = len(CLOCKS)


class Answer(StrEnum):
    """What a server gives for a story's address in one edition."""

    PAGE = "page"
    GONE = "gone"  # 410; the feed forgets the story at once, the sitemap never
    CUT = "cut"  # 200, and only the first paragraph
    CONSENT = "consent"  # 200, and a consent wall


@dataclass(frozen=True, slots=True)
class Story:
    number: int
    slug: str
    language: str
    author: str
    published: datetime
    text: str
    first: int  # the edition that prints it first
    edits: tuple[tuple[int, str, str], ...]
    rebuilt: tuple[int, ...]
    answers: Mapping[int, Answer]
    note: str | None  # a line in the old look that early rules take for a paragraph

    def changed_in(self, edition: int) -> int:
        """Return the edition that brought the words of this one."""
        return max([self.first, *(at for at, _, _ in self.edits if at <= edition)])

    def wording(self, edition: int) -> tuple[str, list[str]]:
        """Return headline and paragraphs as they stand at an edition."""
        text = self.text
        for at, old, new in self.edits:
            if at <= edition:
                if old not in text:
                    raise ValueError(f"story {self.number}: {old!r} is not in it at edition {at}")
                text = text.replace(old, new)
        headline, *paragraphs = (re.sub(r"\s*\n\s*", " ", part) for part in text.strip().split("\n\n"))
        return headline, paragraphs

    def answer(self, edition: int) -> Answer:
        return self.answers.get(edition, Answer.PAGE)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    etag: str | None = None

    def headers(self, clock: datetime) -> list[tuple[str, str]]:
        found = [("Date", format_datetime(clock, usegmt=True)), ("Content-Type", self.content_type)]
        return [*found, ("ETag", self.etag)] if self.etag else found


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    base: str
    address: str  # of a story: a format of its fields
    listings: tuple[str, ...]
    has_validators: bool
    looks: tuple[str, str]  # templates until and from REDESIGNED
    stories: tuple[Story, ...]

    def responses(self, edition: int) -> dict[str, Response]:
        """Return what the server has at each path in an edition."""
        found = {"/robots.txt": Response(200, b"User-agent: *\nDisallow: /account/\n", "text/plain")}
        printed = [story for story in self.stories if story.first <= edition]
        entries = [self._facts(story, edition) for story in printed]
        for path in self.listings:
            found[path] = self._listing(path, entries)
        for story in printed:
            found[self.path(story)] = self._story(story, edition)
        return found

    def path(self, story: Story) -> str:
        return self.address.format(story=story)

    def _listing(self, path: str, entries: list[dict[str, Any]]) -> Response:
        standing = [entry for entry in entries if not entry["is_gone"]]
        match path:
            case "/feed.xml":
                return Response(200, _made("feed", entries=standing, base=self.base), "application/rss+xml")
            case "/news-sitemap.xml":
                return Response(200, _made("sitemap", entries=entries), "application/xml")
        return Response(200, _made("section", entries=standing))

    def _facts(self, story: Story, edition: int) -> dict[str, Any]:
        headline, paragraphs = story.wording(edition)
        modified = CLOCKS[story.changed_in(edition) - 1] - timedelta(minutes=12)
        return {
            "story": story,
            "url": self.base + self.path(story),
            "headline": headline,
            "paragraphs": paragraphs[:1] if story.answer(edition) is Answer.CUT else paragraphs,
            "modified": max(story.published, modified) if story.changed_in(edition) > 1 else story.published,
            "is_gone": story.answer(edition) is Answer.GONE,
            "build": max([0, *(at for at in story.rebuilt if at <= edition)]),
            "views": story.number * 31 + edition * 17,
        }

    def _story(self, story: Story, edition: int) -> Response:
        if story.answer(edition) is Answer.GONE:
            return Response(410, b"<!DOCTYPE html><title>Gone</title><h1>This article was withdrawn</h1>")
        if story.answer(edition) is Answer.CONSENT:
            return Response(200, _made("consent"))
        body = _made(self.looks[edition >= REDESIGNED], **self._facts(story, edition))
        return Response(200, body, etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"' if self.has_validators else None)


@cache
def papers() -> tuple[Paper, ...]:
    told = tomllib.loads(Path(__file__).with_name("papers.toml").read_text(encoding="utf-8"))
    return (
        Paper(
            name="lanternpost",
            base="http://127.0.0.1:18701",
            address="/{story.published:%Y}/{story.slug}-{story.number}",
            listings=("/feed.xml", "/news-sitemap.xml"),
            has_validators=True,
            looks=("lamp", "prism"),
            stories=tuple(map(_story, told["lanternpost"])),
        ),
        Paper(
            name="hafenbote",
            base="http://127.0.0.1:18702",
            address="/lokales/{story.published:%Y/%m}/{story.slug}/",
            listings=("/lokales/",),
            has_validators=False,
            looks=("blog", "sheet"),
            stories=tuple(map(_story, told["hafenbote"])),
        ),
        Paper(
            name="timetable",
            base="http://127.0.0.1:18703",
            address="/2026/{story.slug}",
            listings=("/feed.xml",),
            has_validators=True,
            looks=("board", "board"),
            stories=tuple(_lines(told["timetable"])),
        ),
    )


def _lines(told: Mapping[str, Any]) -> Iterator[Story]:
    for number, place in enumerate(told["places"], 1):
        text = told["text"].format(number=number, place=place)
        yield _story({**told, "number": number, "slug": f"line-{number}", "text": text})


def _story(told: Mapping[str, Any]) -> Story:
    return Story(
        number=told["number"],
        slug=told["slug"],
        language=told.get("language", "en"),
        author=told["author"],
        published=told["published"],
        text=told["text"],
        first=told.get("first", 1),
        edits=tuple((at, old, new) for at, old, new in told.get("edits", ())),
        rebuilt=tuple(told.get("rebuilt", ())),
        answers={int(edition): Answer(word) for edition, word in told.get("answers", {}).items()},
        note=told.get("note"),
    )


def write_edition(edition: int, path: Path) -> None:
    """Write an edition of all papers as a WARC file, an answer a second; what is the same to the byte is a 304."""
    at = CLOCKS[edition - 1]
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for paper in papers():
            before = paper.responses(edition - 1) if edition > 1 else {}
            for number, (place, response) in enumerate(paper.responses(edition).items()):
                is_held = response.etag is not None and before.get(place) == response
                status, body = (304, b"") if is_held else (response.status, response.body)
                head = StatusAndHeaders(f"{status} {reason_phrases[status]}", response.headers(at), protocol="HTTP/1.1")
                date = (at + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
                record = writer.create_warc_record(
                    paper.base + place,
                    "response",
                    payload=BytesIO(body),
                    length=len(body),
                    http_headers=head,
                    warc_headers_dict={"WARC-Date": date},
                )
                writer.write_record(record)


@contextmanager
def served(edition: int) -> Iterator[None]:
    """Serve an edition of all papers at their addresses while the context lasts."""
    with ExitStack() as stack:
        for paper in papers():
            port = int(paper.base.rpartition(":")[2])
            server = ThreadingHTTPServer(("127.0.0.1", port), _handler(paper.responses(edition), CLOCKS[edition - 1]))
            server.daemon_threads = True
            server.block_on_close = False  # a crawler may keep its connection open for longer than we are there
            stack.callback(server.server_close)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
        yield


def _handler(responses: Mapping[str, Response], clock: datetime) -> type[BaseHTTPRequestHandler]:
    missing = Response(404, b"<!DOCTYPE html><title>404</title><h1>No such page</h1>")

    class Conversation(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            response = responses.get(self.path, missing)
            self.send_response_only(response.status)
            for name, value in response.headers(clock):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Conversation


def _made(name: str, **values: Any) -> bytes:
    return _ENVIRONMENT.from_string(_TEMPLATES[name]).render(**values).strip().encode()


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined)
_TEMPLATES = {
    "lamp": """
<!DOCTYPE html>
<html lang="{{ story.language }}"{% if story.language == "ar" %} dir="rtl"{% endif %}>
<head><meta charset="utf-8"><title>{{ headline }} | The Lantern Post</title><link rel="canonical" href="{{ url }}">
<meta property="og:type" content="article"><meta property="og:title" content="{{ headline }}">
<script type="application/ld+json">{{ {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline,
"datePublished": story.published.isoformat(), "dateModified": modified.isoformat(), "articleSection": "Town",
"author": [{"@type": "Person", "name": story.author}]} | tojson }}</script></head>
<body class="lamp"><!-- build {{ build }} -->
<div id="top"><a href="/">The Lantern Post</a> <a href="/feed.xml">Feed</a></div>
<h1>{{ headline }}</h1>
<p class="by">By {{ story.author }}</p>
<div class="copy">{% for paragraph in paragraphs %}
<p>{{ paragraph }}</p>{% endfor %}{% if story.note %}
<p class="lamp-note">{{ story.note }}</p>{% endif %}
</div>
<div id="bottom"><p>The Lantern Post, Wick Lane 4, Port Ellory. Lit every morning at six.</p></div>
</body></html>
""",
    "prism": """
<!DOCTYPE html>
<html lang="{{ story.language }}"{% if story.language == "ar" %} dir="rtl"{% endif %}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ headline }}</title>
<meta property="og:url" content="{{ url }}"><meta property="og:title" content="{{ headline }}">
<meta property="og:type" content="article"><meta property="article:section" content="Town">
<meta property="article:published_time" content="{{ story.published.isoformat() }}">
<meta property="article:modified_time" content="{{ modified.isoformat() }}">
<meta name="author" content="{{ story.author }}"></head>
<body data-build="{{ build }}"><header class="bar"><a href="/">The Lantern Post</a></header>
<main data-look="prism"><h1 class="title">{{ headline }}</h1>
<div class="hands">{{ story.author }}</div>
<section class="prose">{% for paragraph in paragraphs %}<p>{{ paragraph }}</p>
{% if loop.index == 2 %}<div class="promo"><p>Six o'clock, one lamp, five stories: The Lantern Letter.</p></div>
{% endif %}{% endfor %}</section></main>
<div class="sole"><p>© 2026 The Lantern Post</p></div>
</body></html>
""",
    "blog": """
<!DOCTYPE html>
<html lang="{{ story.language }}">
<head><meta charset="utf-8"><title>{{ headline }} – Der Hafenbote</title><link rel="canonical" href="{{ url }}">
<meta property="og:type" content="article"><meta property="og:title" content="{{ headline }}">
<meta property="og:site_name" content="Der Hafenbote">
<meta property="article:published_time" content="{{ story.published.isoformat() }}"></head>
<body class="single-post"><div id="masthead"><a href="/">Der Hafenbote</a></div>
<nav><ul><li><a href="/lokales/">Lokales</a></li><li><a href="/tide/">Tidekalender</a></li></ul></nav>
<article class="post"><h1 class="entry-title">{{ headline }}</h1>
<p class="entry-meta">Von <a rel="author" href="/autoren/">{{ story.author }}</a></p>
<div class="entry-content">{% for paragraph in paragraphs %}
<p>{{ paragraph }}</p>{% endfor %}
</div></article>
<aside id="sidebar"><p>Aufrufe: {{ views }}</p></aside>
<footer><p>© 2026 Der Hafenbote, Am Siel 2, Süderhöft</p></footer>
</body></html>
""",
    "sheet": """
<!DOCTYPE html>
<html lang="{{ story.language }}" class="no-js">
<head><meta charset="utf-8"><title>{{ headline }}</title><link rel="canonical" href="{{ url }}">
<meta property="og:type" content="article"><meta property="og:title" content="{{ headline }}">
<meta property="article:published_time" content="{{ story.published.isoformat() }}">
<meta name="author" content="{{ story.author }}"></head>
<body><div class="l-head"><a href="/">Hafenbote</a> <a href="/lokales/">Lokales</a></div>
<main class="l-main"><div class="c-story"><h1>{{ headline }}</h1>
<div class="c-byline">{{ story.author }}</div>
<div class="c-text">{% for paragraph in paragraphs %}<p>{{ paragraph }}</p>
{% endfor %}</div></div></main>
<div class="l-foot"><p>{{ views }} mal gelesen</p><a href="/impressum/">Impressum</a></div>
</body></html>
""",
    "board": """
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ headline }}</title><link rel="canonical" href="{{ url }}">
<meta property="og:type" content="article"><meta property="og:title" content="{{ headline }}">
<meta name="author" content="{{ story.author }}">
<meta property="article:published_time" content="{{ story.published.isoformat() }}"></head>
<body><h1>{{ headline }}</h1><table class="board">{% for paragraph in paragraphs %}
<tr><td class="line">{{ story.number }}</td><td class="text">{{ paragraph }}</td></tr>{% endfor %}
</table></body></html>
""",
    "section": """
<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Lokales – Der Hafenbote</title></head>
<body><h1>Lokales</h1><ul>{% for entry in entries %}
<li><a href="{{ entry.url }}">{{ entry.headline }}</a></li>{% endfor %}
</ul><p><a href="/impressum/">Impressum</a></p></body></html>
""",
    "feed": """
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>News</title><link>{{ base }}/</link>{% for entry in entries %}
<item><title>{{ entry.headline }}</title><link>{{ entry.url }}</link>
<pubDate>{{ entry.story.published.strftime("%a, %d %b %Y %H:%M:%S +0000") }}</pubDate></item>{% endfor %}
</channel></rss>
""",
    "sitemap": """
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{% for entry in entries %}
<url><loc>{{ entry.url }}</loc><lastmod>{{ entry.modified.isoformat() }}</lastmod></url>{% endfor %}
</urlset>
""",
    "consent": """
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Before you continue | The Lantern Post</title></head>
<body class="consent-page"><h1>Before you continue to The Lantern Post</h1>
<p>We and our 61 partners store cookies on your device and process personal data.</p>
<form method="post" action="/consent"><button>Accept all</button><button>Reject all</button></form>
</body></html>
""",
}
