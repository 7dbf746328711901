"""Names that a server states are values in the store, never keys: no `$`, no dot, no NUL can be one."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.store import Store
from tests.store.samples import article, doubtful_page

ODD = (("$where", "1"), ("a.b", "$ne"), ("__proto__", "x"), ("", "empty"), ("x\0y", "nul"), ("constructor", "\ud800"))


async def test_headers_of_any_name_are_stored_as_they_came(store: Store) -> None:
    page = doubtful_page(article())
    await store.quarantine(replace(page, capture=replace(page.capture, headers=ODD)), "doubtful")
    (entry,) = await store.quarantined(source=page.source)
    evidence = await store.quarantine_evidence(entry["_id"])
    assert evidence is not None
    assert evidence[0].headers[:3] == ODD[:3]
    assert len(evidence[0].headers) == len(ODD)
