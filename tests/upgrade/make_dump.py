"""Make the dump of archives that this release writes: `python tests/upgrade/make_dump.py OUT`.

To be run from the release's own checkout, once, when the release is made; OUT is `tests/upgrade/data/` and the
release's number. Later releases open what stands there (test_dumps.py); a dump is never made again by a later one.
It takes a minute. OUT gets a folder a database:

    demo/     what `newscrawl demo` records: eight editions over HTTP
    papers/   three invented newspapers (papers.py), replayed in six editions and then cared for by hand

and in each of them:

    database.jsonl.gz       the database (its format: restore.py)
    last-edition.warc.gz    every page, listing and robots.txt as they are last, as a crawl with --record met them; its
                            dates are moved to three hours after the last crawl
    told.json.gz            what this release itself tells of it: an export's versions, and what the reader announces
    dump.json               the sources with the arguments of their spiders, what this release's own crawl of the last
                            edition comes to, how many stories stand as former rules misread them, how many versions
                            of a source are held back, words that nobody may be shown, and words of one page to change
    spiders/                the sources' files, where newscrawl does not ship them

Nearly all of it is done through commands. The demo's newsroom, the embedded mongod and what `check` looks for are the
release's own; a later release writes here what they are called by then.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive import ROOT, Archive, copied_project
from papers import CLOCKS, LAST, papers, served, write_edition
from pymongo import MongoClient
from restore import dump, restore
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.store import embedded

# The sources' files of the first dump: the spiders of a later one may say more, but must still read those pages.
SPIDERS = sorted((ROOT / "tests" / "upgrade" / "data" / "0.1.0" / "papers" / "spiders").glob("*.py"))
# Until this edition the rules of the Lantern Post take a line for text that is none. Of the two stories that have it,
# one gets a rebase with its next edit; the other is never edited, and its version keeps the line.
RULES_MENDED = 3
LATER_RULE = '        drop = ("p.lamp-note",)\n'
RECORDS = "last-edition.warc.gz"
NEXT_LOOK = timedelta(hours=3)  # from the last edition's crawl to the one that finds everything unchanged
HIDDEN_ARTICLE, HIDDEN_VERSION, WITHHELD = "Quillfeather", "Saltcellar Row", "14, impasse des Œillets"
# What the papers' archive must hold, or the dump proves less than it says.
CAUSES = {"first", "edit", "rebase"}
STATES = {"watched", "gone"}
DOUBTS = {"open", "dismissed"}
HELD = {"timetable": 10}


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="newscrawl-dump-") as scratch, mongod(Path(scratch) / "mongo") as uri:
        project = copied_project(Path(scratch) / "project", SPIDERS)
        archive = Archive(project, uri, "newscrawl_demo", Path(scratch) / "home")
        make_demo(archive, fresh(out / "demo"))
        make_papers(replace(archive, database="papers"), fresh(out / "papers"), Path(scratch))


@contextmanager
def mongod(home: Path) -> Iterator[str]:
    held = embedded.join(home)
    try:
        yield held.uri
    finally:
        held.leave()


def fresh(folder: Path) -> Path:
    """Return the folder, with nothing in it but the sources' files."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    return folder


def make_demo(archive: Archive, out: Path) -> None:
    archive.run("demo")
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        url = str((client[archive.database].articles.find_one() or {})["url"])
    base = url.partition("/20")[0]
    address = base.removeprefix("http://")
    with Newsroom(EDITIONS[-1].number, port=int(address.rpartition(":")[2])):
        record(archive, "demo", out, address, f"base={base}")
    redate(out / RECORDS, EDITIONS[-1].clock + NEXT_LOOK)
    finish(archive, out, {"demo": [f"base={base}"]}, edit=("demo", "twenty-two years", "twenty-three years"))


def make_papers(archive: Archive, out: Path, scratch: Path) -> None:
    rules = archive.project / "spiders" / "lanternpost.py"
    mended = rules.read_text(encoding="utf-8")
    early = mended.replace(LATER_RULE, "")
    if early == mended:
        raise ValueError("the rules of the Lantern Post do not have the line that early ones lack")
    rules.write_text(early, encoding="utf-8")
    for edition, _ in enumerate(CLOCKS, 1):
        if edition == RULES_MENDED:
            rules.write_text(mended, encoding="utf-8")
        records = scratch / f"edition-{edition}.warc.gz"
        write_edition(edition, records)
        for paper in papers():
            print(f"edition {edition} of {paper.name}: {archive.replay(paper.name, records)}")
    care(archive)
    with served(LAST):
        for paper in papers():
            record(archive, paper.name, out, paper.base.removeprefix("http://"))
    redate(out / RECORDS, CLOCKS[-1] + NEXT_LOOK)
    check(archive)
    finish(
        archive,
        out,
        {paper.name: [] for paper in papers()},
        edit=("lanternpost", "twenty minutes", "thirty minutes"),
        hidden=(HIDDEN_ARTICLE, HIDDEN_VERSION, WITHHELD),
        held=HELD,
    )
    (out / "spiders").mkdir(exist_ok=True)
    for path in SPIDERS:
        if not (out / "spiders" / path.name).exists():
            shutil.copy2(path, out / "spiders")


