"""Texts without pages: versions without evidence, in the order of their times, and never an edit by the newspaper."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo import MongoClient
from typer.testing import CliRunner

from newscrawl.archive.export import Export
from newscrawl.archive.row_files import split_paths
from newscrawl.archive.row_index import RowIndex
from newscrawl.archive.text_rows import text_of
from newscrawl.cli.main import app
from newscrawl.config import Config
from newscrawl.jobs.import_rows import RowsPlan, RowsReport, import_rows, index_rows
from newscrawl.store import Store, takedowns
from newscrawl.store.reader import Reader
from tests.forked import commands as forked

from .import_files import (
    BASE,
    EDITED,
    FERRY,
    FIRST,
    LAKE,
    SAME,
    documents,
    empty,
    environment,
    faults,
    write,
)
from .import_files import run as import_captures

START = datetime(2025, 3, 2, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
# As our rules read the pages of `test_importing`.
LEDE = "Ferry sails: the harbour board met on Sunday and heard what the wardens had to say of it."
MONDAY, FRIDAY = (
    "The morning crossing resumes on Monday, and the fare stays.",
    "The morning crossing resumes on Friday.",
)


def row(hours: float, *paragraphs: str, url: str = FERRY, **fields: Any) -> dict[str, Any]:
    seen_at = (START + hours * HOUR).isoformat()
    return {"url": url, "seen_at": seen_at, "headline": "Ferry sails", "paragraphs": list(paragraphs), **fields}


ROWS = (row(-30, LEDE, MONDAY), row(-25, LEDE, MONDAY), row(-20, LEDE, FRIDAY), row(-20, "Four jetties.", url=LAKE))


def write_rows(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return path


def run(config: Config, *paths: Path, **options: Any) -> RowsReport:
    files, captures = split_paths([str(path) for path in paths])
    assert captures == []
    return import_rows(RowsPlan(files=files, **options), config, lambda *_: None)


def versions(config: Config, url: str = FERRY) -> list[dict[str, Any]]:
    found = [each for each in documents(config, "versions") if each["url"] == url]
    return sorted(found, key=lambda each: int(each["number"]))


def told(config: Config, url: str = FERRY) -> list[tuple[Any, ...]]:
    return [
        (v["number"], (v["seen_at"] - START) / HOUR, v["cause"], tuple(v["paragraphs"])) for v in versions(config, url)
    ]


FERRY_TOLD = [(1, -30, "imported", (LEDE, MONDAY)), (2, -20, "imported", (LEDE, FRIDAY))]


def test_texts_become_versions_without_evidence(config: Config, tmp_path: Path) -> None:
    report = run(config, write_rows(tmp_path / "a.jsonl", ROWS))
    assert report.exit_code == 0, report.as_dict()
    assert told(config) == FERRY_TOLD
    second = versions(config)[1]
    assert (second["payload"], second["capture"], second["without_page"]) == ("", None, True)
    assert (second["not_before"] - START) / HOUR == -25
    assert second["change"]["words_removed"] > 0
    assert documents(config, "payloads") == []
    assert documents(config, "checks") == []  # nobody requested anything
    assert [each["edits"] for each in documents(config, "articles")] == [0, 0]
    assert documents(config, "added") == []  # no search for changes finds them
    assert faults(config) == []


def test_once_more_adds_nothing_and_no_order_matters(config: Config, tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", ROWS)
    run(config, tmp_path / "a.jsonl")
    again = run(config, tmp_path / "a.jsonl")
    assert [(each.known, each.versions, each.beside) for each in again.sources] == [(4, 0, 0)]
    assert told(config) == FERRY_TOLD
    empty(config)
    shuffled = list(ROWS)
    random.Random(5).shuffle(shuffled)
    one = [write_rows(tmp_path / f"{n}.ndjson", [each]) for n, each in enumerate(shuffled)]
    run(config, *reversed(one))
    assert told(config) == FERRY_TOLD


def test_a_crawl_of_the_same_article_is_no_edit(config: Config, tmp_path: Path) -> None:
    """What another program extracted is never compared with what our rules read (P8)."""
    run(
        config, write_rows(tmp_path / "a.jsonl", [row(-30, "Skip to content", LEDE, MONDAY, "Subscribe to our letter")])
    )
    import_captures(config, write(tmp_path / "a.warc.gz", [FIRST, SAME, EDITED]))
    assert [version["cause"] for version in versions(config)] == ["imported", "rebase", "edit"]
    first = versions(config)[1]
    assert first["capture"] is not None
    assert first["change"]["words_added"] == first["change"]["words_removed"] == 0
    assert [each["edits"] for each in documents(config, "articles")] == [1]
    assert faults(config) == []


def test_the_first_page_that_says_the_same_is_the_first_evidence(config: Config, tmp_path: Path) -> None:
    import_captures(config, write(tmp_path / "a.warc.gz", [FIRST]))
    (read,) = versions(config)
    empty(config)
    run(config, write_rows(tmp_path / "a.jsonl", [row(-30, *read["paragraphs"])]))
    import_captures(config, write(tmp_path / "b.warc.gz", [FIRST, SAME]))
    assert [(v["cause"], v["wording"]) for v in versions(config)] == [
        ("imported", read["wording"]),
        ("rebase", read["wording"]),
    ]
    assert [each["edits"] for each in documents(config, "articles")] == [0]


def test_a_page_of_the_very_time_of_a_text_is_the_first_evidence(config: Config, tmp_path: Path) -> None:
    """As where another program extracted the texts from the same captures."""
    run(config, write_rows(tmp_path / "a.jsonl", [row(0, LEDE, MONDAY)]))
    report = import_captures(config, write(tmp_path / "a.warc.gz", [FIRST, SAME, EDITED]))
    assert [version["cause"] for version in versions(config)] == ["imported", "rebase", "edit"]
    assert report.sources[0].versions == 2
    assert faults(config) == []
    again = import_captures(config, tmp_path / "a.warc.gz")
    assert (again.sources[0].versions, again.sources[0].known) == (0, 3)


@pytest.mark.parametrize("hours", [-5, 3, 20])
def test_a_text_of_an_article_that_was_read_here_stands_beside_it(config: Config, tmp_path: Path, hours: int) -> None:
    import_captures(config, write(tmp_path / "a.warc.gz", [FIRST, SAME]))
    report = run(config, write_rows(tmp_path / "a.jsonl", [row(hours, LEDE, FRIDAY)]))
    assert [(each.versions, each.beside) for each in report.sources] == [(0, 1)]
    import_captures(config, write(tmp_path / "b.warc.gz", [replace(SAME, hours=30)]))
    assert [version["cause"] for version in versions(config)] == ["first"]
    (entry,) = documents(config, "quarantine")
    assert (entry["kind"], entry["payload"], entry["reading"]["paragraphs"]) == ("late", "", [LEDE, FRIDAY])
    assert faults(config) == []
    shown = CliRunner(env=environment(config)).invoke(app, ["history", FERRY])
    assert " late " in shown.output
    entry_shown = CliRunner(env=environment(config)).invoke(app, ["quarantine", "show", str(entry["_id"])])
    assert "+Friday+" in entry_shown.output, entry_shown.output
    assert "brought this text without its page" in entry_shown.output


def test_an_older_text_comes_late(config: Config, tmp_path: Path) -> None:
    run(config, write_rows(tmp_path / "a.jsonl", ROWS))
    report = run(config, write_rows(tmp_path / "b.jsonl", [row(-40, LEDE, "Older.")]))
    assert [(each.versions, each.beside) for each in report.sources] == [(0, 1)]
    assert told(config) == FERRY_TOLD


def test_texts_of_two_extractors_are_not_compared(config: Config, tmp_path: Path) -> None:
    rows = [row(-30, LEDE, MONDAY, reader="one"), row(-20, LEDE, MONDAY, "Menu", reader="two")]
    run(config, write_rows(tmp_path / "a.jsonl", rows))
    _, second = versions(config)
    assert second["change"]["summary"] == "read by others in another way than the text before"
    assert second["change"]["words_added"] == 0


def test_bad_rows_are_named_and_the_rest_goes_on(config: Config, tmp_path: Path) -> None:
    bad = [
        {**row(0, LEDE), "url": "ftp://a.example/x"},
        {name: value for name, value in row(0, LEDE).items() if name != "headline"} | {"headlin": "Ferry"},
        {**row(0, LEDE), "seen_at": "2025-03-02T07:00:00"},
        {**row(0, LEDE), "seen_at": "2925-03-02T07:00:00Z"},
        {**row(0), "paragraphs": "  "},
        {**row(0, LEDE), "paragraphs": [1, 2]},
        [1],
        {name: value for name, value in row(0, LEDE).items() if name != "seen_at"},
    ]
    path = write_rows(tmp_path / "a.jsonl", [*bad, *ROWS])
    with path.open("ab") as file:
        file.write(b'{"url": "x\n\xff\xfe\n')
    report = run(config, path)
    assert report.exit_code == 1
    assert told(config) == FERRY_TOLD
    lines = [fault.partition(": ")[::2] for fault in report.faults]
    assert [place for place, _ in lines] == [f"a.jsonl:{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 13, 14)]
    said = [text for _, text in lines]
    assert "did you mean headline?" in said[1]
    assert "--zone" in said[2]
    assert [text.partition(":")[0] for text in said[:6]] == [
        "url",
        "headlin",
        "seen_at",
        "seen_at",
        "paragraphs",
        "paragraphs",
    ]
    assert said[7] == "seen_at: is missing, and so are dateModified and datePublished"


def test_a_packed_file_that_is_damaged_is_named(config: Config, tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(json.dumps(row(0, LEDE)).encode() * 50))
    packed[12:30] = bytes(each ^ 0x77 for each in packed[12:30])
    (tmp_path / "a.jsonl.gz").write_bytes(packed)
    report = run(config, tmp_path / "a.jsonl.gz")
    assert report.exit_code == 1
    (fault,) = report.faults
    assert fault.startswith("a.jsonl.gz: cannot be read to its end")


def test_odd_characters_become_a_text_or_are_named(config: Config, tmp_path: Path) -> None:
    """Halves of surrogates are no characters, and no database takes them; JSON may state them."""
    odd = [
        row(0, LEDE, "a half \ud800 stays out"), row(1, LEDE, headline="Ferry \udc00 sails", url=LAKE),
        row(2, LEDE, "nothing\0in between"), row(3, LEDE, byline="By \ud83d", author=["\udfff"], language="\ud800"),
    ]  # fmt: skip
    content = "\ufeff" + "\r\n".join(["", *map(json.dumps, odd), ""])
    (tmp_path / "a.jsonl").write_text(content, "utf-8")
    report = run(config, tmp_path / "a.jsonl")
    assert report.damaged + sum(report.texts.values()) == len(odd)
    assert faults(config) == []
    again = run(config, tmp_path / "a.jsonl")
    assert [each.versions for each in again.sources] == [0]


def test_times_of_canonical_extended_json_are_read(config: Config, tmp_path: Path) -> None:
    milliseconds = {"$numberLong": str(int(START.timestamp() * 1000))}
    path = write_rows(tmp_path / "a.jsonl", [{**row(0, LEDE), "seen_at": {"$date": milliseconds}}])
    assert run(config, path).exit_code == 0
    assert [version["seen_at"] for version in versions(config)] == [START]


def test_times_without_a_zone_are_those_of_a_named_one(config: Config, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", [{**row(0, LEDE), "seen_at": "2025-03-02 08:00:00"}])
    assert run(config, path, zone=ZoneInfo("Europe/Berlin")).exit_code == 0
    assert [version["seen_at"] for version in versions(config)] == [START]


def test_unknown_hosts_are_counted_or_adopted(config: Config, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", [row(0, LEDE, url="https://www.tern.example/news/1-a")])
    report = run(config, path)
    assert (report.exit_code, dict(report.unknown), report.texts) == (0, {"tern.example": 1}, {})
    report = run(config, path, is_dry_run=True, adopts=True)
    assert report.texts == {"tern-example": 1} or len(report.texts) == 1
    assert documents(config, "versions") == []


def test_a_host_that_can_name_no_source_is_counted_and_the_others_go_on(config: Config, tmp_path: Path) -> None:
    urls = [f"https://{host}/news/1-a" for host in ("ж\u200b..", "www.mühle.example:443", "xn--mhle-0ra.example")]
    report = run(
        config, write_rows(tmp_path / "a.jsonl", [row(0, LEDE, url=url) for url in urls]), is_dry_run=True, adopts=True
    )
    assert report.exit_code == 0
    assert (report.adopted, report.unknown.total()) == ({"xn--mhle-0ra.example"}, 1)


def test_a_dry_run_writes_nothing(config: Config, tmp_path: Path) -> None:
    report = run(config, write_rows(tmp_path / "a.jsonl", ROWS), is_dry_run=True)
    assert report.texts == {"demo": 4}
    assert documents(config, "versions") == documents(config, "imports") == []


OTHERS = {
    "news-please": {
        "authors": ["Ada Quill"], "date_download": "2025-03-02 07:00:00+00:00", "date_publish": "2025-03-01 09:00:00",
        "date_modify": None, "description": "A ferry.", "language": "en", "image_url": "https://a.example/x.jpg",
        "title": "Ferry sails", "title_page": None, "title_rss": None, "maintext": f"{LEDE}\n{MONDAY}", "url": FERRY,
        "filename": "x.json", "localpath": None, "source_domain": "a.example",
    },
    "diffengine": {
        "title": "Ferry sails", "url": FERRY, "summary": f"<div><p>{LEDE}</p><p>{MONDAY}</p><script>x</script></div>",
        "created": "2025-03-02T07:00:00Z", "archive_url": None, "entry": 4,
    },
    "newssniffer": {
        "url": FERRY, "title": "Ferry sails", "text": f"{LEDE}\n\n{MONDAY}", "created_at": "2025-03-02 07:00:00 UTC",
        "version": 0,
    },
    "texts": {
        "url": FERRY, "title": "Ferry sails", "byline": "By Ada Quill", "date": {"$date": "2025-03-02T07:00:00Z"},
        "text": f"{LEDE}\n\n{MONDAY}", "v": "0a1b", "boring": False,
    },
    "schema.org": {
        "@context": "https://schema.org", "@type": "NewsArticle", "mainEntityOfPage": {"@id": FERRY},
        "headline": "Ferry sails", "articleBody": f"{LEDE}\n\n{MONDAY}", "datePublished": "2025-03-01T09:00:00Z",
        "dateModified": "2025-03-02T07:00:00Z", "author": [{"@type": "Person", "name": "Ada Quill"}],
        "articleSection": ["Harbour"], "inLanguage": "en",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_rows_of_other_programs_are_read(config: Config, tmp_path: Path, name: str) -> None:
    report = run(config, write_rows(tmp_path / "a.jsonl", [OTHERS[name]]))
    assert report.exit_code == 0, report.faults
    assert told(config) == [(1, 0, "imported", (LEDE, MONDAY))]
    (version,) = versions(config)
    assert version["rules"] == name
    assert version["stamp"].startswith("imported-n")
    assert report.dated_otherwise == (name == "schema.org")


def test_files_of_one_value_packed_ones_and_csv_are_read(config: Config, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(OTHERS["news-please"], indent=2))
    (tmp_path / "b.json").write_text(json.dumps({"@graph": [OTHERS["schema.org"], {"@type": "WebSite"}]}))
    with gzip.open(tmp_path / "c.jsonl.gz", "wt") as file:
        file.write(json.dumps(row(2, LEDE, "Café — 東京 \u2028 line.")) + "\n")
    (tmp_path / "d.csv").write_text(
        f'\ufeffurl,seen_at,title,text\n{LAKE},2025-03-02T07:00:00Z,"Lake, ""up""","One.\n\nTwo."\n'
    )
    report = run(config, tmp_path)
    assert (report.exit_code, report.texts, report.twins) == (0, {"demo": 4}, 0), report.as_dict()
    assert told(config, LAKE) == [(1, 0, "imported", ("One.", "Two."))]


