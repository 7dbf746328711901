"""The heads that a run's claims returned, and the articles that it found to be unknown: no check reads them again.

Whatever another process writes to a claimed article in between makes the check's own write fail by its guards (expected
version, token of the claim, state); the head is then read from the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newscrawl.items import CheckHistory, Head


class ClaimedHeads:
    """What one run knows of articles whose checks are under way."""

    def __init__(self) -> None:
        self._heads: dict[str, Head] = {}
        self._unknown: set[str] = set()

    def claimed(self, heads: Iterable[Head]) -> None:
        """Take the heads that a claim returned."""
        self._heads.update({head.article_id: head for head in heads})

    def unknown(self, article_id: str) -> None:
        """Note that no article with this id was stored."""
        self._unknown.add(article_id)

    def noted(self, article_id: str, check_history: CheckHistory) -> None:
        """Note what listings stated meanwhile about a claimed article."""
        if head := self._heads.get(article_id):
            self._heads[article_id] = replace(head, check_history=check_history)

    def take(self, article_id: str, lease: int) -> Head | None:
        """Return, once, the head of the claim with this token."""
        head = self._heads.get(article_id)
        if head is None or not lease or head.lease != lease:
            return None
        return self._heads.pop(article_id)

    def take_unknown(self, article_id: str) -> bool:
        """Return, once, whether an article was found to be unknown."""
        if article_id not in self._unknown:
            return False
        self._unknown.discard(article_id)
        return True
