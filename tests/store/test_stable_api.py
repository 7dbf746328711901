"""newscrawl asks a MongoDB for nothing beyond version 1 of its stable API, once collections and indexes are made.

So newer versions answer as this one does. Here everything is strict: what is not in it, a server refuses.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pymongo.errors import OperationFailure
from pymongo.server_api import ServerApi
from typer.testing import CliRunner

from newscrawl.cli.main import app
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import Newsroom
from newscrawl.errors import NewscrawlError, NotFound
from newscrawl.store import Store
from newscrawl.store.distinct import distinct
from tests.cli.conftest import environment, runner

API_STRICT_ERROR = 323
STRICT = ServerApi("1", strict=True, deprecation_errors=True)
SITECUSTOMIZE = """
import pymongo.server_api as api

made = api.ServerApi.__init__
api.ServerApi.__init__ = lambda self, version, strict=None, deprecation_errors=None: made(self, version, True, True)
"""
COMMANDS = (
    "sources", "status", "alarms list --all", "runs", "history {key}", "diff {key} 1 2", "blame {key}", "explain {key}",
    "schedule", "recheck {key}", "recheck --source demo", "pause demo", "unpause demo", "policy fit", "quarantine list",
    "held", "release demo", "rebase demo --dry-run", "rebase demo", "verify", "retract {key}/2 --reason x", "metrics",
    "cluster status", "cluster batches", "hide {key} --reason x", "unhide {key} --reason x", "export {folder}",
    "subscribe x --feed", "subscriptions list", "subscriptions test-match x", "outbox deliver", "outbox list --all",
    "outbox retry x", "outbox drop x", "subscriptions pause x", "subscriptions remove x",
    "backup {folder}-backup", "erase {key} --reason x --yes", "backup {folder}-backup", "verify --repair --reread 0",
)  # fmt: skip


@pytest.fixture
def strict(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that connects from here on is strict; indexes are there."""
    monkeypatch.setattr("newscrawl.store.connection.STABLE_API", STRICT)


async def test_what_is_not_in_the_stable_api_is_refused_here(config: Config, strict: None) -> None:
    opened = await Store.open(config)
    try:
        for command in ({"distinct": "articles", "key": "source"}, {"buildInfo": 1}, {"collStats": "articles"}):
            with pytest.raises(OperationFailure) as refused:
                await opened.db.command(command)
            assert refused.value.code == API_STRICT_ERROR
    finally:
        await opened.close()


@pytest.mark.slow
def test_crawls_and_commands_need_nothing_beyond_the_stable_api(
    config: Config, strict: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE)
    with Newsroom() as newsroom:
        base = newsroom.base
        for number in (1, 2, 3):
            newsroom.edition = number
            crawl = runner(config)(
                "crawl", "demo", "-a", f"base={base}", "--fail-on", "0",
                PYTHONPATH=f"{tmp_path}:{PROJECT_ROOT}", NEWSCRAWL_EGRESS_ALLOW=base.removeprefix("http://"),
            )  # fmt: skip
            assert crawl.returncode == 0, crawl.stderr
            _run(config, monkeypatch, "recheck", "--source", "demo")
    _run(config, monkeypatch, "export", str(tmp_path / "before"))
    rows = [json.loads(line) for line in (tmp_path / "before" / "articles.jsonl").read_text("utf-8").splitlines()]
    article = next(row for row in rows if "lorn-bridge" in row["url"])
    assert article["versions"] >= 3
    for command in COMMANDS:
        named = command.format(key=article["article_id"], folder=tmp_path / "after")
        _run(config, monkeypatch, *named.split())


def _run(config: Config, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, list(arguments))
    # 1 is an answer too: nothing is held, an alarm is open.
    code = done.exception.exit_code if isinstance(done.exception, NewscrawlError) else done.exit_code
    assert code == 0 or (code == 1 and isinstance(done.exception, SystemExit | NotFound)), f"{arguments}: {done!r}"


async def test_different_values_are_those_that_there_are(store: Store) -> None:
    collection = store.db["values"]
    await collection.insert_many([{"at": {"where": where}} for where in ("quay", "lock", "quay")] + [{"at": {}}])
    try:
        assert sorted(await distinct(collection, "at.where")) == ["lock", "quay"]
        assert await distinct(collection, "at.where", {"at.where": "quay"}) == ["quay"]
        assert await distinct(collection, "at.where", {"at.where": "mole"}) == []
    finally:
        await collection.drop()


async def test_different_values_of_an_indexed_field_are_read_once_each(store: Store) -> None:
    pipeline = [{"$group": {"_id": "$source"}}]
    plan = await store.db.command("explain", {"aggregate": "articles", "pipeline": pipeline, "cursor": {}})
    assert "DISTINCT_SCAN" in str(plan)
