"""Rules that wait use no CPU time, and no limit ends them: their crawl is stalled, and gives its worker up."""

from __future__ import annotations

import pytest

from .archive import Archive
from .project import Project
from .world import World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 5)
WAITING = """
        def read_paragraphs(self, page):
            import time

            time.sleep(3600)
"""


def test_crawl_whose_rules_wait_is_stalled_and_closes_and_holds_up_no_other(
    world: World, project: Project, archive: Archive
) -> None:
    project.add_source("mole", world.site(ARTICLES), more=WAITING)
    project.add_source("quay", world.site(ARTICLES))
    crawl = archive.crawl("mole", "quay", good=(1,), STALLED_AFTER_SECONDS="10")
    reports = {report["source"]: report for report in crawl.json}
    assert (reports["mole"]["reason"], reports["quay"]["reason"]) == ("stalled", "finished"), crawl.told()
    assert reports["quay"]["outcomes"] == {"new": len(ARTICLES)}, crawl.told()
    assert "crawl=stalled source=mole" in crawl.err
    assert "crawl=abandoned" not in crawl.err, "what it waits for is given up, so that it closes"
