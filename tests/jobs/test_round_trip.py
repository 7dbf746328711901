"""Out and in again: an export in any format, imported into an empty store, gives the same histories."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.csv
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archive.cells import cell, value
from newscrawl.archive.comparison import Comparison
from newscrawl.archive.export import Export
from newscrawl.archive.row_files import split_paths
from newscrawl.archive.selection import ALL, Selection
from newscrawl.archive.tables import COLUMNS, Type
from newscrawl.change import describe
from newscrawl.cli.main import app
from newscrawl.config import Config
from newscrawl.diff import compare
from newscrawl.errors import ConfigError
from newscrawl.items import (
    Article,
    Capture,
    Cause,
    Change,
    CheckHistory,
    Head,
    Hold,
    Instant,
    OptionalText,
    OptionalType,
    PageKind,
    Precision,
    Shown,
    State,
    Version,
    article_id,
)
from newscrawl.jobs.import_rows import RowsPlan, RowsReport, import_rows
from newscrawl.jobs.verify_against import verify_against
from newscrawl.normalize import display_digest, wording_digest
from newscrawl.store import Store, chain_of, events, held_versions, takedowns
from newscrawl.store.documents import milliseconds
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.reader import Reader

from .import_files import documents, empty, environment, faults, histories
from .import_files import run as import_captures
from .test_importing_files import demo_archive

START = datetime(2026, 1, 5, 7, 0, 0, 123_000, tzinfo=UTC)
TABLES = ("jsonl", "csv", "parquet")
SOURCE = "harbour"


async def _export(config: Config, folder: Path, form: str, selection: Selection, *, salts: bool) -> Export:
    reader = await Reader.open(config)
    try:
        job = Export(reader, folder, form, None, selection=selection, with_salts=salts)
        await job.run(lambda done: None)
        return job
    finally:
        await reader.close()


def export(config: Config, folder: Path, form: str, selection: Selection = ALL, *, salts: bool = False) -> Export:
    return asyncio.run(_export(config, folder, form, selection, salts=salts))


def run(config: Config, *paths: Path) -> RowsReport:
    files, captures = split_paths([str(path) for path in paths])
    assert captures == []
    return import_rows(RowsPlan(files=files), config, lambda *_: None)


def compared(config: Config, *paths: Path) -> Comparison:
    return asyncio.run(verify_against([str(path) for path in paths], config, lambda *_: None))


def with_chains(config: Config) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for version in sorted(documents(config, "versions"), key=lambda each: each["_id"]):
        found.setdefault(version["article_id"], []).append(version["chain"])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("form", TABLES)
def test_the_demo_comes_back_from_tables(config: Config, tmp_path: Path, form: str) -> None:
    demo_archive(config)
    before, chains = histories(config), with_chains(config)
    lines = [len(documents(config, name)) for name in ("events",)]
    assert compared(config, _exported(config, tmp_path / "out", form, salts=True)).differences == []
    empty(config)
    report = run(config, tmp_path / "out")
    assert report.exit_code == 0, report.as_dict()
    found = compared(config, tmp_path / "out")
    assert found.differences == []
    assert found.versions == sum(map(len, before.values()))
    told = {key: [without(each, "late") for each in versions] for key, versions in before.items()}
    assert {key: [without(each, "late") for each in versions] for key, versions in histories(config).items()} == told
    assert with_chains(config) == chains  # the salts were exported
    assert faults(config) == []
    assert len(documents(config, "events")) >= lines[0]
    again = run(config, tmp_path / "out")
    assert [(each.articles, each.versions) for each in again.histories] == [(0, 0)]
    export(config, tmp_path / "again", form, salts=True)
    if form == "jsonl":
        assert texts(tmp_path / "again") == texts(tmp_path / "out")


def _exported(config: Config, folder: Path, form: str, *, salts: bool = False) -> Path:
    export(config, folder, form, salts=salts)
    return folder


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def texts(folder: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "versions.jsonl").read_text().splitlines()]
    return [without(row, "evidence") for row in rows]


# Invented histories

WORDS = st.one_of(
    st.sampled_from(
        ["=1+1", "'quoted'", "'\"x\"", '"', "-", "@a", "\t", "  =x", "a\r\nb", "a\nb", "\u2028", "x\x00y", "\ufeffb",
         "\u0085",
         "−5", "＝1", "naïve", "🙂", "א ב", "a,b;c", "NULL", "nan", "true", "[]", "{}", "[passage withheld", "\ud800"]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30),
)  # fmt: skip
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=5).map(tuple)
STATED = st.one_of(st.none(), st.builds(Instant, st.just(START), st.sampled_from(Precision), WORDS))
OPTIONAL = st.lists(st.builds(OptionalText, st.sampled_from(OptionalType), WORDS), max_size=2).map(tuple)


@dataclass(frozen=True)
class Drawn:
    """One version to be stored."""

    headline: str
    paragraphs: tuple[str, ...]
    minutes: int  # since the version before; 0: a clock that was set back
    cause: Cause
    hold: Hold | None
    byline: str | None
    stated: Instant | None
    optional: tuple[OptionalText, ...]
    is_cut: bool


VERSIONS = st.builds(
    Drawn,
    headline=WORDS,
    paragraphs=PARAGRAPHS,
    minutes=st.integers(0, 500_000),
    cause=st.sampled_from([Cause.EDIT, Cause.EDIT, Cause.REBASE, Cause.RESTORED, Cause.IMPORTED]),
    hold=st.sampled_from([None, None, None, *Hold]),
    byline=st.one_of(st.none(), WORDS),
    stated=STATED,
    optional=OPTIONAL,
    is_cut=st.booleans(),
)
HISTORIES = st.lists(st.lists(VERSIONS, min_size=1, max_size=5), min_size=1, max_size=3)


async def stored(config: Config, drawn: list[list[Drawn]], *, gone: bool = False) -> None:
    """Write histories as a crawl does, with events and checks beside them."""
    store = await Store.open(config)
    try:
        for number, versions in enumerate(drawn):
            await _store_one(store, f"story-{number}", versions, gone=gone)
    finally:
        await store.close()


async def _store_one(store: Store, slug: str, drawn: list[Drawn], *, gone: bool) -> None:
    key, at = article_id(SOURCE, slug), START
    previous: Version | None = None
    for number, each in enumerate(drawn, start=1):
        at = at if number == 1 else at + timedelta(minutes=each.minutes)
        version = _version(key, slug, number, each, at, previous)
        public = [d for d in drawn[1:number] if d.cause is Cause.EDIT and d.hold is None]
        history = CheckHistory(
            SOURCE,
            START,
            last_checked_at=at,
            last_changed_at=at if public else None,
            changes=len(public),
            checks=number,
        )
        head = _head(version, history, State.GONE if gone and number == len(drawn) else State.WATCHED)
        hold = each.hold if number > 1 and version.cause in {Cause.EDIT, Cause.RESTORED} else None
        is_retracted = hold is Hold.RETRACTED
        await store.append_version(
            version, expected=number - 1, head=head, hold=None if is_retracted else hold, publisher="The Gazette"
        )
        if is_retracted:
            assert await held_versions.retract(store.db, key, number, reason="our error", by="me", at=at)
        previous = version
    await events.add(store.db, key, SOURCE, "moved", at, detail="https://a → https://b")
    await store.db.check_counts.insert_one(
        {"_id": f"{key}:2026-01", "article_id": key, "month": "2026-01", "counts": {"unchanged": 3, "error": 1}}
    )


def _version(key: str, slug: str, number: int, each: Drawn, at: datetime, previous: Version | None) -> Version:
    url = f"https://www.{SOURCE}.example/news/{slug}"
    headline, paragraphs = repaired(each.headline), tuple(map(repaired, each.paragraphs))
    has_page = each.cause is not Cause.IMPORTED
    article = Article(
        source=SOURCE,
        guid=slug,
        url=url,
        headline=headline,
        paragraphs=paragraphs,
        wording_digest=wording_digest(headline, paragraphs),
        display_digest=display_digest(headline, paragraphs),
        stamp="rules-n2-Layout/tree/tree",
        kind=PageKind.ARTICLE,
        rules="Layout",
        byline=each.byline and repaired(each.byline),
        author=("Ada Quill", "Ben, Jr."),
        alternative_headlines=(headline[::-1],) if each.is_cut else (),
        date_published=each.stated and replace(each.stated, stated=repaired(each.stated.stated)),
        in_language=None if each.is_cut else "en",
        is_accessible_for_free=False if each.is_cut else None,
        optional=tuple(replace(text, text=repaired(text.text)) for text in each.optional),
        shown=Shown.CUT if each.is_cut else Shown.WHOLE,
        carried=1 if each.is_cut and len(paragraphs) > 1 else 0,
    )
    body = f"{key} {number}".encode()
    capture = Capture(url, url, 200, (("content-type", "text/html"),), body, at)
    change = Change() if previous is None else describe(previous.article, article, compare(previous.article, article))
    cause = each.cause if number > 1 or not has_page else Cause.FIRST
    version = Version(
        article_id=key,
        number=number,
        seen_at=milliseconds(at),
        not_before=None if previous is None else previous.seen_at,
        article=article,
        payload_digest=capture.payload_digest if has_page else "",
        capture=capture if has_page else None,
        cause=cause,
        chain="",
        change=change,
        is_clock_step=previous is not None and each.minutes == 0,
        salt=body.ljust(32, b"s"),
        has_page=has_page,
    )
    return replace(version, chain=chain_of(previous.chain if previous else "", version))


def repaired(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _head(version: Version, history: CheckHistory, state: State) -> Head:
    article = version.article
    return Head(
        article_id=version.article_id, source=SOURCE, guid=article.guid, url=article.url, number=version.number,
        wording_digest=article.wording_digest, display_digest=article.display_digest, stamp=article.stamp,
        chain=version.chain, payload_digest=version.payload_digest, seen_at=version.seen_at,
        headline=article.headline, state=state, check_history=history, next_check_at=version.seen_at,
        state_reason="http_404" if state is State.GONE else "",
        state_since=version.seen_at if state is State.GONE else None,
        aliases=("https://b.example/x",),
    )  # fmt: skip


@pytest.mark.parametrize("form", TABLES)
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=HISTORIES, salts=st.booleans(), gone=st.booleans())
def test_any_history_comes_back(
    config: Config,
    tmp_path_factory: pytest.TempPathFactory,
    form: str,
    drawn: list[list[Drawn]],
    salts: bool,
    gone: bool,
) -> None:
    empty(config)
    folder = tmp_path_factory.mktemp("out")
    asyncio.run(stored(config, drawn, gone=gone))
    export(config, folder / "a", form, salts=salts)
    chains, before = with_chains(config), stored_texts(config)
    assert compared(config, folder / "a").differences == []
    empty(config)
    report = run(config, folder / "a")
    assert report.exit_code == 0, report.faults
    assert compared(config, folder / "a").differences == []
    assert stored_texts(config) == before
    assert faults(config) == []
    if salts:
        assert with_chains(config) == chains
    export(config, folder / "b", form, salts=salts)
    assert compared(config, folder / "b").differences == []
    # What the copy says of itself is what was said of the original.
    empty(config)
    assert run(config, folder / "b").exit_code == 0
    assert compared(config, folder / "a").differences == []


FIELDS = (
    "number", "seen_at", "not_before", "cause", "headline", "paragraphs", "wording", "text", "payload", "url", "byline",
    "author", "date_published", "optional", "shown", "carried", "clock_step", "held", "stamp", "guid", "change",
    "alternative_headlines", "language", "is_accessible_for_free",
)  # fmt: skip


def stored_texts(config: Config) -> list[dict[str, Any]]:
    found = sorted(documents(config, "versions"), key=lambda each: str(each["_id"]))
    return [
        {name: each.get(name) for name in FIELDS}
        | {"retraction": each.get("retraction") and each["retraction"]["reason"]}
        for each in found
    ]


MUTATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "a word": lambda row: row | {"paragraphs": [*row["paragraphs"][:-1], row["paragraphs"][-1] + " more"]},
    "a headline": lambda row: row | {"headline": "Another"},
    "a time": lambda row: row | {"seen_at": "2026-01-05T07:00:01.123+00:00"},
    "the interval": lambda row: row | {"not_before": "2020-01-01T00:00:00.000+00:00"},
    "a cause": lambda row: row | {"cause": "rebase" if row["cause"] != "rebase" else "edit"},
    "a missing row": lambda row: None,
    "a payload": lambda row: row | {"payload": "0" * 64},
    "a chain": lambda row: row | {"chain": "0" * 64},
    "a byline": lambda row: row | {"byline": "By nobody"},
}


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_changed_export_is_found(config: Config, tmp_path: Path, what: str) -> None:
    words = ("one two three", "four five six")
    drawn = [
        Drawn("Pier", (word, *words), 60, Cause.EDIT, None, "By Ada", None, (), is_cut=False)
        for word in ("a", "b", "c")
    ]
    asyncio.run(stored(config, [drawn]))
    for number in (1, 2, 3):
        folder = tmp_path / str(number)
        export(config, folder, "jsonl")
        rows = [json.loads(line) for line in (folder / "versions.jsonl").read_text().splitlines()]
        changed = [MUTATIONS[what](row) if row["number"] == number else row for row in rows]
        (folder / "versions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in changed if row is not None))
        (line, *_) = compared(config, folder).differences
        assert article_id(SOURCE, "story-0") in line
        assert what == "a missing row" or f"version {number}" in line
        # Nor is such a text imported: at the next check it would look like an edit.
        if what in {"a word", "a headline"}:
            before = stored_texts(config)
            assert run(config, folder).exit_code == 1
            assert stored_texts(config) == before


def test_an_article_that_is_gone_from_an_export_is_found(config: Config, tmp_path: Path) -> None:
    drawn = [Drawn("Pier", ("a",), 60, Cause.EDIT, None, None, None, (), is_cut=False)]
    asyncio.run(stored(config, [drawn, drawn]))
    export(config, tmp_path, "jsonl")
    for name in ("articles", "versions", "events", "checks"):
        lines = (tmp_path / f"{name}.jsonl").read_text().splitlines(keepends=True)
        (tmp_path / f"{name}.jsonl").write_text(lines[0])
    assert "2 articles were exported, and 1 are there" in " ".join(compared(config, tmp_path).differences)


def test_of_many_differences_the_first_are_kept_and_all_are_counted(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.archive.comparison.MAX_LISTED", 3)
    drawn = [Drawn("Pier", ("a",), 60, Cause.EDIT, None, None, None, (), is_cut=False)]
    asyncio.run(stored(config, [drawn] * 3))
    export(config, tmp_path, "jsonl")
    rows = [json.loads(line) for line in (tmp_path / "versions.jsonl").read_text().splitlines()]
    changed = [{**row, "headline": "Another", "byline": "By nobody"} for row in rows]
    (tmp_path / "versions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in changed))
    found = compared(config, tmp_path)
    assert (len(found.differences), found.differing) == (3, 6)
    with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
        client[config.mongo_database].articles.update_many(
            {}, {"$set": {"hidden": {"reason": "order", "at": datetime.now(UTC)}}}
        )
    found = compared(config, tmp_path)
    assert (found.differing, len(found.notes), found.noted) == (0, 3, 3)


def test_what_is_taken_down_leaves_no_export_and_is_no_loss(config: Config, tmp_path: Path) -> None:
    drawn = [
        Drawn(f"Pier {word}", ("The zyxwort fell.", word), 60, Cause.EDIT, None, None, None, (), is_cut=False)
        for word in ("a", "b", "c")
    ]
    asyncio.run(stored(config, [drawn, drawn, drawn]))
    keys = [article_id(SOURCE, f"story-{number}") for number in range(3)]
    export(config, tmp_path / "before", "csv")

    async def take_down() -> None:
        store = await Store.open(config)
        try:
            await takedowns.hide(store.db, keys[0], 2, reason="order", by="me", at=START)
            await takedowns.redact(store.db, keys[1], "zyxwort", reason="order", by="me", at=START)
            order = Order(keys[2], SOURCE, What.VERSION, 1, "court", "me", START)
            assert await erase(store.db, order)
        finally:
            await store.close()

    asyncio.run(take_down())
    found = compared(config, tmp_path / "before")
    assert found.differences == []
    assert [note for note in found.notes if "removed from view by order since" in note] != []
    for form in TABLES:
        folder = tmp_path / form
        export(config, folder, form, salts=True)
        assert compared(config, folder).differences == []
    text = "".join(path.read_text() for path in (tmp_path / "jsonl").glob("*.jsonl"))
    assert '"salt": "' not in text.replace('"salt": null', "")
    empty(config)
    assert run(config, tmp_path / "jsonl").exit_code == 0
    for form in TABLES:
        assert compared(config, tmp_path / form).differences == []
    assert faults(config) == []
    numbers = {(each["article_id"], each["number"]): bool(each.get("erased")) for each in documents(config, "versions")}
    assert [key for key, is_erased in numbers.items() if is_erased] == sorted([(keys[0], 2), (keys[2], 1)])


# Cells


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(), WORDS), name=st.sampled_from(["byline", "headline"]))
def test_a_text_is_the_same_out_of_its_cell_and_no_formula(text: str, name: str) -> None:
    found = cell(text, Type.TEXT, name)
    assert value(found, Type.TEXT, name) == text
    assert found.isprintable() or not any(sign in found for sign in "\0\r\u2028\u2029\u0085\ufeff")
    assert not found.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_other_programs_read_the_csv(config: Config, tmp_path: Path) -> None:
    huge = "word " * 60_000  # more than the 128 KB that Python's csv takes by default
    drawn = [
        Drawn('=cmd("x")', (huge, 'a "b", c', "x\x00y\u2028z"), 60, Cause.EDIT, None, None, None, (), is_cut=False)
    ]
    asyncio.run(stored(config, [drawn]))
    export(config, tmp_path, "csv")
    csv.field_size_limit(10**9)
    with (tmp_path / "versions.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["headline"] == '\'=cmd("x")'
    assert json.loads(row["paragraphs"]) == [huge, 'a "b", c', "x\x00y\u2028z"]
    table = pyarrow.csv.read_csv(
        tmp_path / "versions.csv", parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True)
    )
    assert table.column_names == list(COLUMNS["versions"])
    assert table.num_rows == 1


# Captures


def rewritten(source: Path, target: Path, change: Callable[[int, Any], bool]) -> Path:
    """Copy the records of a WARC file; `change` may alter one, and says whether it stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file, target.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        for number, record in enumerate(ArchiveIterator(file)):
            body = record.content_stream().read()
            fields = {"date": record.rec_headers.get_header("WARC-Date"), "body": body}
            if change(number, fields):
                writer.write_record(
                    writer.create_warc_record(
                        record.rec_headers.get_header("WARC-Target-URI"), "response",
                        payload=io.BytesIO(fields["body"]),
                        http_headers=record.http_headers, warc_headers_dict={"WARC-Date": fields["date"]},
                    )
                )  # fmt: skip
    return target


