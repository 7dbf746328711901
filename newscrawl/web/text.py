"""What every text passes on its way out: harmless characters, plain words for numbers and times.

The text of news pages is written by strangers. Each output (HTML, feeds, JSON, CSV, terminal) still escapes in its own
way; `harmless` removes what no escaping helps against.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

import regex

# Controls but tab and newline (C1 holds terminal escapes), surrogates, and the noncharacters that XML 1.0 forbids.
_FORBIDDEN = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Embeddings, overrides and isolates reorder what stands around them (CVE-2021-42574); marks such as U+200F stay.
_REORDERING = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
# No script stacks more than a handful; a million of them on one letter freezes text shaping.
_STACK = regex.compile(r"(\p{M}{12})\p{M}+")
_SUSPECT = regex.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]|\p{M}{13}"
)


def harmless(text: str) -> str:
    """Return `text` without characters that hide, reorder or break what is around; bidi controls become visible."""
    if text.isascii() and text.isprintable():
        return text
    if not _SUSPECT.search(text):
        return text
    text = str(_FORBIDDEN.sub("\ufffd", text))
    text = str(_REORDERING.sub(lambda match: f"[U+{ord(match[0]):04X}]", text))
    return str(_STACK.sub(r"\1\ufffd", text))


def link(url: str | None) -> str | None:
    """Return an address that may stand in a link: http or https with a host; else None."""
    if url is None or harmless(url) != url or any(c in url for c in " \t\n\\\"'<>"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def http_date(when: datetime) -> str:
    """Return a moment as HTTP and RSS write it, in whole seconds."""
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def named(word: str) -> str:
    """Return a key of ours (change type, outcome) as words."""
    return word.replace("_", " ").replace(".", ": ")
