"""The past stays readable: archives as former releases wrote them are opened, crawled and told without a single edit.

Each folder of data/ is what one release wrote (make_dump.py). Its archives are restored into a real mongod and then met
as users meet them, through commands and the reader alone, so that no refactoring has to change these tests with it.
"""

from __future__ import annotations

import gzip
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from .archive import Archive, History, Row, Told, Version, copied_project
from .restore import lines, restore

pytestmark = pytest.mark.slow
DATA = Path(__file__).parent / "data"
SCHEDULE = {"last_checked_at"}  # what a look changes of an article that it finds as it was
# What a version is; its kinds, weight and summary are ours, and a later release may reckon them anew.
PROVEN = (
    "article_id", "number", "source", "seen_at", "not_before", "cause", "url", "headline", "byline", "author",
    "language", "date_published", "date_modified", "paragraphs", "wording", "payload", "chain",
)  # fmt: skip
ALL = "1000000"  # stories a source to read again


@dataclass(frozen=True, slots=True)
class Dump:
    """An archive as a release wrote it, and what that release told of it."""

    folder: Path
    sources: Mapping[str, Sequence[str]]  # with the arguments of their spiders
    unchanged: Mapping[str, Mapping[str, int]]  # outcomes of the release's own crawl of the last edition
    misread: int  # stories whose newest version has a line that the release's own rules no longer take for text
    held: Mapping[str, int]  # source → versions that wait for a person
    hidden: Sequence[str]
    edit: Mapping[str, str]
    versions: Sequence[Row]
    changes: Sequence[tuple[str, int, str]]
    feed: Sequence[str]

    @classmethod
    def of(cls, folder: Path) -> Dump:
        facts = json.loads((folder / "dump.json").read_text(encoding="utf-8"))
        del facts["written_by"]
        told = json.loads(gzip.decompress((folder / "told.json.gz").read_bytes()))
        told["changes"] = [(article, number, cause) for article, number, cause in told["changes"]]
        return cls(folder, **facts, **told)

    @property
    def known(self) -> dict[Version, Row]:
        """Return the versions that the release told of."""
        return {(row["article_id"], row["number"]): row for row in self.versions}

    @property
    def database(self) -> Path:
        return self.folder / "database.jsonl.gz"

    @property
    def last_edition(self) -> Path:
        return self.folder / "last-edition.warc.gz"


@dataclass(frozen=True, slots=True)
class Crawled:
    """An archive before and after a crawl of its sources' last edition."""

    dump: Dump
    archive: Archive
    outcomes: Mapping[str, Mapping[str, int]]
    verified: tuple[Row, Row]
    history: tuple[History, History]
    told: tuple[Told, Told]


@contextmanager
def restored(dump: Dump, mongo_uri: str, scratch: Path, *, database: Path | None = None) -> Iterator[Archive]:
    """Restore a dump, or another one in its place, into a database of its own; brings it under today's release."""
    name = f"upgrade-{uuid.uuid4().hex}"
    project = copied_project(scratch / "project", sorted((dump.folder / "spiders").glob("*.py")))
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        try:
            restore(database or dump.database, client[name])
            archive = Archive(project, mongo_uri, name, scratch / "home")
            archive.run("migrate")
            yield archive
        finally:
            client.drop_database(name)


@contextmanager
def crawled(dump: Dump, mongo_uri: str, scratch: Path) -> Iterator[Crawled]:
    """Restore a dump and replay the last edition to its sources."""
    with restored(dump, mongo_uri, scratch) as archive:
        verified = archive.json("verify", "--reread", ALL)
        with archive.read() as reader:
            history = archive.history(scratch / "before")
            told = reader.told(dump.hidden)
            outcomes = {name: archive.replay(name, dump.last_edition, how) for name, how in dump.sources.items()}
            found = Crawled(
                dump,
                archive,
                outcomes,
                (verified, archive.json("verify", "--reread", ALL)),
                (history, archive.history(scratch / "after")),
                (told, reader.told(dump.hidden)),
            )
        yield found


