"""What entries of a list need beside their versions: the visible articles, and the versions before."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader import conversion
from newscrawl.store.reader.views import ChangeEntry
from newscrawl.store.reader.visibility import is_hidden
from newscrawl.store.redactions import Redactor


class ListContext:
    """Documents that were fetched for the versions of one list, by their ids."""

    def __init__(self) -> None:
        self.articles: dict[str, Document] = {}  # visible ones
        self.versions_before: dict[str, Document] = {}

    def has_article(self, version: Document) -> bool:
        """Return whether the version's article is visible."""
        return version["article_id"] in self.articles

    def is_orphan(self, version: Document) -> bool:
        """Return whether the version before is hidden, so that the change must not be shown."""
        before = self._version_before(version)
        return before is not None and is_hidden(before)

    def entry(self, version: Document, snippets: tuple[str, ...] = ()) -> ChangeEntry:
        before = self._version_before(version)
        is_orphan = self.is_orphan(version)
        return ChangeEntry(
            conversion.version_summary(version, is_orphan=is_orphan, redactor=self.redactor(version)),
            conversion.article_view(self.articles[version["article_id"]]),
            self.redacted_texts(version, (before["headline"],))[0] if before and not is_orphan else None,
            snippets,
        )

    def redactor(self, version: Document) -> Redactor | None:
        return Redactor.of(self.articles.get(version["article_id"]))

    def redacted_texts(self, version: Document, texts: Sequence[str]) -> Sequence[str]:
        """Return texts of a version with redacted passages marked."""
        redactor = self.redactor(version)
        return texts if redactor is None else [redactor.text(text) for text in texts]

    def _version_before(self, version: Document) -> Document | None:
        return self.versions_before.get(version_id(version["article_id"], version["number"] - 1))
