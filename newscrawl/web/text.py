"""Text on its way out: characters made harmless, URLs that may be linked, HTTP dates.

The text of news pages is written by strangers. Each output (HTML, feeds, JSON, CSV, terminal) escapes it in its own
way; `harmless` removes the characters that no escaping makes safe.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

import regex

from newscrawl.items import Hold

# Controls except tab and newline (C1 holds terminal escapes), surrogates, and the noncharacters that XML 1.0 forbids.
_FORBIDDEN = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Embeddings, overrides and isolates reorder the text around them (CVE-2021-42574); marks such as U+200F stay.
_REORDERING = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
# No script stacks more than a handful of combining marks; a million of them on one letter freezes text shaping.
_STACKED_MARKS = regex.compile(r"(\p{M}{12})\p{M}+")
_SUSPECT = regex.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]|\p{M}{13}"
)


def harmless(text: str) -> str:
    """Return `text` without characters that hide, reorder or break the text around; bidi controls become visible."""
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text):
        return text
    text = str(_FORBIDDEN.sub("\ufffd", text))
    text = str(_REORDERING.sub(lambda match: f"[U+{ord(match[0]):04X}]", text))
    return str(_STACKED_MARKS.sub(r"\1\ufffd", text))


def linkable_url(url: str | None) -> str | None:
    """Return a URL if it may be the target of a link (http or https, with a host); else None."""
    if url is None or harmless(url) != url or any(c in url for c in " \t\n\\\"'<>"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def http_date(when: datetime) -> str:
    """Return a time in the format of HTTP and RSS, in whole seconds."""
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def hold_label(hold: Hold) -> str:
    """Return how pages mark a version that is not public."""
    if hold is Hold.PENDING:
        return "waits for checks of other articles"
    if hold is Hold.RETRACTED:
        return "retracted: our error, not an edit by the newspaper"
    return "dismissed, not an edit by the newspaper" if hold is Hold.DISMISSED else "held for review"


def in_words(key: str) -> str:
    """Return a key of ours (change type, event kind, outcome) as words: 'no_such_kind' becomes 'no such kind'."""
    return key.replace("_", " ").replace(".", ": ")
