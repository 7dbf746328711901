"""`newscrawl schedule`: requests for articles and listings, by host and hour."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newscrawl.cli.schedule import spread
from tests.cli.conftest import Run
from tests.faults.project import Project

SPIDER = """
from newscrawl.spider import NewsSpider


class Quay(NewsSpider):
    name = "quay"
    domains = ("quay.example",)
    feeds = ("https://feeds.quay.example/all.xml",)
    sitemaps = ("https://www.quay.example/news.xml", "https://www.quay.example/more.xml")
"""


@pytest.mark.parametrize(
    ("due", "planned", "per_hour", "checks_by_hour"),
    [
        (0, [3, 0, 1], 0, [3, 0, 1]),
        (5, [3, 0, 1], 0, [8, 0, 1]),
        (25, [0, 0, 3], 10, [10, 10, 8]),
        (40, [1, 1], 10, [10, 10]),
    ],
)
def test_checks_that_exceed_the_budget_move_to_the_next_hour(
    due: int, planned: list[int], per_hour: int, checks_by_hour: list[int]
) -> None:
    assert spread(due, planned, per_hour) == checks_by_hour


def test_listings_are_counted_at_each_turn_of_their_source(newscrawl: Run, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write("quay", SPIDER)

    def hosts() -> list[tuple[str, int, int, list[int]]]:
        environ = {"PYTHONPATH": str(project.root), "NEWSCRAWL_DISCOVERY_EVERY_SECONDS": "1800"}
        done = newscrawl("schedule", "--hours", "2", "--json", cwd=project.root, **environ)
        assert done.returncode == 0, done.stderr
        rows = json.loads(done.stdout)["hosts"]
        return [(row["host"], row["due"], row["listings"], row["next_hours"]) for row in rows]

    # A source that was never crawled has its turn now, then in 30, 60 and 90 minutes.
    assert hosts() == [("feeds.quay.example", 1, 4, [2, 2]), ("www.quay.example", 2, 8, [4, 4])]
    assert newscrawl("pause", "quay", cwd=project.root, PYTHONPATH=str(project.root)).returncode == 0
    assert hosts() == []
