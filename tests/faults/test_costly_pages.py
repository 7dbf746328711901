"""A page of which the reading never ends costs its own source ten seconds of CPU time, once, and no other page."""

from __future__ import annotations

import pytest

from newscrawl.store import Store

from .archive import Archive
from .project import Project
from .world import World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 9)
BURNING = """
        def read_paragraphs(self, page):
            while page.url.endswith("-3"):
                pass
            return super().read_paragraphs(page)
"""


def test_page_that_costs_too_much_is_kept_and_left_alone_and_the_others_are_recorded(
    world: World, project: Project, archive: Archive
) -> None:
    site = world.site(ARTICLES)
    project.add_source("quay", site, more=BURNING)
    crawl = archive.crawl("quay")
    assert crawl.json["outcomes"] == {"new": len(ARTICLES) - 1, "quarantined": 1}, crawl.told()

    async def kept(store: Store) -> bytes:
        (entry,) = await store.quarantined(source="quay")
        assert (entry["kind"], entry["reason"]) == ("too_costly", "too_costly: more than 5 s of CPU time")
        evidence = await store.quarantine_evidence(entry["_id"])
        return evidence[0].body if evidence else b""

    assert b"<html" in archive.ask(kept)
    assert site.asked().count(3) == 1
    again = archive.crawl("quay")
    assert again.json["outcomes"].get("quarantined", 0) == 0, again.told()
    assert site.asked().count(3) == 1, "it is not tried at every listing"
