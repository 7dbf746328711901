"""Every recorded edition of four real papers: each true edit is found, and no redesign is taken for one."""

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


def pages(corpus: Path, edition: Path, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (canonical address, page id) of each story in an edition."""
    with edition.open("rb") as file:
        for record in ArchiveIterator(file):
            digest = hashlib.sha256(record.content_stream().read()).hexdigest()
            if digest in names:
                yield canonical_url(record.rec_headers.get_header("WARC-Target-URI")), names[digest]


def pairs(corpus: Path, name: str) -> set[tuple[str, str]]:
    lines = (corpus / f"{name}_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return {(pair["a"], pair["b"]) for pair in map(json.loads, lines)}


@pytest.fixture(scope="module")
def names(corpus: Path) -> dict[str, str]:
    """Page ids by the digests of their bytes; of equal bytes the first id."""
    found: dict[str, str] = {}
    for line in (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        found.setdefault(page["sha256"], page["id"])
    return found


@pytest.mark.parametrize("source", ["bbc", "guardian", "nyt"])
def test_each_story_of_each_edition_gets_the_true_verdict(
    corpus: Path, names: dict[str, str], source: str, tmp_path: Path
) -> None:
    edits, redesigns = pairs(corpus, "change"), pairs(corpus, "redesign")
    config = Config(home=tmp_path)
    held = embedded.join(tmp_path)
    before: dict[str, str] = {}
    judged = 0
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
            found = {canonical_url(d["url"]): d for d in map(json.loads, export.read_text().splitlines())}
            for url, page in pages(corpus, edition, names):
                outcome = found[url]["outcome"]
                if url not in before:
                    assert outcome == "new", (edition.name, page)
                elif (before[url], page) in edits:
                    assert outcome in {"changed", "reverted"}, (edition.name, page, found[url])
                    judged += 1
                else:
                    assert (before[url], page) in redesigns, "the corpus tells the truth of every pair"
                    assert outcome in {"unchanged", "trivial", "moved"}, (edition.name, page, found[url])
                    judged += 1
                before[url] = page
    finally:
        held.leave()
    assert judged >= 3
