"""What every text passes on its way out: harmless characters, plain words for numbers and times.

The text of news pages is written by strangers. Each output (HTML, feeds, JSON, CSV, terminal) still escapes in its own
way; `harmless` removes what no escaping helps against.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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

RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}


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


def direction(language: str | None) -> str:
    """Return the direction of a language's main script."""
    return "rtl" if language and language.lower().split("-")[0] in RIGHT_TO_LEFT else "ltr"


def span(gap: timedelta) -> str:
    """Return a length of time in the words of a person: 'about 3 hours'."""
    minutes = round(abs(gap.total_seconds()) / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 50:
        return counted(minutes, "minute")
    hours = round(minutes / 60)
    if hours < 24:
        return "about " + ("an hour" if hours == 1 else f"{hours} hours")
    days = round(minutes / 1440)
    if days < 60:
        return counted(days, "day")
    months = round(days / 30.44)
    return f"about {months} months" if months < 24 else f"about {round(days / 365.25)} years"


def later(first: datetime, second: datetime) -> str:
    """Return how far `second` lies from `first`: 'about 3 hours later'."""
    if abs(second - first) < timedelta(seconds=30):
        return "at the same time"
    return f"{span(second - first)} {'later' if second > first else 'earlier'}"


def moment(when: datetime) -> str:
    """Return a date and time for a person, in UTC: '6 January 2026, 14:05 UTC'."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def http_date(when: datetime) -> str:
    """Return a moment as HTTP and RSS write it, in whole seconds."""
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def day(when: datetime) -> str:
    return f"{when:%A}, {when.day} {when:%B %Y}"


def clock(when: datetime) -> str:
    return f"{when:%H:%M}"


def interval(not_before: datetime | None, seen_at: datetime) -> str:
    """Return when a change happened, as far as our checks can tell."""
    if not_before is None:
        return f"by {moment(seen_at)}"
    if not_before.date() == seen_at.date():
        return f"between {clock(not_before)} and {clock(seen_at)} UTC on {seen_at.day} {seen_at:%B %Y}"
    return f"between {moment(not_before)} and {moment(seen_at)}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: '1 version', '1,200 changes'."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def named(word: str) -> str:
    """Return a key of ours (change type, outcome) as words."""
    return word.replace("_", " ").replace(".", ": ")