def named(dump: Dump) -> str:
    return f"{dump.folder.parent.name}-{dump.folder.name}"


DUMPS = [Dump.of(path.parent) for path in sorted(DATA.glob("*/*/dump.json"))]


@pytest.fixture(scope="module", params=DUMPS, ids=named)
def unchanged(
    request: pytest.FixtureRequest, mongo_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawled]:
    """An old archive whose sources were crawled once more and had not changed."""
    dump: Dump = request.param
    with crawled(dump, mongo_uri, tmp_path_factory.mktemp(dump.folder.name)) as found:
        yield found


def test_every_release_that_left_a_dump_is_looked_at() -> None:
    assert {dump.folder.parent.name for dump in DUMPS} == {path.name for path in DATA.iterdir()}
    assert "0.1.0" in {dump.folder.parent.name for dump in DUMPS}


@pytest.mark.parametrize("dump", DUMPS, ids=named)
def test_dump_is_restored_to_the_letter(dump: Dump, mongo_uri: str) -> None:
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        database = client[f"upgrade-{uuid.uuid4().hex}"]
        try:
            restore(dump.database, database)
            assert list(lines(database)) == gzip.decompress(dump.database.read_bytes()).decode().splitlines()
        finally:
            client.drop_database(database)


def test_old_archive_is_sound_and_every_stored_page_still_reads(unchanged: Crawled) -> None:
    for report in unchanged.verified:
        assert (report["problems"], report["orphans"], report["unreadable"]) == ([], [], [])
    assert unchanged.verified[0] == unchanged.verified[1], "hidden and held versions are counted here as well"
    assert unchanged.verified[0]["versions"] >= len(unchanged.dump.versions) > unchanged.verified[0]["articles"] > 0


def test_histories_read_as_the_release_told_them(unchanged: Crawled) -> None:
    expected = unchanged.dump.known
    found = unchanged.history[0].versions
    assert found.keys() == expected.keys()
    for key, row in found.items():
        withheld = {name: None for name in ("payload", "chain") if row[name] is None}
        assert {name: row[name] for name in PROVEN} == {name: expected[key][name] for name in PROVEN} | withheld
    # Of the article with a hidden version, and of the one with a redacted passage.
    assert len({article_id for (article_id, _), row in found.items() if row["chain"] is None}) <= 2


def test_unchanged_pages_are_found_unchanged(unchanged: Crawled) -> None:
    for source, expected in unchanged.dump.unchanged.items():
        assert quiet(unchanged.outcomes[source]) == quiet(expected), source


def test_unchanged_pages_add_no_version_and_touch_no_history(unchanged: Crawled) -> None:
    before, after = unchanged.history
    assert after.versions == before.versions
    of_checks = {"articles.jsonl", "checks.jsonl", "events.jsonl"}  # a check may retire an article
    assert {name: text for name, text in after.files.items() if name not in of_checks} == {
        name: text for name, text in before.files.items() if name not in of_checks
    }
    assert after.articles.keys() == before.articles.keys()
    for key, row in after.articles.items():
        differ = {name for name, value in before.articles[key].items() if row[name] != value}
        assert differ <= SCHEDULE, (key, differ)


def test_unchanged_pages_announce_nothing(unchanged: Crawled) -> None:
    for told in unchanged.told:
        assert [(*key, line["cause"]) for key, line in told.changes.items()] == unchanged.dump.changes
        assert list(told.feed) == list(unchanged.dump.feed)
    assert unchanged.told[0].changes == unchanged.told[1].changes
    assert unchanged.told[0].first_seen == unchanged.told[1].first_seen


def test_rebases_are_no_announced_edits(unchanged: Crawled) -> None:
    assert_no_rebase_is_told(unchanged.history[1], unchanged.told[1])


