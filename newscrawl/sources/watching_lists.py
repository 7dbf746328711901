"""Watch the articles of a list, which nobody has tried: rounds and workers request them, at the pace of their hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newscrawl.errors import ConfigError
from newscrawl.sources import watched
from newscrawl.sources.address_lists import ListedAddress
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.watching import head_at, source_for
from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class WatchedList:
    """What came of a list: addresses that are watched now, those that were, and rows that are none, with why."""

    added: dict[str, str]  # by address: its source
    known: list[str]
    failed: list[tuple[ListedAddress, str]]


def watch_list(rows: Sequence[ListedAddress], *, is_dry_run: bool) -> WatchedList:
    """Add the addresses of a list to the table; those that can be no article are left out, with why."""
    failed: list[tuple[ListedAddress, str]] = []
    wanted: list[tuple[str, str, bool]] = []
    sources = SourcesByHost(with_demo=False)
    for row in rows:
        try:
            if row.fault:
                raise ConfigError(row.fault)
            if not row.page:
                raise ConfigError("it is a feed; `newscrawl add-source --from` makes sources of feeds")
            url = watched.checked_address(row.page)
            wanted.append((url, *source_for(url, sources)))
        except ConfigError as error:
            failed.append((row, str(error)))
    tried = watched.add_all(wanted, is_dry_run=is_dry_run) if wanted else []
    added = {url: name for url, name, is_new in tried if is_new}
    return WatchedList(added, [url for url, _, is_new in tried if not is_new], failed)


async def list_made_due(found: WatchedList, store: Store) -> None:
    """Make the sources of new addresses due, and the articles of those that were known before."""
    if not found.added:
        return
    now = datetime.now(UTC)
    heads = [await head_at(store, source, url) for url, source in found.added.items()]
    if ids := [head.article_id for head in heads if head is not None]:
        await store.make_due(now, "asked for by a person", ids=ids)
    await store.make_sources_due(sorted(set(found.added.values())), now)
