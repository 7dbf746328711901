"""The JSON API: read-only, described by OpenAPI 3.1, lists with cursors, every response with an ETag."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from pydantic import BaseModel, Field, TypeAdapter
from starlette.responses import JSONResponse, Response

from newscrawl.diff import Blame
from newscrawl.humanize import checks_sentence
from newscrawl.items import Cause, Change, Diff, Hold, MonthOfChecks, OptionalText, PageKind, Retraction, Shown
from newscrawl.store.reader import (
    ArticleView,
    Batch,
    ChangeEntry,
    Event,
    SourceProfile,
    SourceRow,
    VersionSummary,
    VersionView,
)
from newscrawl.web.api_rules import operation_id, refuse_unknown_parameters
from newscrawl.web.blame import blamed
from newscrawl.web.context import Context
from newscrawl.web.params import After, ArticleId, FilterParams, Number
from newscrawl.web.source_rows import Column, SortColumn, SortDirection, in_order

T = TypeVar("T")


class AsciiJSONResponse(JSONResponse):
    """JSON in ASCII, without control characters or markup: safe to print in a terminal or to put into a page."""

    def render(self, content: Any) -> bytes:
        if not isinstance(content, bytes):
            content = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
        for character in (b"<", b">", b"&", b"\x7f"):
            content = content.replace(character, b"\\u%04x" % ord(character))
        return bytes(content)


class Problem(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str
    title: str
    status: int
    detail: str


class Listed(BaseModel, Generic[T]):
    """A page of a list; `after` is the cursor of the next page, null at the end."""

    items: list[T]
    after: str | None = None


# Long lists are serialised in one step; by way of dicts it takes twice as long.
ENTRY_LIST = TypeAdapter(Listed[ChangeEntry])


class VersionText(BaseModel):
    """One version of an article: its wording and its evidence."""

    article_id: str
    number: int
    seen_at: datetime
    not_before: datetime | None = Field(description="Last check that still showed the previous version")
    cause: Cause
    evidence: str = Field(description="page: stored; none: others brought the text; elsewhere: where it was exported")
    is_held: bool = Field(description="Not public: left out of lists and counts")
    hold: Hold | None = Field(description="Why it is not public: pending edits are published, or held for review, soon")
    retraction: Retraction | None = Field(description="When and why we retracted an edit that was our error")
    is_clock_step: bool = Field(
        description="The crawler's clock had been set back: seen after the previous version, at a time not known better"
    )
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
    optional: list[OptionalText] = Field(
        description="Printed among the paragraphs and no part of what the article says: captions, credits, promotion"
    )
    shown: Shown = Field(description="How much of the article the page showed")
    carried: int = Field(description="Last paragraphs that the page did not show, carried over from earlier versions")
    wording: str = Field(description="Digest of the wording, the normalised text that decides whether versions differ")
    stamp: str = Field(description="Rules and normaliser that produced the text")
    payload_digest: str | None = Field(description="SHA-256 of the page as fetched; null if it may not be shown")
    certificate_fault: str | None = Field(
        description="Why the server's certificate was not valid, for a source that accepts such; null: it was verified"
    )
    chain: str | None = Field(
        description="SHA-256 over the version before and this one as recorded; null where anything of the article is "
        "hidden or redacted: guesses at it could be verified"
    )
    change: Change


class CheckedMonth(BaseModel):
    """How often an article was checked in a month (UTC); kept for good, while single checks are forgotten."""

    month: str = Field(description="Such as 2026-10")
    checks: int = Field(description="Checks that established the wording, changed or not")
    edits: int
    others: int = Field(description="Checks that established no wording: errors, refusals, doubtful or missing pages")
    outcomes: dict[str, int]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedArticle(ArticleView):
    """An article's facts and schedule, and its checks by month, oldest first."""

    checks: tuple[CheckedMonth, ...]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {status: {"model": Problem, "content": {"application/problem+json": schema}} for status in statuses}


router = APIRouter(
    prefix="/api/v1",
    default_response_class=AsciiJSONResponse,
    responses=_problems(400, 404, 410, 422, 503),
    tags=["archive"],
    dependencies=[Depends(refuse_unknown_parameters)],
    generate_unique_id_function=operation_id,
)
Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=1, le=9_999_999, description="Only versions below this number")]
SearchText = Annotated[
    str, Query(min_length=1, max_length=2000, description='All words must occur; "phrases", immig*, a OR b')
]
SearchScope = Annotated[str, Query(alias="in", pattern="^(wordings|added|removed)$")]
SearchSort = Annotated[Literal["newest", "weight"], Query(description="Order; by weight there is one page")]
LookupUrl = Annotated[str, Query(min_length=1, max_length=2000, description="Original URL, in any usual spelling")]


@router.get("")
async def index() -> dict[str, str]:
    """List the entry points of the API."""
    paths = ("articles", "changes", "search", "sources")
    return {name: f"/api/v1/{name}" for name in paths} | {"openapi": "/api/v1/openapi.json"}


@router.get("/changes", response_model=Listed[ChangeEntry])
async def changes(context: Context, filters: FilterParams, after: After = None, limit: Limit = 50) -> Response:
    """List edits by newspapers, newest first."""
    return _list_response(await context.reader.changes.changes(filters.list_filter, after=after, limit=limit))