@pytest.mark.slow
def test_the_demo_comes_back_from_captures_and_changed_ones_are_found(config: Config, tmp_path: Path) -> None:
    demo_archive(config)
    for form, name in (("warc", "captures.warc.gz"), ("wacz", "archive.wacz")):
        export(config, tmp_path / form, form)
        found = compared(config, tmp_path / form)
        assert found.differences == []
        assert found.captures > 20
        assert compared(config, tmp_path / form / name).differences == []
    own = tmp_path / "warc" / "captures.warc.gz"
    state = (tmp_path / "warc" / "export.state.json").read_bytes()

    def mutated(name: str, change: Callable[[int, Any], bool]) -> list[str]:
        file = rewritten(own, tmp_path / name / "captures.warc.gz", change)
        (file.parent / "export.state.json").write_bytes(state)
        return compared(config, file).differences

    def of_another_text(number: int, fields: Any) -> bool:
        if number == 3:
            fields["body"] = fields["body"].replace(b"<p>", b"<p>Suddenly ")
        return True

    def of_another_time(number: int, fields: Any) -> bool:
        if number == 3:
            fields["date"] = "2026-03-02T07:13:17Z"
        return True

    assert mutated("same", lambda number, fields: True) == []
    assert any("captures were exported" in line for line in mutated("missing", lambda number, fields: number != 3))
    changed = mutated("text", of_another_text)
    assert any("payload" in line for line in changed), changed
    assert any("seen_at" in line for line in mutated("time", of_another_time))
    before = {key: [v["wording"] for v in versions] for key, versions in histories(config).items()}
    empty(config)
    import_captures(config, tmp_path / "wacz" / "archive.wacz")
    after = {key: [v["wording"] for v in versions] for key, versions in histories(config).items()}
    assert {key: set(found) for key, found in after.items()} == {key: set(before[key]) for key in after}
    assert compared(config, tmp_path / "warc").differences == []


