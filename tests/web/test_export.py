"""Exports are complete, the same after an interruption, and without anything hidden."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pyarrow.parquet
import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive import export
from newscrawl.archive.export import Export
from newscrawl.archive.formats import TABLES
from newscrawl.archive.warc_records import write_record
from newscrawl.errors import ConfigError
from newscrawl.items import Capture
from newscrawl.store import takedowns
from newscrawl.store.reader import Reader
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press


async def exported(reader: Reader, folder: Path, form: str = "jsonl", source: str | None = None) -> Export:
    job = Export(reader, folder, form, source)
    await job.run(lambda done: None)
    return job


def entries(folder: Path) -> tuple[list[list[str]], bytes]:
    """Return the index (keys and times) and the pages of a WACZ: what does not depend on random record ids."""
    with zipfile.ZipFile(folder / "archive.wacz") as archive:
        index = [line.split()[:2] for line in archive.read("indexes/index.cdxj").decode().splitlines()]
        return index, archive.read("pages/pages.jsonl")


def rows_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_jsonl_has_articles_versions_and_pairs(reader: Reader, bridge: str, tmp_path: Path) -> None:
    await exported(reader, tmp_path)
    assert [row["article_id"] for row in rows_of(tmp_path / "articles.jsonl")] == [bridge]
    assert [row["number"] for row in rows_of(tmp_path / "versions.jsonl")] == [1, 2, 3]
    pairs = rows_of(tmp_path / "paragraph_pairs.jsonl")
    edited = [row for row in pairs if row["operation"] == "edited" and row["new_number"] == 2]
    assert [(row["old_positions"], row["new_positions"]) for row in edited] == [([1], [1])]
    assert {row["operation"] for row in rows_of(tmp_path / "sentence_pairs.jsonl")} >= {"kept", "edited", "added"}


async def test_parquet_has_the_same_rows(reader: Reader, press: Press, bridge: str, tmp_path: Path) -> None:
    await press.publish("second", [Draft(0, "Second", [LEDE])], language=None)
    await exported(reader, tmp_path / "jsonl")
    await exported(reader, tmp_path / "parquet", "parquet")
    for table in TABLES:
        rows = pyarrow.parquet.read_table(tmp_path / "parquet" / table).to_pylist()
        assert len(rows) == len(rows_of(tmp_path / "jsonl" / f"{table}.jsonl"))
    versions = pyarrow.parquet.read_table(tmp_path / "parquet" / "versions").to_pylist()
    assert next(row for row in versions if row["number"] == 3)["paragraphs"] == list(BRIDGE[2].paragraphs)


async def test_warc_is_readable_by_warcio(reader: Reader, bridge: str, tmp_path: Path) -> None:
    await exported(reader, tmp_path, "warc")
    with (tmp_path / "captures.warc.gz").open("rb") as file:
        records = list(ArchiveIterator(file, check_digests="raise"))
    assert [record.rec_type for record in records] == ["response"] * 3


def test_a_warc_record_of_any_status_has_a_reason_phrase() -> None:
    url = "https://www.harbour.example/news/quay"
    capture = Capture(
        target_uri=url, final_uri=url, status=203, headers=(), body=b"", fetched_at=NOW, redirects=(), elapsed_ms=1
    )
    file = io.BytesIO()
    write_record(file, capture)
    file.seek(0)
    [record] = list(ArchiveIterator(file))
    assert record.http_headers.statusline == "203 Recorded"


@pytest.mark.parametrize("form", ["jsonl", "parquet", "warc", "wacz"])
async def test_an_interrupted_export_continues_to_the_same_result(
    reader: Reader, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(export, "ARTICLES_PER_COMMIT", 2)
    for n in range(5):
        drafts = [Draft(0, f"Article {n}", [LEDE]), Draft(1, f"Article {n}", [LEDE, "More."])]
        await press.publish(f"article-{n}", drafts)
    complete = await exported(reader, tmp_path / "complete", form)

    class Interruption(Exception):
        pass

    job = Export(reader, tmp_path / "interrupted", form, None)
    written = 0

    async def write(article: object) -> None:
        nonlocal written
        await original(article)
        written += 1
        if written == 3:  # one after the last commit
            raise Interruption

    original = job._write
    monkeypatch.setattr(job, "_write", write)
    with pytest.raises(Interruption):
        await job.run(lambda done: None)
    resumed = await exported(reader, tmp_path / "interrupted", form)
    assert resumed.counts == complete.counts
    if form == "jsonl":
        for table in TABLES:
            name = f"{table}.jsonl"
            assert (tmp_path / "interrupted" / name).read_bytes() == (tmp_path / "complete" / name).read_bytes()
    if form == "wacz":
        assert entries(tmp_path / "interrupted") == entries(tmp_path / "complete")
    repeated = await exported(reader, tmp_path / "interrupted", form)
    assert repeated.counts == complete.counts


async def test_nothing_hidden_is_exported(reader: Reader, press: Press, bridge: str, tmp_path: Path) -> None:
    secret = await press.publish("secret", [Draft(0, "Zyxwort one", [LEDE])])
    await takedowns.hide(press.store.db, secret, None, reason="order", by="editor", at=NOW)
    await takedowns.hide(press.store.db, bridge, 2, reason="order", by="editor", at=NOW)
    await exported(reader, tmp_path)
    text = "".join(path.read_text() for path in tmp_path.glob("*.jsonl"))
    assert "Zyxwort" not in text
    assert [row["number"] for row in rows_of(tmp_path / "versions.jsonl")] == [1, 3]
    assert rows_of(tmp_path / "versions.jsonl")[1]["summary"] == ""


async def test_jsonl_is_ascii(reader: Reader, press: Press, tmp_path: Path) -> None:
    await press.publish("escape", [Draft(0, "\x1b[2J\u202eé", [LEDE])])
    await exported(reader, tmp_path)
    assert (tmp_path / "articles.jsonl").read_text().strip().isprintable()
    assert (tmp_path / "articles.jsonl").read_bytes().isascii()


async def test_a_folder_with_another_export_is_refused(reader: Reader, bridge: str, tmp_path: Path) -> None:
    await exported(reader, tmp_path)
    with pytest.raises(ConfigError, match="holds another export"):
        Export(reader, tmp_path, "jsonl", "harbour")
