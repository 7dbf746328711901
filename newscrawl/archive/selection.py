"""Which articles an export has: those of which a version is found by a search, or was seen in a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newscrawl.errors import ConfigError
from newscrawl.store.reader import BadQuery, ListFilter, Reader

PAGE = 200  # of what a search finds


@dataclass(frozen=True, slots=True)
class Selection:
    """A search in the language of the reader, and a time; an article is chosen if one of its versions is in both.

    The history of a chosen article is exported whole: a part of it would look like one with losses.
    """

    search: str | None = None
    scope: str = "wordings"
    since: datetime | None = None
    until: datetime | None = None  # excluded

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ConfigError(f"nothing lies between {self.since:%Y-%m-%d %H:%M} and {self.until:%Y-%m-%d %H:%M}")

    def as_dict(self) -> dict[str, Any]:
        """Return what is stated, for the state of an export; empty if that is everything."""
        moments = {"since": self.since, "until": self.until}
        stated = {name: moment.isoformat() for name, moment in moments.items() if moment is not None}
        return stated if self.search is None else {"search": self.search, "scope": self.scope, **stated}

    async def article_ids(self, reader: Reader, source: str | None) -> list[str] | None:
        """Return the ids of the chosen articles in their order; None for all."""
        if not self.as_dict():
            return None
        if self.search is None:
            return sorted({key async for key in reader.export_scan.seen(source, self.since, self.until)})
        where, chosen, after = ListFilter(source, since=self.since, until=self.until), set(), None
        try:
            while True:
                found = await reader.changes.search(self.search, self.scope, where, after=after, limit=PAGE)
                chosen |= {entry.line.article_id for entry in found.items}
                if found.after is None:
                    return sorted(chosen)
                after = found.after
        except BadQuery as error:
            raise ConfigError(f"--search: {error}") from error


ALL = Selection()
