"""Real Washington Post articles, replayed edition by edition: fields, redesigns and edits."""

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
class Replay:
    """What the crawls of all editions recorded."""

    reports: dict[int, CrawlReport] = field(default_factory=dict)
    decisions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    versions: dict[str, list[Version]] = field(default_factory=dict)  # by article id


@pytest.fixture(scope="module")
def replay(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder = tmp_path_factory.mktemp("replay")
    config = Config(home=folder)
    mongod = embedded.join(folder)
    replay = Replay()
    try:
        for edition in EDITIONS:
            export = folder / f"{edition}.jsonl"
            job = Job(
                source="washpo",
                replay=corpus / "replay" / f"washpo-{edition}.warc.gz",
                settings={"FEEDS": {str(export): {"format": "jsonlines", "encoding": "utf-8"}}},
            )
            (replay.reports[edition],) = run_in_processes([job], config)
            replay.decisions[edition] = [json.loads(line) for line in export.read_text().splitlines()]
        ids = {d["article_id"] for decisions in replay.decisions.values() for d in decisions}
        replay.versions = asyncio.run(_versions(config, ids))
        yield replay
    finally:
        mongod.leave()


async def _versions(config: Config, ids: set[str]) -> dict[str, list[Version]]:
    store = await Store.open(config)
    try:
        return {article_id: await store.versions(article_id) for article_id in ids}
    finally:
        await store.close()


@pytest.fixture(scope="module")
def labels(corpus: Path) -> dict[str, dict[str, Any]]:
    """Return the labelled pages of the corpus by the digest of their bytes."""
    pages = map(json.loads, (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines())
    return {page["sha256"]: page for page in pages}


def page_digests(corpus: Path, edition: int) -> list[str]:
    """Return the digests of the article pages in an edition."""
    with (corpus / "replay" / f"washpo-{edition}.warc.gz").open("rb") as file:
        bodies = [
            record.content_stream().read()
            for record in ArchiveIterator(file)
            if record.rec_headers.get_header("WARC-Target-URI").partition("?")[0].endswith("_story.html")
        ]
    return [hashlib.sha256(body).hexdigest() for body in bodies]


@pytest.mark.parametrize("edition", EDITIONS)
def test_crawl_succeeds_and_checks_every_recorded_article_once(corpus: Path, replay: Replay, edition: int) -> None:
    assert replay.reports[edition].exit_code == 0
    assert len(replay.decisions[edition]) == len(page_digests(corpus, edition))


def test_articles_of_the_first_edition_are_read_as_labelled(
    corpus: Path, replay: Replay, labels: dict[str, dict[str, Any]]
) -> None:
    assert {d["outcome"] for d in replay.decisions[1]} == {Outcome.NEW}
    firsts = {versions[0].payload_digest: versions[0] for versions in replay.versions.values()}
    for digest in page_digests(corpus, 1):
        expected, recorded = labels[digest]["expected"], firsts[digest].article
        name = labels[digest]["id"]
        assert fold(recorded.headline) == fold(expected["title"]), name
        if expected["authors"] is not None:
            assert list(recorded.author) == expected["authors"], name
        if expected["published"]:
            assert recorded.date_published is not None, name
            labelled = datetime.fromisoformat(expected["published"])
            published = recorded.date_published.value
            if expected["published_precision"] == "second":  # some were read from a dateline that prints minutes only
                assert abs(published - labelled) < timedelta(minutes=1), name
            else:
                assert published.date() == labelled.date(), name
        if expected["paragraphs"] is not None:
            assert without_optional(recorded.paragraphs, expected) == required(expected), name


def required(expected: dict[str, Any]) -> list[str]:
    return [fold(p) for n, p in enumerate(expected["paragraphs"]) if n not in (expected.get("optional") or ())]


def without_optional(paragraphs: tuple[str, ...], expected: dict[str, Any]) -> list[str]:
    optional = {fold(expected["paragraphs"][n]) for n in expected.get("optional") or ()}
    return [fold(p) for p in paragraphs if fold(p) not in optional]


def test_redesign_with_the_same_wording_is_not_a_change(replay: Replay) -> None:
    outcomes = {decision["outcome"] for decision in replay.decisions[2]}
    assert outcomes <= {Outcome.UNCHANGED, Outcome.TRIVIAL, Outcome.MOVED}
    assert all(version.seen_at.year != 2024 or version.number > 1 for v in replay.versions.values() for version in v)


def test_third_edition_has_exactly_the_labelled_edits(
    corpus: Path, replay: Replay, labels: dict[str, dict[str, Any]]
) -> None:
    pairs = {p["b"]: p for p in map(json.loads, (corpus / "change_pairs.jsonl").read_text().splitlines())}
    in_edition = [labels[digest]["id"] for digest in page_digests(corpus, 3)]
    edited = [name for name in in_edition if name in pairs]
    by_digest = {versions[-1].payload_digest: versions for versions in replay.versions.values()}
    changed = [decision for decision in replay.decisions[3] if decision["outcome"] == Outcome.CHANGED]
    assert len(changed) == len(edited)
    for digest in page_digests(corpus, 3):
        pair = pairs.get(labels[digest]["id"])
        versions = by_digest.get(digest)
        assert (versions is not None and len(versions) == 2) == (pair is not None), labels[digest]["id"]
        if pair is None or versions is None:
            continue
        before, after = versions
        assert after.cause is Cause.EDIT
        assert missing_paragraphs(before, after) == {fold(p) for p in pair["a_only"]}, pair["b"]
        assert missing_paragraphs(after, before) == {fold(p) for p in pair["b_only"]}, pair["b"]
        assert (fold(before.article.headline) != fold(after.article.headline)) == bool(pair["title_changed"])


def missing_paragraphs(before: Version, after: Version) -> set[str]:
    """Return the paragraphs of `before` that `after` does not have."""
    return {fold(p) for p in before.article.paragraphs} - {fold(p) for p in after.article.paragraphs}


def test_payload_of_every_version_is_the_recorded_body(corpus: Path, replay: Replay) -> None:
    payloads = {version.payload_digest for versions in replay.versions.values() for version in versions}
    assert payloads <= {digest for edition in EDITIONS for digest in page_digests(corpus, edition)}
    pages = (corpus / "pages" / "washpo").glob("*.html.gz")
    assert payloads <= {hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() for path in pages}
