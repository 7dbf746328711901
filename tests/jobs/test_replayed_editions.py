"""Every recorded edition of real sources: each labelled edit is found, and no redesign counts as an edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.config import Config
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.normalize import canonical_url
from newscrawl.store import embedded

pytestmark = pytest.mark.corpus


def pages(edition: Path, page_ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the canonical URL and the page id of each labelled article in an edition."""
    with edition.open("rb") as file:
        for record in ArchiveIterator(file):
            digest = hashlib.sha256(record.content_stream().read()).hexdigest()
            if digest in page_ids:
                yield canonical_url(record.rec_headers.get_header("WARC-Target-URI")), page_ids[digest]


def pairs(corpus: Path, name: str) -> set[tuple[str, str]]:
    lines = (corpus / f"{name}_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return {(pair["a"], pair["b"]) for pair in map(json.loads, lines)}


@pytest.fixture(scope="module")
def page_ids(corpus: Path) -> dict[str, str]:
    """Return page ids by the digests of the pages' bytes; of equal pages, the first id."""
    ids: dict[str, str] = {}
    for line in (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        ids.setdefault(page["sha256"], page["id"])
    return ids


@pytest.mark.parametrize("source", ["bbc", "guardian", "nyt"])
def test_each_article_of_each_edition_gets_the_labelled_verdict(
    corpus: Path, page_ids: dict[str, str], source: str, tmp_path: Path
) -> None:
    edits, redesigns = pairs(corpus, "change"), pairs(corpus, "redesign")
    config = Config(home=tmp_path)
    mongod = embedded.join(tmp_path)
    previous: dict[str, str] = {}  # page ids by URL
    compared = 0
    try:
        for edition in sorted((corpus / "replay").glob(f"{source}-*.warc.gz")):
            export = tmp_path / f"{edition.name}.jsonl"
            job = Job(
                source=source,
                replay=edition,
                settings={"FEEDS": {str(export): {"format": "jsonlines", "encoding": "utf-8"}}},
            )
            (report,) = run_in_processes([job], config)
            assert report.exit_code == 0, report.errors
            decisions = {canonical_url(d["url"]): d for d in map(json.loads, export.read_text().splitlines())}
            for url, page in pages(edition, page_ids):
                outcome = decisions[url]["outcome"]
                if url not in previous:
                    assert outcome == "new", (edition.name, page)
                elif (previous[url], page) in edits:
                    assert outcome in {"changed", "reverted"}, (edition.name, page, decisions[url])
                    compared += 1
                else:
                    assert (previous[url], page) in redesigns, "the corpus labels every pair"
                    assert outcome in {"unchanged", "trivial", "moved"}, (edition.name, page, decisions[url])
                    compared += 1
                previous[url] = page
    finally:
        mongod.leave()
    assert compared >= 3
