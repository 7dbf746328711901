"""The text that a page is compared with: both as the same readers read them (promise P8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from newscrawl.bounded_reading import with_reader
from newscrawl.history.unseen import completed, revealed, with_carried
from newscrawl.items import Article, Capture, Head, ParsedPage, Version
from newscrawl.reading import PageReader
from newscrawl.store.session import Store

# Words that two readings of one page must share, of the longer one, for the one to stand for the other.
MIN_SHARED = 0.95


@dataclass(frozen=True, slots=True)
class Baseline:
    """The head's text, and the page's as the same readers read it."""

    article: Article
    current: Article
    is_reextracted: bool = False  # today's rules read it from the head's stored payload
    layout_lost: str = ""  # why no reader reads both texts; they cannot be compared
    is_revealed: bool = False  # the page shows more of the article than the head's did

    @property
    def is_same(self) -> bool:
        return self.article.wording_digest == self.current.wording_digest

    def of_wholes(self) -> Baseline:
        """Return both texts with what only the other page shows of them."""
        current = completed(self.current, self.article)
        article = revealed(self.article, current)
        if article is self.article:
            return replace(self, current=current)
        return replace(self, article=article, current=current, is_reextracted=True, is_revealed=True)


async def baseline_of(head: Head, page: ParsedPage, current: Article, store: Store, reader: PageReader) -> Baseline:
    """Return the head's text as the readers of the page read it, or as stored if today's rules cannot read it."""
    stored = await store.version(head.article_id, head.number)
    if stored is None:
        raise LookupError(f"version {head.number} of {head.article_id} is missing; run `newscrawl verify`")
    if head.stamp == current.stamp and stored.article.wording_digest == head.wording_digest:
        return Baseline(stored.article, current)
    capture = await store.capture(head.article_id, head.number)
    if capture is None or capture.is_rendered != page.capture.is_rendered:
        return Baseline(stored.article, current)  # no rules read what scripts draw from a page that they did not draw
    return await with_reader(reader, compared, stored, capture, page, current)


def compared(reader: PageReader, stored: Version, capture: Capture, page: ParsedPage, current: Article) -> Baseline:
    """Read the head's payload as the page was read; or if that does not read it, the page as the payload is read.

    Two layouts of a source are rules for one and the same text: what they read is compared as it is.
    """
    before = reader.read(capture, guid=current.guid)
    before = replace(before, article=before.article and with_carried(before.article, stored.article))
    old, old_readers, new_readers = before.article, before.extraction.readers, page.extraction.readers
    if old is None:
        return Baseline(stored.article, current)
    if old_readers == new_readers:
        return Baseline(old, current, is_reextracted=True)
    if old_readers.is_generic and not new_readers.is_generic and stored.article.rules != old.rules:
        return Baseline(stored.article, current)  # today's layouts no longer fit the page that a layout had read
    as_new = reader.read(capture, guid=current.guid, readers=new_readers).article
    as_new = as_new and with_carried(as_new, stored.article)
    if as_new is not None and shares_words(as_new, old):
        # Paragraphs that no rule tells apart any more were not merged by the newspaper.
        is_lost = new_readers.is_generic and is_set_otherwise(as_new, current)
        reason = f"{new_readers} reads the words of the last version in other paragraphs" if is_lost else ""
        return Baseline(as_new, current, is_reextracted=True, layout_lost=reason)
    as_old = reader.read(page.capture, guid=current.guid, readers=old_readers).article
    if as_old is not None and shares_words(as_old, current):
        return Baseline(old, as_old, is_reextracted=True)
    is_lost = old_readers.is_generic or new_readers.is_generic
    reason = f"read by {new_readers}, the last version by {old_readers}: neither reads both" if is_lost else ""
    return Baseline(old, current, is_reextracted=True, layout_lost=reason)


def shares_words(one: Article, other: Article) -> bool:
    """Return whether two readings of one page share 95 % of the words of the longer one."""
    first, second = _words(one), _words(other)
    return (first & second).total() >= MIN_SHARED * max(first.total(), second.total())


def is_set_otherwise(one: Article, other: Article) -> bool:
    """Return whether two texts differ, but only in how they are divided by spaces and into paragraphs."""
    return one.paragraphs != other.paragraphs and _letters(one) == _letters(other)


def _letters(article: Article) -> str:
    return "".join("".join(paragraph.split()) for paragraph in article.paragraphs)


def _words(article: Article) -> Counter[str]:
    return Counter(word for paragraph in article.paragraphs for word in paragraph.lower().split())
