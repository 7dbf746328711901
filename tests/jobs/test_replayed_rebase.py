"""Other rules on recorded editions of real sources: what they read differently is listed, and is no edit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.extract import Rules
from newscrawl.history import ReextractionResult, rebase, reextract_all
from newscrawl.items import Cause, Version
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider
from newscrawl.spider import reader_of
from newscrawl.store import Store
from tests.forked import commands as forked

pytestmark = [pytest.mark.corpus, pytest.mark.slow]
SOURCES = ("washpo", "bbc", "guardian", "nyt")
OLD_STAMP = "000000000000-n1-Layout/tree/tree"  # of an earlier release


def replay(corpus: Path, config: Config, source: str) -> None:
    for edition in sorted((corpus / "replay").glob(f"{source}-*.warc.gz")):
        (report,) = run_in_processes([Job(source=source, replay=edition)], config)
        assert report.exit_code == 0, report.errors


def earlier(reader: PageReader) -> PageReader:
    """Return a reader whose layouts drop nothing, as the first rules of a source do."""
    attributes: dict[str, Any] = {
        "drop": (),
        "drop_lines": (),
        "stop_lines": (),
        "drop_links": False,
        "drop_boxes": False,
    }
    layouts: list[type[Rules]] = [type(layout.__name__, (layout,), attributes) for layout in reader.layouts]
    return PageReader.of(reader.source, layouts)


async def histories(store: Store, source: str) -> dict[str, list[Version]]:
    return {article_id: await store.versions(article_id) async for article_id in store.article_ids(source)}


async def edits(store: Store, source: str) -> dict[str, tuple[int, list[str]]]:
    """Return the number of public edits, and what all edits say, by article."""
    counts = {a["_id"]: a["edits"] async for a in store.db.articles.find({"source": source}, {"edits": 1})}
    return {
        article_id: (counts[article_id], [v.change.summary for v in versions if v.cause is Cause.EDIT])
        for article_id, versions in (await histories(store, source)).items()
    }


async def rebased(store: Store, reader: PageReader) -> dict[str, str]:
    """Rebase a source; return the articles that read differently, with the reason."""
    found = [article async for article in reextract_all(store, reader)]
    written = [article for article in found if await rebase(store, article, article.stored.seen_at)]
    different = [article for article in found if article.result is ReextractionResult.DIFFERENT]
    assert {article.result for article in found} <= {ReextractionResult.SAME, ReextractionResult.DIFFERENT}
    assert all(article in written for article in different)
    return {article.head.article_id: article.reason for article in different}


async def test_stamp_of_an_earlier_release_is_renewed_and_nothing_else(
    corpus: Path, config: Config, store: Store
) -> None:
    source = "washpo"
    replay(corpus, config, source)
    before = await histories(store, source)
    await store.db.articles.update_many({"source": source}, {"$set": {"head.stamp": OLD_STAMP}})
    assert await rebased(store, reader_of(load_spider(source))) == {}
    assert await histories(store, source) == before
    heads = [await store.head(article_id) for article_id in before]
    assert OLD_STAMP not in {head.stamp for head in heads if head is not None}


@pytest.mark.parametrize("source", SOURCES)
async def test_rules_of_another_release_add_no_edit_to_a_replayed_history(
    corpus: Path, config: Config, store: Store, source: str
) -> None:
    replay(corpus, config, source)
    reader = reader_of(load_spider(source))
    before = await edits(store, source)
    different = await rebased(store, earlier(reader))
    assert different, "rules that drop nothing read something differently"
    assert all(different.values())
    assert await rebased(store, earlier(reader)) == {}
    assert await edits(store, source) == before
    report = rebase_by_command(config, source)
    assert {row["article_id"] for row in report["different"]} == set(different)
    assert (report["rewritten"], report["unfounded"]) == (len(different), [])
    assert rebase_by_command(config, source)["different"] == []
    assert await edits(store, source) == before


def rebase_by_command(config: Config, source: str) -> dict[str, Any]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    variables = {
        "NEWSCRAWL_MONGO_URI": config.mongo_uri or "",
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(config.home),
    }
    done = forked.run(["rebase", source, "--json"], env=inherited | variables)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report