@pytest.mark.slow
def test_a_kill_loses_nothing(config: Config, tmp_path: Path) -> None:
    rows = [row(-90 + n / 10, LEDE, f"Line {n}.", url=f"{BASE}/2025/03/story-{n % 40}-{n % 40}") for n in range(600)]
    path = write_rows(tmp_path / "a.jsonl", rows)
    run(config, path)
    expected = sorted((v["_id"], v["wording"], v["seen_at"]) for v in documents(config, "versions"))
    empty(config)
    for least in (40, 200):
        process = subprocess.Popen(
            [sys.executable, "-m", "newscrawl", "import", str(path)], env=os.environ | environment(config),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        deadline = time.monotonic() + 300
        with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
            counted = client[config.mongo_database].versions
            while counted.count_documents({}) < least and process.poll() is None:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
            client[config.mongo_database].runs.update_many({}, {"$set": {"lease_until": START}})
            client[config.mongo_database].sources.delete_many({})
    done = forked.run(["import", str(path)], env=os.environ | environment(config))
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted((v["_id"], v["wording"], v["seen_at"]) for v in documents(config, "versions")) == expected
    assert faults(config) == []


def test_the_command_says_what_came_of_it(config: Config, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", ROWS)
    found = CliRunner(env=environment(config)).invoke(app, ["import", str(path), "--json"])
    assert found.exit_code == 0, found.output
    value = json.loads(found.stdout)
    assert value["rows"]["texts"] == {"demo": 4}
    shown = CliRunner(env=environment(config)).invoke(app, ["history", FERRY, "--json"])
    history = json.loads(shown.stdout)["history"]
    assert [(each["cause"], each["evidence"]) for each in history] == [("imported", "none")] * 2
    assert "(no evidence)" in CliRunner(env=environment(config)).invoke(app, ["history", FERRY]).output
    sound = CliRunner(env=environment(config)).invoke(app, ["verify"])
    assert (sound.exit_code, sound.output.splitlines()) == (0, ["2 articles, 3 versions, 0 payloads: sound"])


def test_an_export_has_them_marked_and_brings_them_back(config: Config, tmp_path: Path) -> None:
    run(config, write_rows(tmp_path / "a.jsonl", ROWS))

    exported(config, tmp_path / "out")
    lines = (tmp_path / "out" / "versions.jsonl").read_text().splitlines()
    assert [(json.loads(line)["cause"], json.loads(line)["evidence"]) for line in lines] == [("imported", "none")] * 3
    empty(config)
    assert run(config, tmp_path / "out").exit_code == 0
    assert told(config) == FERRY_TOLD


def test_twins_by_http_and_https_are_one_whichever_comes_first(config: Config, tmp_path: Path) -> None:
    url = "https://www.tern.example/news/1-a"
    http = write_rows(tmp_path / "1.jsonl", [row(0, LEDE, url=url.replace("https", "http"), author="Ben")])
    https = write_rows(tmp_path / "2.jsonl", [row(0, LEDE, url=url, author="Ada")])
    found = []
    for files in ((http, https), (https, http)):
        index = RowIndex(tmp_path / f"{len(found)}.sqlite")
        report = RowsReport()
        for file in files:
            index_rows(RowsPlan(files=split_paths([str(file)])[0], adopts=True), index, report, lambda *_: None)
        (source,) = index.text_counts()
        found.append([(values["url"], values["author"]) for _, _, values in index.texts(source)])
        assert report.twins == 1
        index.close()
    assert found == [[(url, ["Ada"])]] * 2


def test_a_crawl_after_an_import_of_an_export_tells_edits_alone(config: Config, tmp_path: Path) -> None:
    import_captures(config, write(tmp_path / "a.warc.gz", [FIRST, SAME]))
    exported(config, tmp_path / "out")
    empty(config)
    assert run(config, tmp_path / "out").exit_code == 0
    import_captures(config, write(tmp_path / "b.warc.gz", [replace(SAME, hours=30), replace(EDITED, hours=40)]))
    assert [version["cause"] for version in versions(config)] == ["first", "edit"]
    assert faults(config) == []


def test_words_that_are_redacted_in_an_export_are_no_edit_later(config: Config, tmp_path: Path) -> None:
    import_captures(config, write(tmp_path / "a.warc.gz", [FIRST, SAME]))

    async def redact() -> None:
        store = await Store.open(config)
        key = versions(config)[0]["article_id"]
        await takedowns.redact(store.db, key, "morning crossing", reason="order", by="me", at=NOW)
        await store.close()

    asyncio.run(redact())
    exported(config, tmp_path / "out")
    empty(config)
    assert run(config, tmp_path / "out").exit_code == 0
    import_captures(config, write(tmp_path / "b.warc.gz", [replace(SAME, hours=30), replace(EDITED, hours=40)]))
    assert [version["cause"] for version in versions(config)] == ["first", "rebase", "edit"]
    assert faults(config) == []


def exported(config: Config, folder: Path) -> None:
    async def export() -> None:
        reader = await Reader.open(config)
        await Export(reader, folder, "jsonl", None).run(lambda done: None)
        await reader.close()

    asyncio.run(export())


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


FIELDS = ["url", "headline", "text", "paragraphs", "seen_at", "author", "date", "summary"]
VALUES = st.one_of(ANYTHING, st.sampled_from([FERRY, "2025-03-02T07:00:00Z", "<p>a</p>", "<!--", "<p \0>"]))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text()), VALUES))
def test_any_row_is_a_text_or_an_error_that_names_a_field(values: dict[str, Any]) -> None:
    text, said = None, ""
    try:
        text = text_of(values, now=NOW, zone=UTC)
    except ValueError as error:
        said = str(error)
    if text is None:
        assert ": " in said
    else:
        assert text.headline.strip()
        assert all(paragraph.strip() for paragraph in text.paragraphs)