def care(archive: Archive) -> None:
    """Do by hand what people do with an archive: take down an article, a version and a passage; fit the policy."""
    lantern = papers()[0]
    url = {story.number: lantern.base + lantern.path(story) for story in lantern.stories}
    archive.run("hide", url[510], "--reason", "ruling 12/26")
    archive.run("hide", url[511], "--version", "2", "--reason", "private address")
    archive.run("hide", url[506], "--passage", WITHHELD, "--reason", "address of a person")
    archive.run("policy", "fit")


def record(archive: Archive, source: str, out: Path, address: str, *arguments: str) -> None:
    """Record the last edition as somebody meets it who has seen nothing of the source before: no answer is a 304."""
    stranger = replace(archive, database=f"stranger-{uuid.uuid4().hex}")
    spider = [part for argument in arguments for part in ("-a", argument)]
    stranger.run("crawl", source, "--record", out / RECORDS, "--fail-on", "0", *spider, NEWSCRAWL_EGRESS_ALLOW=address)


def redate(records: Path, start: datetime) -> None:
    """Let a recording begin at a moment: a replay lives by its dates, and stories of months ago are given up."""
    shift: timedelta | None = None
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    with records.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            date = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
            shift = shift or start - date
            record.rec_headers.replace_header("WARC-Date", (date + shift).isoformat().replace("+00:00", "Z"))
            writer.write_record(record)
    records.write_bytes(buffer.getvalue())


def check(archive: Archive) -> None:
    """Raise unless the papers' archive has all that its editions are for."""
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        db = client[archive.database]
        found = (
            set(db.versions.distinct("cause")),
            set(db.articles.distinct("state")),
            set(db.quarantine.distinct("state")),
        )
        most = Counter(version["article_id"] for version in db.versions.find()).most_common(1)
        headlines = [len(db.versions.distinct("headline", {"article_id": key})) for key in db.articles.distinct("_id")]
        reverted = db.versions.count_documents({"change.reverts_to": {"$ne": None}})
        held = db.versions.count_documents({"held": True})
    expected = (CAUSES, STATES, DOUBTS)
    if held != HELD["timetable"] or found != expected or most[0][1] < 4 or max(headlines) < 2 or not reverted:
        told = f"{found}, {most}, {headlines}, {reverted} reverted, {held} held"
        raise ValueError(f"the papers' archive is not what it should be: {told}")


def finish(
    archive: Archive,
    out: Path,
    sources: Mapping[str, list[str]],
    *,
    edit: tuple[str, str, str],
    hidden: Sequence[str] = (),
    held: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Write the dump, what this release tells of it, and what its own crawl of the last edition comes to."""
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        dump(client[archive.database], out / "database.jsonl.gz")
        again = replace(archive, database=f"again-{uuid.uuid4().hex}")
        restore(out / "database.jsonl.gz", client[again.database])
    with tempfile.TemporaryDirectory() as folder:
        history = archive.history(Path(folder) / "export")
    with archive.read() as reader:
        told = reader.told()
    versions = list(history.versions.values())
    changes = [[article, number, line["cause"]] for (article, number), line in told.changes.items()]
    text = json.dumps({"versions": versions, "changes": changes, "feed": list(told.feed)}, ensure_ascii=False)
    (out / "told.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    facts = {
        "written_by": archive.run("--version").strip(),
        "sources": dict(sources),
        "unchanged": {name: again.replay(name, out / RECORDS, arguments) for name, arguments in sources.items()},
        "misread": sum(again.json("rebase", name, "--dry-run")["results"].get("different", 0) for name in sources),
        "hidden": list(hidden),
        "held": dict(held),
        "edit": dict(zip(("source", "old", "new"), edit, strict=True)),
    }
    (out / "dump.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/upgrade/make_dump.py OUT")
    main(Path(sys.argv[1]).resolve())  # commands run elsewhere