def test_what_is_hidden_stays_hidden(unchanged: Crawled) -> None:
    stored = gzip.decompress(unchanged.dump.database.read_bytes()).decode()
    for words in unchanged.dump.hidden:
        assert words in stored, "there is something to hide"
        for history, told in zip(unchanged.history, unchanged.told, strict=True):
            shown = [*history.files.values(), *told.pages.values()]
            assert not any(spelling in page for page in shown for spelling in spellings(words))


def test_versions_that_were_held_wait_until_somebody_releases_them(unchanged: Crawled) -> None:
    known = set(unchanged.told[1].changes)
    for source, count in unchanged.dump.held.items():
        unchanged.archive.run("release", source)
        with unchanged.archive.read() as reader:
            changes = reader.told().changes
        new = [line for key, line in changes.items() if key not in known]
        assert Counter((line["source"], line["cause"]) for line in new) == {(source, "edit"): count}
        assert known < set(changes)
        known = set(changes)


@pytest.mark.parametrize("dump", DUMPS, ids=named)
def test_true_edit_is_still_recorded_on_top_of_the_old_archive(dump: Dump, mongo_uri: str, tmp_path: Path) -> None:
    records, edit = tmp_path / "edited.warc.gz", dump.edit
    source = edit["source"]
    assert write_edited(dump.last_edition, records, edit["old"], edit["new"]) == 1
    with restored(dump, mongo_uri, tmp_path) as archive:
        outcomes = archive.replay(source, records, dump.sources[source])
        assert archive.json("verify", "--reread", "0")["problems"] == []
        with archive.read() as reader:
            after, told = archive.history(tmp_path / "after"), reader.told()
    assert quiet(outcomes) == quiet(dump.unchanged[source]) + Counter(changed=1) - Counter(unchanged=1)
    # Under other rules than the release's, the old page may come as today's rules read it, before the edit itself.
    *rebases, version = (row for key, row in after.versions.items() if key not in dump.known)
    assert {row["cause"] for row in rebases} <= {"rebase"}
    assert version["cause"] == "edit"
    before = dump.known[version["article_id"], version["number"] - 1 - len(rebases)]
    old, new = (" ".join(row["paragraphs"]) for row in (before, version))
    assert edit["old"] in old
    assert new == old.replace(edit["old"], edit["new"])
    assert [(*key, line["cause"]) for key, line in told.changes.items()] == [
        (version["article_id"], version["number"], "edit"),
        *dump.changes,
    ]
    assert len(set(told.feed) - set(dump.feed)) == 1


@pytest.mark.parametrize("dump", DUMPS, ids=named)
def test_archive_that_other_rules_have_read_gains_no_edit(dump: Dump, mongo_uri: str, tmp_path: Path) -> None:
    with restored(dump, mongo_uri, tmp_path, database=read_by_others(dump, tmp_path)) as archive:
        for source, how in dump.sources.items():
            assert quiet(archive.replay(source, dump.last_edition, how)) == quiet(dump.unchanged[source])
        after = archive.history(tmp_path / "after")
        assert after.versions.keys() == dump.known.keys()
        assert_chains_are_as_before(after.versions, dump.known)


@pytest.mark.parametrize("dump", DUMPS, ids=named)
def test_reading_the_past_again_tells_rebases_and_no_edit(dump: Dump, mongo_uri: str, tmp_path: Path) -> None:
    with restored(dump, mongo_uri, tmp_path, database=read_by_others(dump, tmp_path)) as archive:
        results = [archive.json("rebase", source)["results"] for source in dump.sources]
        assert {word for counts in results for word in counts} <= {"same", "different"}
        with archive.read() as reader:
            after, told = archive.history(tmp_path / "after"), reader.told()
        new = [row for key, row in after.versions.items() if key not in dump.known]
        assert after.versions.keys() >= dump.known.keys()
        assert_chains_are_as_before(after.versions, dump.known)
        assert {row["cause"] for row in new} <= {"rebase"}
        assert len(new) >= dump.misread
        assert [(*key, line["cause"]) for key, line in told.changes.items()] == dump.changes
        assert list(told.feed) == list(dump.feed)
        assert_no_rebase_is_told(after, told)
        assert archive.json("verify", "--reread", "0")["problems"] == []


