"""The text that a page is compared with. The same rules must have read both (promise P8)."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawl.items import Article, Head
from newscrawl.reading import PageReader
from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class Baseline:
    """The head's text; `is_reextracted` if today's rules read it from the head's stored payload."""

    article: Article
    is_reextracted: bool = False


async def baseline_of(head: Head, stamp: str, store: Store, reader: PageReader) -> Baseline:
    """Return the head's text as the rules with this stamp read it, or as stored if they cannot read its payload."""
    stored = await store.version(head.article_id, head.number)
    if stored is None:
        raise LookupError(f"version {head.number} of {head.article_id} is missing; run `newscrawl verify`")
    if head.stamp == stamp:
        return Baseline(stored.article)
    capture = await store.capture(head.article_id, head.number)
    reextracted = reader.read(capture, guid=head.guid).article if capture is not None else None
    return Baseline(stored.article) if reextracted is None else Baseline(reextracted, is_reextracted=True)
