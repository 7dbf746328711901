"""Where the reader shows what an announcement is about."""

from __future__ import annotations

from urllib.parse import urlencode

from newscrawl.humanize import Locale


def change_path(article_id: str, number: int) -> str:
    """Return the path of a version's diff; for a first version, of its article."""
    return f"/article/{article_id}" if number <= 1 else f"/article/{article_id}/{number - 1}/{number}"


def feed_path(token: str) -> str:
    """Return the path of a subscription's feed."""
    return f"/subscriptions/{token}.atom"


def with_choice(url: str, locale: Locale) -> str:
    """Return a URL of ours that has no query, with the language and the zone in which its page is to be shown."""
    plain = Locale()
    said = [("lang", locale.language)] if locale.language != plain.language else []
    said += [("zone", locale.zone)] if locale.zone != plain.zone else []
    return f"{url}?{urlencode(said)}" if said else url
