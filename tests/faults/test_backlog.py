"""Row 30: everything is due at once, and the host's budget allows almost nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.store import Store, check_log

from .archive import Archive
from .project import Project
from .world import World

pytestmark = pytest.mark.slow

DUE, BUDGET, BATCH = 100_000, 4, 5_000


async def fill(store: Store) -> None:
    """Store copies of one article, all due, each worth more than the one before."""
    model = await store.db.articles.find_one({})
    assert model is not None
    past = datetime.now(UTC) - timedelta(days=3)
    for first in range(0, DUE, BATCH):
        copies = [
            {
                **model,
                "_id": f"copy{number:06}",
                "guid": str(number),
                "url": f"{model['url']}{number:06}",
                "aliases": [],
                "next_check_at": past,
                "claim_at": past,
                "value": number / DUE,
            }
            for number in range(first, first + BATCH)
        ]
        await store.db.articles.insert_many(copies)


def test_hundred_thousand_due_articles_and_a_spent_budget_are_no_failure(
    archive: Archive, world: World, project: Project
) -> None:
    site = world.site([1])
    project.add_source("quay", site)
    archive.crawl("quay")
    archive.ask(fill)
    archive.let_hosts_rest()
    before = len(site.requests)
    # Copies have no versions, and their pages are not there: those few that are requested are gone.
    crawl = archive.crawl("quay", "--fail-on", "0", HOST_REQUESTS_PER_HOUR=str(BUDGET), good=(0, 1))
    assert len(site.requests) - before <= BUDGET
    [run, _] = archive.runs("quay")
    assert run.reason == "finished", crawl.told()
    lines = archive.ask(lambda store: check_log.find_lines(store.db, {"source": "quay"}))
    postponed = [line for line in lines if line["reason"] == "host_budget"]
    assert 400 < len(postponed) <= 500, "what one run may claim, and no more"
    assert min(line["article_id"] for line in postponed if line["article_id"]) >= f"copy{DUE - 500:06}", (
        "the best first"
    )
    still_due = archive.ask(lambda store: store.due_counts(datetime.now(UTC)))
    assert still_due["quay"] >= DUE - 500
    assert archive.claimed() == 0
