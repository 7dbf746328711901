"""The JSON API: read-only, described by OpenAPI 3.1, lists with cursors, every answer with an ETag."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, TypeAdapter
from starlette.responses import JSONResponse, Response

from newscrawl.items import Cause, Change, Diff, PageKind
from newscrawl.store.reader import ArticleView, Batch, ChangeEntry, Event, SourceProfile, VersionSummary, VersionView
from newscrawl.web.context import Context
from newscrawl.web.params import After, ArticleId, Filtered, Number

T = TypeVar("T")


class Ascii(JSONResponse):
    """JSON of ASCII letters only: whatever a text holds, no terminal or page that prints it is harmed."""

    def render(self, content: Any) -> bytes:
        if not isinstance(content, bytes):
            content = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
        for letter in (b"<", b">", b"&", b"\x7f"):
            content = content.replace(letter, b"\\u%04x" % ord(letter))
        return bytes(content)


class Problem(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str
    title: str
    status: int
    detail: str


class Listed(BaseModel, Generic[T]):
    """A stretch of a list; `after` is the cursor of the next one, null at the end."""

    items: list[T]
    after: str | None = None


# Long lists go from values to text in one step; by way of dicts it takes twice as long.
ENTRIES = TypeAdapter(Listed[ChangeEntry])


class SourceName(BaseModel):
    source: str
    publisher: str


class VersionText(BaseModel):
    """One wording of an article, with what proves it."""

    article_id: str
    number: int
    seen_at: datetime
    not_before: datetime | None = Field(description="Last look that still showed the version before")
    cause: Cause
    is_held: bool = Field(description="Kept from lists and counts until somebody has looked at it")
    url: str
    headline: str
    alternative_headlines: list[str]
    byline: str | None
    author: list[str]
    date_published: datetime | None
    date_modified: datetime | None
    section: str | None
    language: str | None
    description: str | None
    kind: PageKind
    paragraphs: list[str]
    wording: str = Field(description="Fingerprint of the text as compared")
    stamp: str = Field(description="Rules and normaliser that read it")
    payload_digest: str
    chain: str
    change: Change


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {s: {"model": Problem, "content": {"application/problem+json": schema}} for s in statuses}


router = APIRouter(
    prefix="/api/v1", default_response_class=Ascii, responses=_problems(400, 404, 410, 422, 503), tags=["archive"]
)
Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=1, le=9_999_999, description="Only versions below this number")]
Words = Annotated[str, Query(min_length=1, max_length=2000, description='All words must occur; "phrases" as well')]
Shelf = Annotated[str, Query(alias="in", pattern="^(wordings|added|removed)$")]
Address = Annotated[str, Query(min_length=1, max_length=2000, description="Original address, in any usual spelling")]


@router.get("")
async def index() -> dict[str, str]:
    """Name what there is."""
    paths = ("articles", "changes", "search", "sources")
    return {name: f"/api/v1/{name}" for name in paths} | {"openapi": "/api/v1/openapi.json"}


@router.get("/changes", response_model=Listed[ChangeEntry])
async def changes(context: Context, chosen: Filtered, after: After = None, limit: Limit = 50) -> Response:
    """List edits by newspapers, newest first."""
    return _listed(await context.reader.changes.changes(chosen.where, after=after, limit=limit))


@router.get("/articles", response_model=Listed[ChangeEntry])
async def articles(context: Context, chosen: Filtered, after: After = None, limit: Limit = 50) -> Response:
    """List articles as they were first seen, newest first."""
    return _listed(await context.reader.changes.first_sightings(chosen.where, after=after, limit=limit))


@router.get("/lookup")
async def lookup(context: Context, url: Address) -> Listed[ArticleView]:
    """Find articles by original address, tolerant of scheme, tracking parameters and former slugs."""
    return Listed(items=list(await context.reader.articles.find(url)))


@router.get("/search", response_model=Listed[ChangeEntry])
async def search(
    context: Context, chosen: Filtered, q: Words, shelf: Shelf = "wordings", after: After = None, limit: Limit = 20
) -> Response:
    """Find versions by their wording, or by what they added or removed, newest first."""
    return _listed(await context.reader.changes.search(q, shelf, chosen.where, after=after, limit=limit))


@router.get("/sources")
async def sources(context: Context) -> Listed[SourceName]:
    """List the newspapers."""
    return Listed(items=[SourceName(source=name, publisher=told) for name, told in await context.sources()])


@router.get("/sources/{source}")
async def source(context: Context, source: Name) -> SourceProfile:
    """Return a newspaper's profile; every share states its denominator."""
    return await context.profile(source)


@router.get("/articles/{article_id}")
async def article(context: Context, article_id: ArticleId) -> ArticleView:
    """Return an article's facts and schedule."""
    return await context.reader.articles.article(article_id)


@router.get("/articles/{article_id}/versions")
async def versions(
    context: Context, article_id: ArticleId, before: Before = None, limit: Limit = 200
) -> Listed[VersionSummary]:
    """List versions without their text, oldest first; ask again with `before` for older ones."""
    await context.reader.articles.article(article_id)
    return Listed(items=list(await context.reader.articles.versions(article_id, before=before, limit=limit)))


@router.get("/articles/{article_id}/versions/{number}")
async def version(context: Context, article_id: ArticleId, number: Number) -> VersionText:
    """Return one version with its text."""
    await context.reader.articles.article(article_id)
    return _told(await context.reader.articles.version(article_id, number))


@router.get("/articles/{article_id}/diffs/{a}/{b}")
async def compare(context: Context, article_id: ArticleId, a: Number, b: Number) -> Diff:
    """Return what turns version `a` into version `b`: aligned rows with their segments."""
    await context.reader.articles.article(article_id)
    old, new = await context.reader.articles.pair(article_id, a, b)
    return (await context.compare(old.version, new.version))[0]


@router.get("/articles/{article_id}/events")
async def events(context: Context, article_id: ArticleId) -> Listed[Event]:
    """List what happened to an article beside its wordings."""
    await context.reader.articles.article(article_id)
    return Listed(items=list(await context.reader.articles.events(article_id)))


def _listed(batch: Batch[ChangeEntry]) -> Response:
    found = Listed[ChangeEntry](items=list(batch.items), after=batch.after)
    return Ascii(ENTRIES.dump_json(found, ensure_ascii=True))


def _told(text: VersionView) -> VersionText:
    version, article = text.version, text.version.article
    return VersionText(
        article_id=version.article_id,
        number=version.number,
        seen_at=version.seen_at,
        not_before=version.not_before,
        cause=version.cause,
        is_held=text.is_held,
        url=article.url,
        headline=article.headline,
        alternative_headlines=list(article.alternative_headlines),
        byline=article.byline,
        author=list(article.author),
        date_published=article.date_published.value if article.date_published else None,
        date_modified=article.date_modified.value if article.date_modified else None,
        section=article.article_section,
        language=article.in_language,
        description=article.description,
        kind=article.kind,
        paragraphs=list(article.paragraphs),
        wording=article.wording_digest,
        stamp=article.stamp,
        payload_digest=version.payload_digest,
        chain=version.chain,
        change=version.change,
    )
