"""Pages that need no reading: the bytes of the newest check, under the rules that read them. Pure."""

from __future__ import annotations

import hashlib

from newscrawl.items import Capture, Head, State


def reading_digest(capture: Capture, stamp: str) -> str:
    """Return a digest of all that decides what is read: the rules, the body, how it is decoded, where it was got.

    `stamp` is that of the rules, without readers.
    """
    content_type = capture.header("content-type") or ""
    parts = (stamp, capture.payload_digest, content_type, capture.target_uri, capture.final_uri)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def is_identical(head: Head, capture: Capture, stamp: str) -> bool:
    """Return whether a response is known to be read as the head's text by today's rules, which have this stamp.

    Never after a check that failed or found the page gone: what was doubted then is settled by a reading.
    """
    history = head.check_history
    if not head.reading_digest or history.is_full_check_next:
        return False
    is_settled = head.state in (State.WATCHED, State.RETIRED) and not history.failures and head.gone_seen_at is None
    return is_settled and head.reading_digest == reading_digest(capture, stamp)
