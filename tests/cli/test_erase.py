"""`newscrawl erase` as an editor runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newscrawl.store import Store
from newscrawl.store.erasure import What
from newscrawl.store.erasure.targets import find
from tests.cli.conftest import Run
from tests.store.erasable import HEADLINE, NAME, ORDER, URL, WORDS, found, order, write_archive


@pytest.fixture
async def key(store: Store) -> str:
    return await write_archive(store, is_redacted=False)


async def test_an_article_is_erased_and_no_command_finds_it(
    store: Store, key: str, newscrawl: Run, tmp_path: Path
) -> None:
    erased = newscrawl("erase", URL, "--reason", ORDER, "--by", "the clerk", "--yes")
    assert (erased.returncode, erased.stderr) == (0, "")
    assert "erased for good; 3 versions concerned" in erased.stdout
    assert await found(store, NAME, URL, "harbour master") == set()
    commands = (
        ("history", URL), ("history", key), ("blame", key), ("diff", key, "1", "2"), ("explain", key),
        ("quarantine", "list"), ("alarms", "list"), ("runs",), ("status",), ("verify",), ("verify", "--json"),
        ("export", str(tmp_path / "out")), ("export", str(tmp_path / "warc"), "--format", "warc"),
    )  # fmt: skip
    for command in commands:
        done = newscrawl(*command)
        assert done.returncode in {0, 1}, f"{command}: {done.stderr}"
        said = (done.stdout + done.stderr).replace(URL, "") if URL in command else done.stdout + done.stderr
        assert not any(word in said.lower() for word in (NAME.lower(), "gambling", "harbour-master")), command
    assert "erased by order" in newscrawl("history", key).stderr
    assert "was erased by order" in newscrawl("explain", key).stderr
    assert all(NAME.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


async def test_what_is_left_of_an_article_says_in_its_history_what_was_erased(key: str, newscrawl: Run) -> None:
    newscrawl("erase", URL, "--version", "2", "--reason", ORDER, "--yes")
    rows = [line.split()[:1] for line in newscrawl("history", key).stdout.splitlines()]
    assert [row for row in rows if row and row[0] in {"1", "2", "3"}] == [["1"], ["2"], ["3"]]
    assert ORDER in newscrawl("history", key).stdout
    (tombstone,) = json.loads(newscrawl("history", key, "--json").stdout)["erased"]
    assert (tombstone["number"], tombstone["reason"]) == (2, ORDER)
    newscrawl("erase", URL, "--version", "3", "--reason", ORDER, "--yes")
    for command in ("history", "explain"):
        said = " ".join(newscrawl(command, key).stdout.split())
        assert "Something of it was erased by order on" in said, said
        assert "Regular checks ended" not in said
        assert "there is no further check" not in said


async def test_verify_tells_erased_from_lost(store: Store, key: str, newscrawl: Run) -> None:
    newscrawl("erase", URL, "--version", "2", "--reason", ORDER, "--yes")
    verified = newscrawl("verify", "--json")
    report = json.loads(verified.stdout)
    assert (verified.returncode, report["problems"]) == (0, [])
    assert [line.partition(" on ")[0] for line in report["erased"]] == [
        f"article {key}: version 2: all erased by order"
    ]
    await store.db.versions.delete_one({"_id": f"{key}:3"})
    assert newscrawl("verify").returncode == 1


async def test_an_order_that_was_cut_short_is_completed_by_the_same_command(
    store: Store, key: str, newscrawl: Run
) -> None:
    cut_short = order(What.ARTICLE, key=key)
    reached = await find(store.db, cut_short, "")
    await store.db.erasures.insert_one({**cut_short.document, "pending": reached.document})
    await store.db.articles.update_one({"_id": key}, {"$set": {"url": "", "aliases": []}})  # as far as it went
    completed = newscrawl("erase", URL, "--reason", ORDER, "--yes")
    assert completed.returncode == 0
    assert f"completed an order that was cut short: the article of {key}" in completed.stdout
    assert await found(store, NAME, URL) == set()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--passage", WORDS, "--reason", f"about {WORDS}", "--yes"), 2, "--reason repeats the words"),
        (("--passage", " ", "--reason", ORDER, "--yes"), 2, "--passage is empty"),
        (("--passage", WORDS, "--version", "2", "--reason", ORDER, "--yes"), 2, "give --passage alone"),
        (("--payload", "--reason", ORDER, "--yes"), 2, "--payload needs --version"),
        (("--version", "9", "--reason", ORDER, "--yes"), 1, "there is nothing to erase"),
        (("--passage", "no such words", "--reason", ORDER, "--yes"), 1, "there is nothing to erase"),
        (("--reason", ORDER), 1, "Aborted"),
    ],
)
async def test_what_cannot_be_erased_is_left_as_it_is(
    store: Store, key: str, newscrawl: Run, options: tuple[str, ...], code: int, said: str
) -> None:
    done = newscrawl("erase", key, *options)
    assert done.returncode == code, done.stderr
    assert said in done.stderr + done.stdout
    version = await store.version(key, 2)
    assert version is not None
    assert version.article.headline == HEADLINE
    assert await store.db.erasures.count_documents({}) == 0
