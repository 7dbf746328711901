"""Text on its way out: characters made harmless, URLs that may be linked, HTTP dates.

The text of news pages is written by strangers. Each output (HTML, feeds, JSON, CSV, terminal) escapes it in its own
way; `harmless` removes the characters that no escaping makes safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from newscrawl.harmless_text import harmless
from newscrawl.humanize import N_, gettext
from newscrawl.items import Hold, Segment
from newscrawl.languages import arrow


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
        return gettext("waits for checks of other articles")
    if hold is Hold.RETRACTED:
        return gettext("retracted: our error, not an edit by the newspaper")
    return gettext("dismissed, not an edit by the newspaper") if hold is Hold.DISMISSED else gettext("held for review")


def cut(value: str, maximum: int) -> str:
    """Return a text of at most `maximum` characters: its beginning and its end."""
    half = maximum // 2 - 2
    return value if len(value) <= maximum else f"{value[:half]} … {value[-half:]}"


def arrow_after(segments: Sequence[Segment], index: int) -> str:
    """Return the arrow from a segment to the one after it, as they are read."""
    before = "".join(segment.text for segment in segments[: index + 1])
    return arrow(before, segments[index + 1].text)


def in_words(key: str) -> str:
    """Return a key of ours (change type, event kind, outcome) in the reader's words; an unknown one in English."""
    return gettext(plain_words(key))


def plain_words(key: str) -> str:
    """Return a key as English words."""
    return key.replace("_", " ").replace(".", ": ")


# Keys of ours as words: what `in_words` translates.
WORDS = (
    N_("correction"), N_("headline"), N_("lede"), N_("negation"), N_("opposite"), N_("roles"), N_("cause"),
    N_("speaker"),
    N_("numbers"), N_("time"), N_("thing"), N_("modality"), N_("names"), N_("place"), N_("quotes"), N_("attribution"),
    N_("hedging"), N_("added"), N_("removed"), N_("moved"), N_("wording"), N_("update"), N_("byline"), N_("dates"),
    N_("typo"), N_("typography"), N_("boilerplate"), N_("gone"), N_("restored"), N_("recalled"), N_("held"),
    N_("erased"),
    N_("late"), N_("retired"), N_("not found"), N_("finished"), N_("credit"), N_("caption"),
)  # fmt: skip