def test_past_that_was_tampered_with_is_found_out(mongo_uri: str, tmp_path: Path) -> None:
    dump, forged = DUMPS[0], tmp_path / "forged.jsonl.gz"
    assert write_forged(dump.database, forged, re.escape(dump.edit["old"]), dump.edit["new"]) > 0
    with restored(dump, mongo_uri, tmp_path, database=forged) as archive:
        problems = archive.json("verify", "--reread", "0", good=(1,))["problems"]
    assert any("does not match its chain" in problem for problem in problems), problems


def assert_chains_are_as_before(after: Mapping[Version, Row], known: Mapping[Version, Row]) -> None:
    """Fail if a version has another chain; it is withheld where something of the article is hidden or redacted."""
    shown = {key: after[key]["chain"] for key in known if after[key]["chain"] is not None}
    assert shown == {key: known[key]["chain"] for key in shown}
    assert shown


def quiet(outcomes: Mapping[str, int]) -> Counter[str]:
    """Return outcomes with typography counted as no change.

    Other typography is taken over without a version; where today's rules read that version's page again, to compare
    like with like, they find it once more.
    """
    return Counter("unchanged" if word == "trivial" else word for word in Counter(outcomes).elements())


def assert_no_rebase_is_told(history: History, told: Told) -> None:
    rebases = {key for key, row in history.versions.items() if row["cause"] == "rebase"}
    assert not rebases & told.changes.keys()
    assert not any(entry.endswith(f"{article}:{number}") for article, number in rebases for entry in told.feed)


def spellings(words: str) -> set[bytes]:
    """Return words as exports, the API and pages may write them."""
    return {words.encode(), json.dumps(words)[1:-1].encode(), words.encode("ascii", "xmlcharrefreplace")}


def read_by_others(dump: Dump, scratch: Path) -> Path:
    """Return a dump in which the stamp at each article's head, which tells what rules read it last, is nobody's.

    So today's rules read every stored page again, in the look that it had then, whether or not they differ from those
    of the release.
    """
    forged = scratch / "forged.jsonl.gz"
    assert write_forged(dump.database, forged, r'(?<="stamp": ")[^"]+', "others", only='{"c": "articles"') > 0
    return forged


def write_forged(database: Path, to: Path, old: str, new: str, *, only: str = "") -> int:
    """Write a dump with something else in the place of a pattern, in lines that begin so; return how often."""
    total, forged = 0, []
    for line in gzip.decompress(database.read_bytes()).decode().splitlines(keepends=True):
        text, count = re.subn(old, new, line) if line.startswith(only) else (line, 0)
        total += count
        forged.append(text)
    to.write_bytes(gzip.compress("".join(forged).encode()))
    return total


def write_edited(records: Path, to: Path, old: str, new: str) -> int:
    """Write the responses of a WARC file with other words in their bodies; return how many that concerned."""
    count = 0
    with records.open("rb") as source, to.open("wb") as target:
        writer = WARCWriter(target, gzip=True, warc_version="1.1")
        for record in ArchiveIterator(source):
            if record.rec_type != "response":
                continue
            head, body = record.http_headers, record.raw_stream.read()
            is_gzip = head.get_header("Content-Encoding") == "gzip"
            text = gzip.decompress(body) if is_gzip else body
            if old.encode() in text:
                count += 1
                text = text.replace(old.encode(), new.encode())
                body = gzip.compress(text) if is_gzip else text
                head.replace_header("Content-Length", str(len(body)))
                head.replace_header("ETag", '"another"')
            facts = {"WARC-Date": record.rec_headers.get_header("WARC-Date")}
            uri = record.rec_headers.get_header("WARC-Target-URI")
            written = writer.create_warc_record(
                uri, "response", BytesIO(body), len(body), http_headers=head, warc_headers_dict=facts
            )
            writer.write_record(written)
    return count
