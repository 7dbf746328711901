"""Entries of the quarantine as commands print them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawl.cli.terminal import iso

if TYPE_CHECKING:
    from newscrawl.store.session import Store

TEXTS = ("url", "reason", "problem", "evidence", "headline", "paragraphs")  # of an entry, and of what was read


async def as_shown(store: Store, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries without redacted words; without any texts where the article or a version of it is hidden."""
    from newscrawl.store.takedowns import Row

    fields = [{name: entry[name] for name in TEXTS if name in entry} for entry in entries]
    rows = [Row(entry["article_id"], texts, is_page=True) for entry, texts in zip(entries, fields, strict=True)]
    shown = await store.all_as_shown(rows)
    withheld = {**dict.fromkeys(TEXTS), "reason": "withheld: the article, or a version of it, is hidden"}
    return [{**entry, **(withheld if texts is None else texts)} for entry, texts in zip(entries, shown, strict=True)]


def public(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a quarantine entry that are printed."""
    names = ("source", "article_id", "url", "kind", "reason", "problem", "evidence", "state", "payload", "seen")
    return {"id": entry["_id"], "at": iso(entry["at"]), **{name: entry.get(name) for name in names}}
