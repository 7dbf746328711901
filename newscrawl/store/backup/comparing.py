"""Comparison of a database with a manifest: number and digest of every collection's documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newscrawl.store.backup.known import digest_of
from newscrawl.store.backup.manifest import Sum
from newscrawl.store.backup.paging import RawDatabase, pages
from newscrawl.store.backup.treatment import NOT_COPIED
from newscrawl.store.retries import RetryingSession


async def differences(
    session: RetryingSession,
    db: RawDatabase,
    expected: Mapping[str, Sum],
    progress: Callable[[str, int, int], object],
) -> list[str]:
    """Return a sentence for each collection that is not as expected."""
    found = []
    total = sum(each.documents for each in expected.values())
    done = 0
    for name, stated in expected.items():
        there = Sum()
        async for page in pages(session, db[name]):
            for document in page:
                if document["_id"] not in NOT_COPIED.get(name, ()):
                    there = there.plus(digest_of(document.raw))
            done += len(page)
            progress("compared", done, max(done, total))
        if there.documents != stated.documents:
            found.append(f"{name} has {there.documents:,} documents in place of {stated.documents:,}")
        elif there != stated:
            found.append(f"documents of {name} were altered")
    return found
