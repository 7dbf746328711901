"""What a crawl of the demo leaves in the database, in its statistics and in its log is in the manual."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import MongoClient

from docs.reference import data_model, log_keys, statistics
from newscrawl.config import PROJECT_ROOT
from newscrawl.demo import Newsroom
from newscrawl.items import Outcome
from newscrawl.store import embedded
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked.commands import folder_of_command

pytestmark = pytest.mark.slow

KINDS: dict[type, str] = {
    str: "string", bool: "bool", int: "int", bson.Int64: "int", float: "float", datetime.datetime: "date",
    bytes: "bytes", bson.ObjectId: "id", type(None): "null", list: "list", dict: "object",
}  # fmt: skip
KEEP_STATS = """
import json, os
from scrapy.statscollectors import MemoryStatsCollector

class Kept(MemoryStatsCollector):
    def close_spider(self, *args, **kwargs):
        super().close_spider(*args, **kwargs)
        with open(os.environ["KEPT"], "a") as file:
            file.write(json.dumps(sorted(self.get_stats())) + "\\n")
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What the demo left, and crawls of its first editions by Scrapy's own command."""

    documents: dict[str, list[dict[str, Any]]]
    stats: set[str]
    decisions: set[str]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder = tmp_path_factory.mktemp("demo")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    environ |= {"NEWSCRAWL_HOME": str(folder / "home"), "NEWSCRAWL_MONGO_DATABASE": "newscrawl_demo"}
    environ |= {"PYTHONPATH": f"{PROJECT_ROOT}:{folder}", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environ = folder_of_command(folder, environ)
    mongod = embedded.join(folder / "home")
    try:
        run("newscrawl demo", environ)
        run(f"newscrawl export {folder}/warc --format warc", environ)
        run(f"newscrawl import {folder}/warc --adopt", environ | {"NEWSCRAWL_MONGO_DATABASE": "by_import"})
        stats, log = crawled_by_scrapy(folder, environ | {"NEWSCRAWL_MONGO_DATABASE": "by_scrapy"})
        with MongoClient[dict[str, Any]](mongod.uri) as client:
            edit = client["newscrawl_demo"].versions.find_one({"cause": "edit", "number": 2}) or {}
            for command in takedowns(edit):
                run(command, environ)
            documents: dict[str, list[dict[str, Any]]] = {}
            for db in (client[name] for name in ("newscrawl_demo", "by_import", "by_scrapy")):
                for name in db.list_collection_names():
                    documents.setdefault(name, []).extend(db[name].find())
        yield Left(documents, stats, set(re.findall(r"decision=([a-z_]+)", log)))
    finally:
        mongod.leave()


def run(command: str, environ: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], env=environ, capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stderr


def takedowns(edit: dict[str, Any]) -> Iterator[str]:
    """Yield commands after which there are the fields of rare documents, too."""
    key, number = edit["article_id"], edit["number"]
    yield "newscrawl subscribe storms --command true --source demo && newscrawl subscriptions pause storms"
    yield "newscrawl tokens add press > /dev/null && newscrawl policy fit"
    yield f"newscrawl hide {key} --version 1 --reason 'a court order'"
    yield f"newscrawl retract {key}/{number} --reason 'our error'"
    words = " ".join(edit["paragraphs"][-1].split()[:4])
    yield f"newscrawl hide {key} --passage '{words}' --reason 'a court order'"
    yield f"newscrawl erase {key} --version {number} --payload --reason 'a court order' --yes"
    yield "newscrawl quarantine dismiss $(newscrawl quarantine list --json | grep -m 1 '\"id\"' | cut -d '\"' -f 4)"
    yield "newscrawl recheck --source demo && newscrawl pause demo --reason holidays"


def crawled_by_scrapy(folder: Path, environ: dict[str, str]) -> tuple[set[str], str]:
    (folder / "kept_stats.py").write_text(KEEP_STATS, "utf-8")
    kept, log = folder / "stats.jsonl", ""
    with Newsroom() as newsroom:
        own = {"NEWSCRAWL_DELAY_SECONDS": "0", "NEWSCRAWL_EGRESS_ALLOW": newsroom.base[7:], "KEPT": str(kept)}
        own |= {"SCRAPY_SETTINGS_MODULE": "newscrawl.settings"}
        run("newscrawl subscribe all --command false --source demo --about edits --about first", environ)
        for newsroom.edition in (1, 2, 3, 4):
            command = f"scrapy crawl demo -a base={newsroom.base} -s STATS_CLASS=kept_stats.Kept -s NEWSCRAWL_FAIL_ON=0"
            log += run(command, environ | own)
            run("newscrawl recheck --source demo", environ)
    run("newscrawl outbox deliver || true", environ)  # its command refuses what it gets
    return {key for line in kept.read_text("utf-8").splitlines() for key in json.loads(line)}, log


def observed(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and kind of each field within a document."""
    if path:
        yield path, KINDS[type(value)]
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from observed(inner, f"{path}.{name}" if path else name)
    if isinstance(value, list):
        for inner in value:
            yield from observed(inner, f"{path}[]")


def kinds_of(field: data_model.StoredField) -> set[str]:
    words = set(field.kind.split(" or "))
    return {"list" if word.startswith("list") else word for word in words}


def element_kinds(field: data_model.StoredField) -> set[str]:
    names = {"list of strings": "string", "list of objects": "object", "list of lists": "list"}
    return {names[word] for word in field.kind.split(" or ") if word in names}


def test_every_field_of_every_document_is_in_the_data_model(left: Left) -> None:
    unknown, others = set(), set()
    model = data_model.collections()
    for name, documents in left.documents.items():
        fields = {field.path: field for field in model[name].fields} if name in model else {}
        for path, kind in {each for document in documents for each in observed(document)}:
            known = fields.get(path)
            if known is not None and known.kind != "any" and kind not in kinds_of(known):
                others.add(f"{name}.{path} is {kind}, and not {known.kind}")
            if known is None and path.endswith("[]") and path[:-2] in fields:
                if (allowed := element_kinds(fields[path[:-2]])) and kind not in allowed:
                    others.add(f"{name}.{path} is {kind}, and not {fields[path[:-2]].kind}")
            elif known is None and not is_within(path, fields):
                unknown.add(f"{name}.{path}")
    assert unknown == set(), "describe them in docs/reference/data_model.toml and run `make reference`"
    assert others == set()


def is_within(path: str, fields: dict[str, data_model.StoredField]) -> bool:
    """Return whether a field is below one that stands for any name."""
    while path:
        path = re.sub(r"(\[\]|\.?[^.\[\]]+)$", "", path)
        if f"{path}.*" in fields or (path and fields.get(path) is not None and fields[path].kind == "any"):
            return True
    return "*" in fields


def test_the_demo_has_the_documents_that_matter(left: Left) -> None:
    """Without this, a demo that records nothing would describe everything."""
    filled = {name for name, documents in left.documents.items() if documents}
    assert filled >= {
        "articles", "versions", "added", "removed", "payloads", "checks", "quarantine", "events", "erasures", "sources",
        "windows", "runs", "leases", "hosts", "alarms", "subscriptions", "access_tokens", "meta", "outbox",
        "imports",
    }  # fmt: skip


def test_every_statistic_of_a_crawl_is_on_the_page(left: Left) -> None:
    assert len(left.stats) > 30
    unknown = sorted(key for key in left.stats if not statistics.is_described(key))
    assert unknown == [], "describe them in docs/reference/statistics.py and run `make reference`"


def test_every_decision_in_the_log_of_a_crawl_is_on_the_page(left: Left) -> None:
    assert {"new", "changed", "not_modified"} <= left.decisions
    assert left.decisions <= {outcome.value for outcome in Outcome} | set(log_keys.DECISIONS)
