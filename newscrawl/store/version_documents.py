"""Documents of versions, with their articles, dates and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from newscrawl.items import (
    PASSAGES,
    Article,
    Cause,
    Change,
    Excerpt,
    Hold,
    Instant,
    NotedFact,
    OptionalText,
    OptionalType,
    PageKind,
    Precision,
    Segment,
    SegmentOp,
    Shown,
    Version,
)
from newscrawl.store.disclosure_mark import mark
from newscrawl.store.documents import Document, milliseconds, to_bson, version_id
from newscrawl.store.page_documents import capture_document
from newscrawl.store.search_order import place
from newscrawl.store.terms import terms

UNLOGGED = "unlogged"  # mark of versions that the transparency log has not yet; it has them with their articles' heads
# Computed once: a page of a list reads a hundred changes.
WITHOUT_PAGE = "without_page"  # field of versions whose page was never stored here
_CHANGE_FIELDS = tuple(field.name for field in fields(Change))


def instant_document(instant: Instant | None) -> Document | None:
    return None if instant is None else to_bson(asdict(instant))


def instant(document: Mapping[str, Any] | None) -> Instant | None:
    if document is None:
        return None
    return Instant(document["value"], Precision(document["precision"]), document["stated"])


def change_document(change: Change) -> Document:
    """Return a change without its passages, which stand beside it in the version's document."""
    document: Document = {name: getattr(change, name) for name in _CHANGE_FIELDS}
    for name in PASSAGES:
        del document[name]
    document["excerpts"] = [
        {"paragraph": each.paragraph, "segments": [{"op": part.op.value, "text": part.text} for part in each.segments]}
        for each in change.excerpts
    ]
    document["noted"] = [asdict(fact) for fact in change.noted]
    stored: Document = to_bson(document)
    return stored


def change(document: Mapping[str, Any]) -> Change:
    """Return the change of a version's document, with its passages."""
    stored = {**document["change"], **document.get("passages", {})}
    values = {name: stored[name] for name in _CHANGE_FIELDS if name in stored}
    for name in ("types", "reasons", *PASSAGES):
        values[name] = tuple(values.get(name, ()))
    values["excerpts"] = tuple(map(_excerpt, values.get("excerpts", ())))
    values["noted"] = tuple(NotedFact(**fact) for fact in values.get("noted", ()))
    return Change(**values)


def _excerpt(document: Mapping[str, Any]) -> Excerpt:
    segments = tuple(Segment(SegmentOp(part["op"]), part["text"]) for part in document["segments"])
    return Excerpt(segments, document["paragraph"])


def level(significance: float) -> int:
    """Return the quarter that a significance lies in, 0..3: lists with a minimum find it by equality in an index."""
    return max(0, min(3, int(significance * 4)))


def content_document(version: Version) -> Document:
    """Return a version's content and when it was seen: the part of its document that the chain covers."""
    article = version.article
    return {
        "article_id": version.article_id,
        "number": version.number,
        "source": article.source,
        "seen_at": milliseconds(version.seen_at),
        "cause": str(version.cause),
        "stamp": article.stamp,
        "wording": article.wording_digest,
        "text": article.display_digest,
        "payload": version.payload_digest,
        **article_fields(article),
    }


def version_document(version: Version, *, hold: Hold | None, lease: int = 0) -> Document:
    """`lease` is the token of the claim under which the version was written, 0 for none."""
    article, key = version.article, version_id(version.article_id, version.number)
    document: Document = {
        "_id": key,
        **content_document(version),
        "not_before": None if version.not_before is None else milliseconds(version.not_before),
        "chain": version.chain,
        "capture": None if version.capture is None else capture_document(version.capture),
        "change": change_document(version.change),
        **mark(version.change),
        "terms": terms((article.headline, article.byline or "", *article.paragraphs)),
        "place": place(milliseconds(version.seen_at), key),
        UNLOGGED: True,
    }
    if version.salt:
        document["salt"] = version.salt
    if version.cause in (Cause.EDIT, Cause.RESTORED):
        document["level"] = level(version.change.significance)
    if version.change.added or version.change.removed:
        # `repair` writes the collections `added` and `removed` from these after a crash.
        document["passages"] = {name: list(getattr(version.change, name)) for name in PASSAGES}
    if hold is not None:
        document["held"] = hold.value
    if not version.has_page:
        document[WITHOUT_PAGE] = True
    if version.is_clock_step:
        document["clock_step"] = True
    if lease:
        document["lease"] = lease
    return document


def article_fields(article: Article) -> Document:
    """Return the fields of an article under the names that `versions` has for them."""
    return {
        "url": article.url,
        "guid": article.guid,
        "headline": article.headline,
        "alternative_headlines": list(article.alternative_headlines),
        "byline": article.byline,
        "author": list(article.author),
        "date_published": instant_document(article.date_published),
        "date_modified": instant_document(article.date_modified),
        "section": article.article_section,
        "language": article.in_language,
        "description": article.description,
        "is_accessible_for_free": article.is_accessible_for_free,
        "kind": str(article.kind),
        "rules": article.rules,
        "paragraphs": list(article.paragraphs),
        **_further_fields(article),
    }


def _further_fields(article: Article) -> Document:
    """Return the fields that few articles have; versions of the first release have none of them."""
    document: Document = {}
    if article.optional:
        document["optional"] = [{"type": each.type.value, "text": each.text} for each in article.optional]
    if article.is_partial:
        document["shown"] = article.shown.value
    if article.carried:
        document["carried"] = article.carried
    return document


def article(document: Mapping[str, Any]) -> Article:
    return Article(
        source=document["source"],
        guid=document["guid"],
        url=document["url"],
        headline=document["headline"],
        paragraphs=tuple(document["paragraphs"]),
        wording_digest=document["wording"],
        display_digest=document["text"],
        stamp=document["stamp"],
        kind=PageKind(document["kind"]),
        rules=document["rules"],
        alternative_headlines=tuple(document["alternative_headlines"]),
        byline=document["byline"],
        author=tuple(document["author"]),
        date_published=instant(document["date_published"]),
        date_modified=instant(document["date_modified"]),
        article_section=document["section"],
        in_language=document["language"],
        description=document["description"],
        is_accessible_for_free=document["is_accessible_for_free"],
        optional=tuple(OptionalText(OptionalType(each["type"]), each["text"]) for each in document.get("optional", ())),
        shown=Shown(document.get("shown", Shown.WHOLE)),
        carried=document.get("carried", 0),
    )


def version(document: Mapping[str, Any]) -> Version:
    """Return a stored version without its capture: `Store.capture` returns that, body included."""
    return Version(
        article_id=document["article_id"],
        number=document["number"],
        seen_at=document["seen_at"],
        not_before=document["not_before"],
        article=article(document),
        payload_digest=document["payload"],
        capture=None,
        cause=Cause(document["cause"]),
        chain=document["chain"],
        change=change(document),
        is_clock_step=bool(document.get("clock_step")),
        salt=bytes(document.get("salt", b"")),
        has_page=not document.get(WITHOUT_PAGE),
    )
