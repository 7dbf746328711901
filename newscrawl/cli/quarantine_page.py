"""One page in quarantine: why it is doubtful, how it differs from the article's head, and the ways out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newscrawl.errors import NotFound

if TYPE_CHECKING:
    from newscrawl.items import Article, Capture, Diff, Extraction
    from newscrawl.store.session import Store

# What the kinds that are not kinds of pages mean (newscrawl/store/quarantine.py); docs/status.md has the same.
WHY = {
    "layout_lost": "No reader reads both this page and the article's last version, so they cannot be compared.",
    "emptied": "The page shows the headline of its article, and nothing of the text: however often, that is no edit.",
    "too_costly": "Reading the page, or the last version that it is compared with, took more CPU time or memory than "
    "one may.",
    "late": "The page is older than the article's newest check, which was recorded before it.",
    "identity_clash": "The page claims to be an article that another URL has.",
}
DOUBTED = "The page was read, and its text is doubted: it may be a fault of the site or of our rules."
TEXT_ALONE = "Others brought this text without its page, of an article of which something newer is known."
UNREADABLE = "The page is no readable article."


@dataclass(frozen=True, slots=True)
class DoubtfulPage:
    """An entry as it may be shown; `head` and `page` are compared, None where there is nothing to compare."""

    entry: Mapping[str, Any]
    head: Article | None = None
    page: Article | None = None
    number: int | None = None  # of the head's version

    @property
    def why(self) -> str:
        kind = str(self.entry["kind"])
        if kind == "late" and not self.entry.get("payload"):
            return TEXT_ALONE
        return WHY.get(kind, DOUBTED if kind in ("article", "live") else UNREADABLE)

    @property
    def diff(self) -> Diff | None:
        from newscrawl.diff import compare

        return None if self.head is None or self.page is None else compare(self.head, self.page)

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The ways out, each a command and what follows from it; of a decided entry none."""
        if self.entry["state"] != "open":
            return []
        key, source = self.entry["_id"], shlex.quote(self.entry["source"])
        url = self.entry.get("url")
        read = [(f"newscrawl try {shlex.quote(url)} --source {source}", "reads the page as it is now")] if url else []
        accept = (
            f"newscrawl quarantine confirm {key}",
            "accepts the text: it is recorded when a check finds it again, which is due at once",
        )
        can_be_found = self.entry.get("wording") is not None and self.entry["kind"] != "late"
        dismiss = (f"newscrawl quarantine dismiss {key}", "rejects it; the history stays as it is")
        return [*([accept] if can_be_found else []), dismiss, *read]


async def doubtful_page(store: Store, key: str) -> DoubtfulPage:
    """Return an entry with what its page and the article's head say, without what is taken down; raises NotFound."""
    from newscrawl.cli.quarantine_entries import as_shown

    entry = await store.quarantine_entry(key)
    if entry is None:
        raise NotFound(f"no quarantine entry {key!r}; `newscrawl quarantine list` shows them")
    evidence = await store.quarantine_evidence(key)
    if evidence is not None:
        entry |= {"headline": evidence[1].headline, "paragraphs": evidence[1].paragraphs}
    shown = (await as_shown(store, [entry]))[0]
    if evidence is None or shown.get("paragraphs") is None:
        return DoubtfulPage(shown)
    head = await store.head(entry["article_id"])
    version = await store.version(head.article_id, head.number) if head is not None else None
    if head is None or version is None or (old := await _shown(store, version.article, head.number, entry)) is None:
        return DoubtfulPage(shown)
    new = await _shown(store, _article(entry, *evidence, version.article), None, entry)
    return DoubtfulPage(shown, old, new, head.number)


def _article(entry: Mapping[str, Any], capture: Capture, extraction: Extraction, head: Article) -> Article:
    """Return what was read from a page as an article: normalised as the head is, as far as that can be done."""
    from newscrawl.errors import SpiderFileError
    from newscrawl.history.unseen import with_carried
    from newscrawl.items import Source
    from newscrawl.reading import PageReader
    from newscrawl.sources.catalogue import load_spider
    from newscrawl.spider import reader_of

    try:
        reader = reader_of(load_spider(entry["source"]))
    except SpiderFileError:
        reader = PageReader(Source(entry["source"], entry["source"], ()))
    article = reader.normalise(extraction, capture, guid=entry["guid"]).article
    if article is not None:
        return with_carried(article, head)
    return replace(head, headline=extraction.headline or "", byline=extraction.byline, paragraphs=extraction.paragraphs)


async def _shown(store: Store, article: Article, number: int | None, entry: Mapping[str, Any]) -> Article | None:
    """Return an article without redacted words; None if it is hidden."""
    from newscrawl.store.takedowns import Row

    texts = {"headline": article.headline, "byline": article.byline, "paragraphs": list(article.paragraphs)}
    (fields,) = await store.all_as_shown([Row(entry["article_id"], texts, number, is_page=number is None)])
    if fields is None:
        return None
    return replace(article, **{**fields, "paragraphs": tuple(fields["paragraphs"])})
