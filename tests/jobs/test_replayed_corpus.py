"""Real stories of the Post, replayed edition by edition: recorded right, no redesign an edit, every edit found."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.config import Config
from newscrawl.items import Cause, Outcome, Version
from newscrawl.jobs import CrawlReport, Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.normalize import fold
from newscrawl.store import embedded
from newscrawl.store.session import Store

pytestmark = pytest.mark.corpus
EDITIONS = (1, 2, 3)


@dataclass
class Replayed:
    reports: dict[int, CrawlReport] = field(default_factory=dict)
    decisions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    versions: dict[str, list[Version]] = field(default_factory=dict)  # by article id


@pytest.fixture(scope="module")
def replayed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    folder = tmp_path_factory.mktemp("replay")
    config = Config(home=folder)
    mongod = embedded.join(folder)
    seen = Replayed()
    try:
        for edition in EDITIONS:
            export = folder / f"{edition}.jsonl"
            job = Job(
                source="washpo",
                replay=corpus / "replay" / f"washpo-{edition}.warc.gz",
                settings={"FEEDS": {str(export): {"format": "jsonlines", "encoding": "utf-8"}}},
            )
            (seen.reports[edition],) = run_in_processes([job], config)
            seen.decisions[edition] = [json.loads(line) for line in export.read_text().splitlines()]
        ids = {d["article_id"] for decisions in seen.decisions.values() for d in decisions}
        seen.versions = asyncio.run(_versions(config, ids))
        yield seen
    finally:
        mongod.leave()


async def _versions(config: Config, ids: set[str]) -> dict[str, list[Version]]:
    store = await Store.open(config)
    try:
        return {key: await store.versions(key) for key in ids}
    finally:
        await store.close()


@pytest.fixture(scope="module")
def truths(corpus: Path) -> dict[str, dict[str, Any]]:
    """Expected values of the corpus' pages, by the digest of their bytes."""
    pages = map(json.loads, (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines())
    return {page["sha256"]: page for page in pages}


def stories(corpus: Path, edition: int) -> list[str]:
    """Return the digests of the story pages in an edition."""
    with (corpus / "replay" / f"washpo-{edition}.warc.gz").open("rb") as file:
        bodies = [
            record.content_stream().read()
            for record in ArchiveIterator(file)
            if record.rec_headers.get_header("WARC-Target-URI").partition("?")[0].endswith("_story.html")
        ]
    return [hashlib.sha256(body).hexdigest() for body in bodies]


@pytest.mark.parametrize("edition", EDITIONS)
def test_crawl_ends_well_and_looks_at_every_recorded_story_once(corpus: Path, replayed: Replayed, edition: int) -> None:
    assert replayed.reports[edition].exit_code == 0
    assert len(replayed.decisions[edition]) == len(stories(corpus, edition))


def test_first_edition_is_recorded_as_the_pages_say(
    corpus: Path, replayed: Replayed, truths: dict[str, dict[str, Any]]
) -> None:
    assert {d["outcome"] for d in replayed.decisions[1]} == {Outcome.NEW}
    firsts = {versions[0].payload_digest: versions[0] for versions in replayed.versions.values()}
    for digest in stories(corpus, 1):
        expected, recorded = truths[digest]["expected"], firsts[digest].article
        name = truths[digest]["id"]
        assert fold(recorded.headline) == fold(expected["title"]), name
        if expected["authors"] is not None:
            assert list(recorded.author) == expected["authors"], name
        if expected["published"]:
            assert recorded.date_published is not None, name
            stated = datetime.fromisoformat(expected["published"])
            exact = expected["published_precision"] == "second"
            found = recorded.date_published.value
            # Some labels were read from a dateline that prints minutes.
            assert abs(found - stated) < timedelta(minutes=1) if exact else found.date() == stated.date(), name
        if expected["paragraphs"] is not None:
            assert without_optional(recorded.paragraphs, expected) == required(expected), name


def required(expected: dict[str, Any]) -> list[str]:
    return [fold(p) for n, p in enumerate(expected["paragraphs"]) if n not in (expected.get("optional") or ())]


def without_optional(paragraphs: tuple[str, ...], expected: dict[str, Any]) -> list[str]:
    optional = {fold(expected["paragraphs"][n]) for n in expected.get("optional") or ()}
    return [fold(p) for p in paragraphs if fold(p) not in optional]


def test_redesign_with_the_same_words_is_no_change(replayed: Replayed) -> None:
    outcomes = {decision["outcome"] for decision in replayed.decisions[2]}
    assert outcomes <= {Outcome.UNCHANGED, Outcome.TRIVIAL, Outcome.MOVED}
    assert all(version.seen_at.year != 2024 or version.number > 1 for v in replayed.versions.values() for version in v)


def test_third_edition_finds_exactly_the_true_edits(
    corpus: Path, replayed: Replayed, truths: dict[str, dict[str, Any]]
) -> None:
    pairs = {p["b"]: p for p in map(json.loads, (corpus / "change_pairs.jsonl").read_text().splitlines())}
    in_edition = [truths[digest]["id"] for digest in stories(corpus, 3)]
    edited = [name for name in in_edition if name in pairs]
    by_digest = {versions[-1].payload_digest: versions for versions in replayed.versions.values()}
    found = [d for d in replayed.decisions[3] if d["outcome"] == Outcome.CHANGED]
    assert len(found) == len(edited)
    for digest in stories(corpus, 3):
        pair = pairs.get(truths[digest]["id"])
        versions = by_digest.get(digest)
        assert (versions is not None and len(versions) == 2) == (pair is not None), truths[digest]["id"]
        if pair is None or versions is None:
            continue
        before, after = versions
        assert after.cause is Cause.EDIT
        assert gone(before, after) == {fold(p) for p in pair["a_only"]}, pair["b"]
        assert gone(after, before) == {fold(p) for p in pair["b_only"]}, pair["b"]
        assert (fold(before.article.headline) != fold(after.article.headline)) == bool(pair["title_changed"])


def gone(before: Version, after: Version) -> set[str]:
    return {fold(p) for p in before.article.paragraphs} - {fold(p) for p in after.article.paragraphs}


def test_evidence_of_every_version_is_the_recorded_body(corpus: Path, replayed: Replayed) -> None:
    names = {digest for edition in EDITIONS for digest in stories(corpus, edition)}
    assert {v.payload_digest for versions in replayed.versions.values() for v in versions} <= names
    pages = corpus / "pages" / "washpo"
    kept = {hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() for path in pages.glob("*.html.gz")}
    assert {v.payload_digest for versions in replayed.versions.values() for v in versions} <= kept
