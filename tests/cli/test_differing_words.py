"""`newscrawl rebase --dry-run`: the words that today's rules read otherwise than the stored versions say."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from newscrawl.cli.differing_words import MAX_CHARACTERS, MAX_EDITS, Edit, edits_of
from newscrawl.config import Config
from newscrawl.diff import compare
from newscrawl.items import article_id
from newscrawl.store import embedded
from tests.store.samples import article

Run = Callable[..., subprocess.CompletedProcess[str]]
BRIDGE = article_id("demo", "10101")


def test_edits_are_the_runs_of_words_in_their_order() -> None:
    before = article("pier", "The pier was closed on Monday.", "It stays so.", headline="Pier closed")
    after = article("pier", "The pier was opened on Friday.", "It stays so.", headline="Pier opened")
    assert edits_of(compare(before, after)) == [
        Edit("headline", "closed", "opened"), Edit("body", "closed", "opened"), Edit("body", "Monday", "Friday"),
    ]  # fmt: skip


def test_long_edits_are_cut_and_say_so() -> None:
    edit = Edit("body", "x" * 1000, "").shortened()
    assert (len(edit.removed), edit.removed[-1], str(edit)[:3]) == (MAX_CHARACTERS, "…", "[-x")


@pytest.fixture
def older_reading(archive_config: Config) -> Iterator[None]:
    """Let the newest version of one article be as other rules would have read it: each word of it in capitals."""
    mongod = embedded.join(archive_config.home)
    with MongoClient[dict[str, object]](mongod.uri) as client:
        versions = client[archive_config.mongo_database].versions
        stored = versions.find_one({"article_id": BRIDGE, "number": 2})
        assert stored is not None
        paragraphs = [_others(text) for text in stored["paragraphs"]]  # type: ignore[attr-defined]
        versions.update_one({"_id": stored["_id"]}, {"$set": {"paragraphs": paragraphs, "wording": "0" * 64}})
        yield
        versions.replace_one({"_id": stored["_id"]}, stored)
    mongod.leave()


def _others(text: str) -> str:
    """Return a text with every third word replaced, so that there are many edits in it."""
    return " ".join(f"word{n}" if n % 3 == 0 else word for n, word in enumerate(text.split()))


@pytest.mark.usefixtures("older_reading")
def test_dry_run_prints_the_words_of_each_article_bounded_and_all_of_them_if_asked(archive: Run) -> None:
    process = archive("rebase", "demo", "--dry-run", "--json")
    assert process.returncode == 0, process.stderr
    ((different),) = json.loads(process.stdout)["different"]
    assert (different["article_id"], different["result"]) == (BRIDGE, "different")
    assert len(different["edits"]) == MAX_EDITS
    assert different["edits"][0]["removed"].startswith("word0")
    ((everything),) = json.loads(archive("rebase", "demo", "--dry-run", "--full", "--json").stdout)["different"]
    assert (len(everything["edits"]), everything["more"]) == (MAX_EDITS + different["more"], 0)
    text = archive("rebase", "demo", "--dry-run").stdout
    assert "    body: [-word0-]{+" in text
    assert f"… and {different['more']} further edits (--full prints all)" in text
    assert text.count("[-word") == MAX_EDITS
    assert archive("rebase", "demo", "--dry-run", "--full").stdout.count("[-word") == len(everything["edits"])
