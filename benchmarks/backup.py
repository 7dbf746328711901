"""Backup and restore of an archive of many small articles: seconds, bytes and memory.

    python benchmarks/backup.py [ARTICLES]

Each article has two versions with a page each. The archive is made of copies of one, in the embedded MongoDB.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from newscrawl.config import Config
from newscrawl.store import Store, embedded
from tests.store.samples import HOUR, NOON, append, article, first_version, next_version

PARAGRAPHS = tuple(f"Paragraph {n}: the harbour board met and put its decision off until next week." for n in range(12))
BATCH = 500


async def fill(config: Config, count: int) -> None:
    """Write copies of one article under other ids, each with pages of its own."""
    store = await Store.open(config)
    first = first_version(article("pier", *PARAGRAPHS))
    await append(store, first)
    await append(store, next_version(first, article("pier", *PARAGRAPHS, "One more."), NOON + HOUR))
    key = first.article_id
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in ("articles", "versions", "added"):
        rows[name] = await store.db[name].find().to_list()
    pages = [page["z"] for page in await store.db.payloads.find().to_list()]
    for begin in range(1, count, BATCH):
        batch: dict[str, list[dict[str, Any]]] = {name: [] for name in (*rows, "payloads")}
        for number in range(begin, min(begin + BATCH, count)):
            new = f"{number:016}"
            for name, documents in rows.items():
                for document in documents:
                    batch[name].append({**document, "_id": document["_id"].replace(key, new), "article_id": new})
            batch["payloads"] += [{"_id": f"{new}{n:048}", "z": page + os.urandom(8), "size": 900, "depth": 0}
                                  for n, page in enumerate(pages)]  # fmt: skip
        for name, documents in batch.items():
            await store.db[name].insert_many(documents, ordered=False)
    await store.close()


def run(environ: dict[str, str], *words: str) -> dict[str, Any]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "newscrawl", *words, "--json"], env=environ, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(done.stdout)
    report["cpu_seconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report["max_rss"] = after.ru_maxrss / 1024  # of the largest command so far
    return dict(report)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    home = Path(tempfile.mkdtemp(prefix="newscrawl-benchmark-"))
    mongod = embedded.join(home)
    try:
        config = Config(mongo_uri=mongod.uri, mongo_database="original", home=home)
        asyncio.run(fill(config, count))
        environ = {**os.environ, "NEWSCRAWL_MONGO_URI": mongod.uri or "", "NEWSCRAWL_HOME": str(home)}
        environ["NEWSCRAWL_MONGO_DATABASE"] = "original"
        for what in ("first backup", "second, nothing new"):
            report = run(environ, "backup", str(home / "backup"))
            show(what, count, report, report["written_bytes"])
        environ["NEWSCRAWL_MONGO_DATABASE"] = "copy"
        report = run(environ, "restore", str(home / "backup"))
        show("restore", count, report, None)
    finally:
        mongod.leave()
        shutil.rmtree(home, ignore_errors=True)


def show(what: str, count: int, report: dict[str, Any], written: int | None) -> None:
    size = "" if written is None else f", {written / 1e6:.1f} MB, {written / count:.0f} bytes an article"
    print(
        f"{what}: {count:,} articles, {report['documents']:,} documents in {report['seconds']:.1f} s "
        f"({count / report['seconds']:,.0f} articles a second, {report['cpu_seconds']:.1f} s of CPU){size}; "
        f"max RSS {report['max_rss']:.0f} MB"
    )


if __name__ == "__main__":
    main()
