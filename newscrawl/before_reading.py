"""What a response says of an article before its page is read: not modified, gone, merged into another, or the same."""

from __future__ import annotations

from newscrawl.history import is_identical
from newscrawl.items import Capture, Head, IdenticalPage, Revisit, Source, Tombstone
from newscrawl.normalize.redirects import GONE, is_merged


def revisit_or_tombstone(capture: Capture, head: Head, source: Source) -> Revisit | Tombstone | None:
    """Return what the status of a stored article's response says; None for a failure, or a page that must be read.

    It must not have led away from the source's domains, which says nothing of the article.
    """
    name, lease = source.name, head.lease or 0
    if capture.status == 304:
        return Revisit(name, head.article_id, capture, lease)
    if capture.status in GONE:
        return Tombstone(name, head.article_id, capture, lease, f"http_{capture.status}")
    if capture.status != 200:
        return None
    if capture.is_redirected_to_front_page:
        return Tombstone(name, head.article_id, capture, lease, "redirected_home")
    if is_merged(capture, head, source):
        return Tombstone(name, head.article_id, capture, lease, f"merged into {capture.final_uri}")
    return None


def identical_page(capture: Capture, head: Head | None, source: Source, stamp: str) -> IdenticalPage | None:
    """Return the item of a page that is to the byte what the same reader read last time; None for any other."""
    if head is None or not is_identical(head, capture, stamp):
        return None
    return IdenticalPage(source.name, head.article_id, head.guid, capture, head.lease or 0)