@router.get("/articles", response_model=Listed[ChangeEntry])
async def articles(context: Context, filters: FilterParams, after: After = None, limit: Limit = 50) -> Response:
    """List articles as they were first seen, newest first."""
    return _list_response(await context.reader.changes.first_sightings(filters.list_filter, after=after, limit=limit))


@router.get("/lookup")
async def lookup(context: Context, url: LookupUrl) -> Listed[ArticleView]:
    """Find articles by original URL, whatever its scheme, tracking parameters or former slug."""
    return Listed(items=list(await context.reader.articles.find(url)))


@router.get("/search", response_model=Listed[ChangeEntry])
async def search(
    context: Context,
    filters: FilterParams,
    q: SearchText,
    scope: SearchScope = "wordings",
    sort: SearchSort = "newest",
    after: After = None,
    limit: Limit = 20,
) -> Response:
    """Find versions by their wording, or by what they added or removed: newest, or by weight of the newest 200."""
    if sort == "weight":
        if after is not None:
            raise HTTPException(400, "a search by weight has no further page: leave out `after`, or narrow the search")
        return _list_response(await context.reader.changes.search_by_weight(q, scope, filters.list_filter, limit=limit))
    return _list_response(await context.reader.changes.search(q, scope, filters.list_filter, after=after, limit=limit))


@router.get("/sources")
async def sources(context: Context, sort: SortColumn = Column.NAME, order: SortDirection = None) -> Listed[SourceRow]:
    """List the sources, with figures of their newest articles and changes beside what they are counted among."""
    return Listed(items=in_order(await context.source_rows(), sort, order))


@router.get("/sources/{source}")
async def source(context: Context, source: Name) -> SourceProfile:
    """Return a source's profile; every share states its denominator."""
    return await context.profile(source)


@router.get("/articles/{article_id}")
async def article(context: Context, article_id: ArticleId) -> CheckedArticle:
    """Return an article's facts and schedule, and how often it was checked in each month."""
    view = await context.reader.articles.article(article_id)
    months = await context.reader.articles.months_of_checks(article_id)
    facts = {field.name: getattr(view, field.name) for field in fields(view)}
    return CheckedArticle(**facts, checks=tuple(map(_checked_month, months)))


def _checked_month(month: MonthOfChecks) -> CheckedMonth:
    return CheckedMonth(**asdict(month), sentence=checks_sentence(month))


@router.get("/articles/{article_id}/versions")
async def versions(
    context: Context, article_id: ArticleId, before: Before = None, limit: Limit = 200
) -> Listed[VersionSummary]:
    """List versions without their text, oldest first; repeat with `before` for older ones."""
    await context.reader.articles.article(article_id)
    return Listed(items=list(await context.reader.articles.versions(article_id, before=before, limit=limit)))


@router.get("/articles/{article_id}/versions/{number}")
async def version(context: Context, article_id: ArticleId, number: Number) -> VersionText:
    """Return one version with its text."""
    await context.reader.articles.article(article_id)
    return _version_text(await context.reader.articles.version(article_id, number))


@router.get("/articles/{article_id}/diffs/{a}/{b}")
async def compare(context: Context, article_id: ArticleId, a: Number, b: Number) -> Diff:
    """Return what turns version `a` into version `b`: aligned rows with their segments."""
    await context.reader.articles.article(article_id)
    old, new = await context.reader.articles.pair(article_id, a, b)
    return (await context.compare(old.version, new.version))[0]


@router.get("/articles/{article_id}/blame")
async def blame(context: Context, article_id: ArticleId) -> Listed[Blame]:
    """List the sentences of the newest text, each with the versions in which it entered and last changed."""
    article = await context.reader.articles.article(article_id)
    return Listed(items=list((await blamed(context, article))[1]))


@router.get("/articles/{article_id}/events")
async def events(context: Context, article_id: ArticleId) -> Listed[Event]:
    """List the events of an article other than its versions: gone, restored, moved, hidden, …"""
    await context.reader.articles.article(article_id)
    return Listed(items=list(await context.reader.articles.events(article_id)))


def _list_response(batch: Batch[ChangeEntry]) -> Response:
    entries = Listed[ChangeEntry](items=list(batch.items), after=batch.after)
    return AsciiJSONResponse(ENTRY_LIST.dump_json(entries, ensure_ascii=True))


def _version_text(view: VersionView) -> VersionText:
    version, article = view.version, view.version.article
    return VersionText(
        article_id=version.article_id,
        number=version.number,
        seen_at=version.seen_at,
        not_before=version.not_before,
        cause=version.cause,
        evidence=version.evidence,
        is_held=view.is_held,
        hold=view.hold,
        retraction=view.retraction,
        is_clock_step=version.is_clock_step,
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
        optional=list(article.optional),
        shown=article.shown,
        carried=article.carried,
        wording=article.wording_digest,
        stamp=article.stamp,
        payload_digest=version.payload_digest or None,
        certificate_fault=view.capture.certificate_fault if view.capture else None,
        chain=version.chain or None,
        change=version.change,
    )
