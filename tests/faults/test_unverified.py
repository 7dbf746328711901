"""An unverified source is left alone by rounds until a person crawls it; then it is as any other."""

from __future__ import annotations

from typing import Any

import pytest

from .archive import Archive
from .project import Project
from .world import World

pytestmark = pytest.mark.slow

ROW = """
[quay]
publisher = "The Quay"
domains = ["{host}"]
feeds = ["{base}/feed.xml"]
article_pattern = '/news/[a-z]+-\\d+$'
"""


def test_unverified_source_is_crawled_in_rounds_after_a_person_named_it(
    archive: Archive, project: Project, world: World
) -> None:
    site, pier = world.site(range(1, 4)), world.site(range(1, 4))
    project.add_source("pier", pier)
    (project.root / "spiders" / "unverified.toml").write_text(ROW.format(host=site.host, base=site.base), "utf-8")

    assert [report["source"] for report in archive.crawl("--due").json] == ["pier"]
    assert site.requests == []
    archive.crawl("quay")
    assert len([key for key in archive.histories() if key.startswith("quay/")]) == 3
    assert archive.ask(lambda store: store.source_states())["quay"].is_unverified
    assert due_at(archive, "quay") is not None
    archive.run("recheck", "--source", "quay")
    assert [report["source"] for report in archive.crawl("--due").json] == ["quay"]


def due_at(archive: Archive, source: str) -> Any:
    return (archive.ask(lambda store: store.db.sources.find_one({"_id": source})) or {}).get("due_at")
