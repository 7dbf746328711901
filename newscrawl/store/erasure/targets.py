"""What an order reaches: versions, payloads, entries in quarantine, and texts to seek in every other record.

Determined before anything is erased and stored with the order, so that one that was cut short can be completed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bson import ObjectId
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store import check_log, payloads
from newscrawl.store.documents import Document
from newscrawl.store.erasure.order import ErasedWords, Order, What
from newscrawl.store.erasure.tombstones import is_erased, redacted_version
from newscrawl.store.redactions import TEXT_FIELDS, Redactor

Database = AsyncDatabase[Document]
MIN_QUOTED = 12  # characters of a headline that is sought in other records: shorter ones stand there by chance


@dataclass(frozen=True, slots=True)
class Targets:
    """What an order reaches; stored with it until it is carried out."""

    versions: tuple[int, ...] = ()
    payloads: tuple[str, ...] = ()
    quarantine: tuple[ObjectId, ...] = ()
    quotes: tuple[str, ...] = ()  # texts that other records may quote exactly: headlines and URLs
    words: str = ""  # of a passage, sought in any spelling

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Targets:
        lists: dict[str, Any] = {name: tuple(value) for name, value in document.items() if name != "words"}
        return cls(**lists, words=document["words"])

    @property
    def document(self) -> Document:
        return asdict(self)

    def redactor(self, order: Order) -> Redactor:
        return Redactor([ErasedWords(self.words, order.mark)])


async def find(db: Database, order: Order, words: str) -> Targets:
    """Return what an order reaches; no versions if there is nothing to erase."""
    query = {"article_id": order.article_id}
    versions = await db.versions.find(query, {"terms": 0}).sort("number", 1).to_list()
    versions = [version for version in versions if not is_erased(version)]
    if order.what is What.PASSAGE:
        return await _of_passage(db, order, versions, words)
    entries = await db.quarantine.find(query, {"payload": 1, "wording": 1, "url": 1, "reading": 1}).to_list()
    if order.what is What.ARTICLE:
        return await _of_article(db, order, versions, entries)
    reached = [version for version in versions if version["number"] == order.number]
    if order.what is What.PAYLOAD:
        digests = {version["payload"] for version in reached} - {""}
        return _targets([v for v in reached if digests], digests, [e for e in entries if e["payload"] in digests])
    return _of_version(order, versions, reached, entries)


def _of_version(
    order: Order, versions: Sequence[Document], reached: Sequence[Document], entries: Sequence[Document]
) -> Targets:
    """Entries in quarantine are reached that have the version's page, its wording, or any of its own texts."""
    digests = {version["payload"] for version in reached} - {""}
    wordings = {version["wording"] for version in reached}
    others = {text for version in versions if version not in reached for text in _texts(version)}
    quotes = {text for version in reached for text in _texts(version)} - others
    compared = [version for version in versions if order.number in (version["number"], version["number"] - 1)]
    quotes |= {text for version in compared for text in _strings(_passages(version))} - others
    own = {text for text in quotes if len(text) >= MIN_QUOTED}
    same = [
        entry
        for entry in entries
        if entry["payload"] in digests or entry["wording"] in wordings or not own.isdisjoint(_strings(entry["reading"]))
    ]
    return _targets(reached, digests, same, own)


def _targets(
    versions: Sequence[Document], digests: set[str], entries: Sequence[Document], quotes: set[str] | None = None
) -> Targets:
    of_entries = {entry["payload"] for entry in entries if entry.get("payload")}
    return Targets(
        versions=tuple(version["number"] for version in versions),
        payloads=tuple(sorted(digests | of_entries)),
        quarantine=tuple(entry["_id"] for entry in entries),
        quotes=tuple(sorted(text for text in quotes or () if len(text) >= MIN_QUOTED)),
    )


async def _of_article(db: Database, order: Order, versions: Sequence[Document], entries: Sequence[Document]) -> Targets:
    article = await db.articles.find_one({"_id": order.article_id}) or {}
    checks = await check_log.find_lines(db, {"article_id": order.article_id})
    digests = {document["payload"] for document in (*versions, *checks) if document.get("payload")}
    quotes = {*_urls(article), *_headlines(article), *(line["url"] for line in checks)}
    for document in (*versions, *entries):
        quotes |= {*_urls(document), *_headlines(document)}
    return _targets(versions, digests, entries, quotes)


async def _of_passage(db: Database, order: Order, versions: Sequence[Document], words: str) -> Targets:
    redactor = Redactor([ErasedWords(words, order.mark)])
    reached = {v["number"] for v in versions if redacted_version(v, order, redactor)}
    of_text = {version["payload"] for version in versions if version["number"] in reached}
    query = {"article_id": order.article_id}
    entries = await db.quarantine.find(query).to_list()
    checks = await check_log.find_lines(db, query)
    digests = {document["payload"] for document in (*versions, *entries, *checks) if document.get("payload")}
    shown = of_text | {digest for digest in digests - of_text if await _is_in_payload(db, digest, redactor)}
    stale = [entry for entry in entries if entry["payload"] in shown or redactor.value(entry) != entry]
    quoting = {v["number"] for v in versions if redactor.value(_quoted(v)) != _quoted(v)}
    return Targets(
        versions=tuple(sorted(reached | quoting)),
        payloads=tuple(sorted((shown | {entry["payload"] for entry in stale}) - {"", None})),
        quarantine=tuple(entry["_id"] for entry in stale),
        words=words,
    )


def _passages(version: Document) -> list[Any]:
    """Return what a version's change quotes word by word."""
    change = version["change"]
    return [change.get("excerpts"), change.get("noted"), version.get("passages")]


def _quoted(version: Document) -> list[Any]:
    return [version["change"], version.get("passages"), version.get("capture")]


async def _is_in_payload(db: Database, digest: str, redactor: Redactor) -> bool:
    """Return whether a page contains words; one that cannot be read may."""
    try:
        body = await payloads.get(db, digest)
    except payloads.Damaged:
        return True
    return body is not None and redactor.is_in_page(body)


def _strings(value: Any) -> Iterator[str]:
    """Yield all texts in a value of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for item in value:
            yield from _strings(item)


def _texts(version: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the newspaper wrote in a version."""
    yield from _strings([version.get(name) for name in TEXT_FIELDS])


def _headlines(document: Mapping[str, Any]) -> Iterator[str]:
    reading = document.get("reading") or {}
    for fields in (document, reading):
        yield from filter(None, (fields.get("headline"), *fields.get("alternative_headlines", ())))


def _urls(document: Mapping[str, Any]) -> Iterator[str]:
    capture = document.get("capture") or {}
    urls = (document.get("url"), *document.get("aliases", ()), capture.get("target_uri"), capture.get("final_uri"))
    yield from filter(None, (*urls, *capture.get("redirects", ())))
