"""Where the reader shows what an announcement is about."""

from __future__ import annotations


def change_path(article_id: str, number: int) -> str:
    """Return the path of a version's diff; for a first version, of its article."""
    return f"/article/{article_id}" if number <= 1 else f"/article/{article_id}/{number - 1}/{number}"


def feed_path(token: str) -> str:
    """Return the path of a subscription's feed."""
    return f"/subscriptions/{token}.atom"