# Selections


def test_an_export_of_a_search_or_day_has_whole_histories(config: Config, tmp_path: Path) -> None:
    def story(*words: str) -> list[Drawn]:
        return [Drawn("Pier", (word,), 1440, Cause.EDIT, None, None, None, (), is_cut=False) for word in words]

    asyncio.run(stored(config, [story("ferry", "ferrymen"), story("bridge", "bridges", "ferry"), story("lamp")]))
    keys = [article_id(SOURCE, f"story-{number}") for number in range(3)]
    chosen: dict[tuple[str, ...], set[int]] = {
        ("--search", "ferry"): {0, 1},
        ("--search", "ferry OR lamp"): {0, 1, 2},
        ("--search", "ferr*", "--day", "2026-01-05"): {0},
        ("--search", "ferry", "--in", "added"): {1},
        ("--day", "2026-01-06"): {0, 1},
        ("--since", "2026-01-07"): {1},
        ("--until", "2026-01-06T00:00+00:00"): {0, 1, 2},
        ("--search", "nothing"): set(),
        ("--source", SOURCE, "--search", "lamp"): {2},
        ("--source", "demo", "--search", "lamp"): set(),
    }
    runner = CliRunner(env=environment(config))
    for number, (options, expected) in enumerate(chosen.items()):
        folder = tmp_path / str(number)
        found = runner.invoke(app, ["export", str(folder), *options])
        assert found.exit_code == 0, found.output
        rows = [json.loads(line) for line in (folder / "versions.jsonl").read_text().splitlines()]
        numbers: dict[str, list[int]] = {}
        for row in rows:
            numbers.setdefault(row["article_id"], []).append(row["number"])
        lengths = {keys[0]: [1, 2], keys[1]: [1, 2, 3], keys[2]: [1]}
        assert numbers == {keys[each]: lengths[keys[each]] for each in expected}, options
        assert runner.invoke(app, ["verify", "--against", str(folder)]).exit_code == 0
        again = runner.invoke(app, ["export", str(folder), *options])
        assert again.exit_code == 0
    other = runner.invoke(app, ["export", str(tmp_path / "0"), "--search", "bridge"])
    assert isinstance(other.exception, ConfigError)
    assert "holds another export" in str(other.exception)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--day", "2026-13-01"], "--day"),
        (["--day", "2026-01-06T08:00"], "--since and --until"),
        (["--since", "2026-01-07", "--until", "2026-01-07"], "nothing lies between"),
        (["--search", " "], "no words"),
        (["--in", "added"], "add --search"),
        (["--format", "warc", "--salts"], "no chains"),
        (["--source", "washpp"], "did you mean washpo"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    config: Config, tmp_path: Path, options: list[str], said: str
) -> None:
    found = CliRunner(env=environment(config)).invoke(app, ["export", str(tmp_path / "out"), *options])
    assert isinstance(found.exception, ConfigError)
    assert said in str(found.exception)


