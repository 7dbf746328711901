"""Pages that need no reading: the bytes of the newest check, or what its text was read from. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from newscrawl.items import Capture, Extraction, Head, IdenticalPage, PageKind, Shown, State, without_readers

SAME_BYTES, SAME_CONTAINERS = "identical bytes", "identical containers"  # reasons of such an unchanged check


def reading_digest(capture: Capture, stamp: str) -> str:
    """Return a digest of all that decides what is read: the rules, the body, how it is decoded, where it was got.

    `stamp` is that of the rules, without readers.
    """
    content_type = capture.header("content-type") or ""
    parts = (stamp, capture.payload_digest, content_type, capture.target_uri, capture.final_uri)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def containers_of(extraction: Extraction) -> str:
    """Return the fingerprint of what a text was read from; none of a live blog, or of a page that shows a part."""
    is_whole = extraction.kind is PageKind.ARTICLE and extraction.shown is Shown.WHOLE
    return extraction.containers if is_whole else ""


def is_identical(head: Head, capture: Capture, stamp: str) -> bool:
    """Return whether a response is known to be read as the head's text by today's rules, which have this stamp.

    Never after a check that failed or found the page gone: what was doubted then is settled by a reading.
    """
    return bool(head.reading_digest) and _is_settled(head) and head.reading_digest == reading_digest(capture, stamp)


def may_have_same_containers(head: Head, stamp: str) -> bool:
    """Return whether a page is to be compared by its containers with the one that was read as the head's text."""
    return bool(head.containers_digest) and _is_settled(head) and without_readers(head.stamp) == stamp


def known_as(head: Head, page: IdenticalPage, stamp: str) -> str:
    """Return why a page is known to be read as the head's text; empty if it is not."""
    if page.containers:
        is_same = may_have_same_containers(head, stamp) and page.containers == head.containers_digest
        return SAME_CONTAINERS if is_same else ""
    return SAME_BYTES if is_identical(head, page.capture, stamp) else ""


def containers_to_expect(head: Head | None, stamp: str, trusts_containers: Callable[[str], bool]) -> str:
    """Return the containers by which a page is known to be read as the head's text; empty if it is to be read."""
    if head is None or not may_have_same_containers(head, stamp) or not trusts_containers(stamp):
        return ""
    return head.containers_digest


def _is_settled(head: Head) -> bool:
    history = head.check_history
    if history.is_full_check_next:
        return False
    return head.state in (State.WATCHED, State.RETIRED) and not history.failures and head.gone_seen_at is None
