"""`newscrawl quarantine show`: why a page is doubtful, how it differs from the head, and which commands decide."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from newscrawl.cli.quarantine_page import WHY
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.items import Article, PageKind
from newscrawl.store import Store
from tests.faults.waiting import PATIENCE_SECONDS
from tests.store.samples import append, article, doubtful_page, first_version

from .conftest import environment

Run = Callable[..., subprocess.CompletedProcess[str]]
SOURCE = "washpo"
BEFORE = "The pier was closed on Monday after a storm took three of its planks, the harbour office said."
AFTER = "The pier was opened on Monday after a storm took three of its planks, the harbour office said."


def quarantined(config: Config, page: Article, reason: str, *, kind: str | None = None) -> str:
    """Store an article and a doubtful page of it; return the entry's id."""

    async def run() -> str:
        store = await Store.open(config)
        try:
            await append(store, first_version(article("pier", BEFORE, source=SOURCE)))
            doubtful = doubtful_page(page, kind=PageKind.ARTICLE)
            await store.quarantine(doubtful, reason, kind=kind)
            return str((await store.quarantined())[0]["_id"])
        finally:
            await store.close()

    return asyncio.run(run())


def test_show_prints_the_diff_against_the_head_and_the_ways_out(newscrawl: Run, config: Config) -> None:
    key = quarantined(config, article("pier", AFTER, source=SOURCE), "odd: another reading")
    text = newscrawl("quarantine", "show", key).stdout
    assert "[-closed-]{+opened+} on Monday" in text
    assert "version 1 → this page" in text
    assert f"newscrawl quarantine confirm {key}\n" in text
    assert f"newscrawl quarantine dismiss {key}\n" in text
    data = json.loads(newscrawl("quarantine", "show", key, "--json").stdout)
    assert (data["compared_with"], data["reason"]) == (1, "odd: another reading")
    edited = [row for row in data["diff"]["rows"] if row["op"] == "edited"]
    assert {"op": "insert", "text": "opened"} in edited[-1]["segments"]
    assert data["commands"][:2] == [f"newscrawl quarantine confirm {key}", f"newscrawl quarantine dismiss {key}"]


def test_a_decided_page_has_no_ways_out(newscrawl: Run, config: Config) -> None:
    key = quarantined(config, article("pier", AFTER, source=SOURCE), "odd: another reading")
    assert newscrawl("quarantine", "dismiss", key).returncode == 0
    assert json.loads(newscrawl("quarantine", "show", key, "--json").stdout)["commands"] == []


def test_a_late_page_cannot_be_confirmed_since_no_check_finds_it_again(newscrawl: Run, config: Config) -> None:
    key = quarantined(config, article("pier", AFTER, source=SOURCE), "recorded late", kind="late")
    data = json.loads(newscrawl("quarantine", "show", key, "--json").stdout)
    assert data["commands"][0] == f"newscrawl quarantine dismiss {key}"
    assert data["why"].startswith("The page is older")


def test_redacted_words_stand_on_neither_side_of_the_diff(newscrawl: Run, config: Config) -> None:
    key = quarantined(config, article("pier", AFTER, source=SOURCE), "odd: another reading")
    (entry,) = json.loads(newscrawl("quarantine", "list", "--json").stdout)
    words = ("--passage", "three of its planks", "--reason", "an order")
    assert newscrawl("hide", entry["article_id"], *words).returncode == 0
    for arguments in (("quarantine", "show", key), ("quarantine", "show", key, "--json")):
        text = newscrawl(*arguments).stdout
        assert "opened" in text
        assert "planks" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals of Linux")
def test_the_diff_is_coloured_on_a_terminal(newscrawl: Run, config: Config) -> None:
    key = quarantined(config, article("pier", AFTER, source=SOURCE), "odd: another reading")
    master, slave = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "newscrawl", "quarantine", "show", key],
        env=environment(config) | {"TERM": "xterm-256color", "COLUMNS": "200"},
        cwd=PROJECT_ROOT,
        stdout=slave,
    ) as process:
        os.close(slave)
        printed = b""
        while chunk := _read(master):
            printed += chunk
        assert process.wait(PATIENCE_SECONDS) == 0
    os.close(master)
    assert b"\x1b[" in printed
    assert b"{+" not in printed


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # EIO: the last process that had the terminal open has ended
        return b""


def test_the_manual_says_of_each_kind_why_it_is_doubtful() -> None:
    manual = (PROJECT_ROOT / "docs" / "status.md").read_text("utf-8")
    assert [kind for kind, why in WHY.items() if f"| `{kind}` | {why} |" not in manual] == []