@pytest.mark.slow
def test_a_killed_import_of_an_export_goes_on(config: Config, tmp_path: Path) -> None:
    drawn = [
        [Drawn(f"Pier {n}", (f"{word} {n}",), 60, Cause.EDIT, None, None, None, (), is_cut=False) for word in "abcd"]
        for n in range(60)
    ]
    asyncio.run(stored(config, drawn))
    export(config, tmp_path / "out", "jsonl", salts=True)
    expected, chains = stored_texts(config), with_chains(config)
    empty(config)
    for least in (5, 90):
        process = subprocess.Popen(
            [sys.executable, "-m", "newscrawl", "import", str(tmp_path / "out")], env=os.environ | environment(config),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 300
        with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
            database = client[config.mongo_database]
            while database.versions.count_documents({}) < least and process.poll() is None:
                assert time.monotonic() < deadline
            process.send_signal(signal.SIGKILL)
            process.wait()
            database.runs.delete_many({})
            database.sources.delete_many({})
    assert run(config, tmp_path / "out").exit_code == 0
    assert compared(config, tmp_path / "out").differences == []
    assert (stored_texts(config), with_chains(config)) == (expected, chains)
    assert faults(config) == []


def test_another_history_of_an_article_is_left_as_it_is(config: Config, tmp_path: Path) -> None:
    def story(*words: str) -> list[Drawn]:
        return [Drawn("Pier", (word,), 60, Cause.EDIT, None, None, None, (), is_cut=False) for word in words]

    asyncio.run(stored(config, [story("a", "b")]))
    export(config, tmp_path / "one", "jsonl")
    empty(config)
    asyncio.run(stored(config, [story("a", "c")]))
    before = stored_texts(config)
    report = run(config, tmp_path / "one")
    assert report.exit_code == 1
    assert "has another history here: version 2" in report.faults[0]
    assert stored_texts(config) == before
    assert any("version 2, paragraphs" in line for line in compared(config, tmp_path / "one").differences)
    # The beginning of the same history is completed.
    empty(config)
    asyncio.run(stored(config, [story("a")]))
    report = run(config, tmp_path / "one")
    assert (report.exit_code, [each.versions for each in report.histories]) == (0, [1])
    assert compared(config, tmp_path / "one").differences == []


@pytest.mark.slow
@pytest.mark.corpus
def test_an_archive_of_the_corpus_comes_back(config: Config, corpus: Path, tmp_path: Path) -> None:
    with (tmp_path / "corpus.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, line in enumerate((corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines()[:150]):
            page = json.loads(line)
            body = gzip.decompress((corpus / page["html"]).read_bytes())
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            date = f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"
            writer.write_record(
                writer.create_warc_record(
                    page["url"], "response", payload=io.BytesIO(body), http_headers=headers,
                    warc_headers_dict={"WARC-Date": date},
                )
            )  # fmt: skip
    import_captures(config, tmp_path / "corpus.warc.gz")
    before, chains = stored_texts(config), with_chains(config)
    assert len(before) > 20
    for form in TABLES:
        export(config, tmp_path / form, form, salts=True)
        assert compared(config, tmp_path / form).differences == []
    for form in TABLES:
        empty(config)
        assert run(config, tmp_path / form).exit_code == 0
        for other in TABLES:
            assert compared(config, tmp_path / other).differences == []
        assert (stored_texts(config), with_chains(config)) == (before, chains)
        assert faults(config) == []
