"""A secondary that is hours behind: the reader may read from it, and shows nothing that was taken down since."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.secret_text import SecretUri
from newscrawl.store import Store
from newscrawl.store.reader import Hidden, Reader, limits
from newscrawl.web import create_app
from tests.cli.conftest import environment
from tests.forked import commands as forked
from tests.web.press import BRIDGE, NOW, Press

from .mongo import Mongod, ReplicaSet
from .waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.slow

READS_FROM_IT = "&readPreference=secondary&readPreferenceTags=is:behind"


@pytest.fixture(scope="module")
def behind(members: ReplicaSet) -> Mongod:
    """The secondary that falls behind; it alone has a tag."""
    member = members.secondaries()[0]
    with members.primary().client(directConnection=True) as client:
        stated = client.admin.command("replSetGetConfig")["config"]
        for each in stated["members"]:
            each["tags"] = {"is": "behind"} if each["host"] == member.address else {}
            each["priority"] = 0 if each["host"] == member.address else 1
        client.admin.command("replSetReconfig", {**stated, "version": stated["version"] + 1})
    return member


@pytest.fixture
def config(members: ReplicaSet, behind: Mongod, tmp_path: Path) -> Iterator[Config]:
    uri = SecretUri(members.uri + READS_FROM_IT)
    config = Config(mongo_uri=uri, mongo_database=f"behind-{tmp_path.name}"[:60], home=tmp_path)
    yield config
    catch_up(behind)


def fall_behind(member: Mongod) -> None:
    """Keep a secondary from applying what it replicates, as a long write or a slow disk does."""
    with member.client(directConnection=True) as client:
        client.admin.command("fsync", 1, lock=True)


def catch_up(member: Mongod) -> None:
    with member.client(directConnection=True) as client:
        while client.admin.command("currentOp").get("fsyncLock"):
            client.admin.command("fsyncUnlock")


@pytest_asyncio.fixture
async def reader(config: Config, store: Store) -> AsyncIterator[Reader]:
    opened = await Reader.open(config)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def client(config: Config, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader wait for a secondary for as long as it takes, and never ask the primary instead."""
    monkeypatch.setattr(limits, "WAIT_SECONDS", PATIENCE_SECONDS)


@pytest_asyncio.fixture
async def bridge(store: Store, reader: Reader, client: httpx.AsyncClient, behind: Mongod) -> str:
    """The id of an article of three versions, which the secondary has; from then on it falls behind."""
    found = await Press(store).publish("swing-bridge-2026", BRIDGE)
    until(lambda: versions_on(behind, store) == 3, "the secondary is to have what it is to be behind")
    fall_behind(behind)
    await Press(store).publish("lock-gate-2026", BRIDGE)
    return found


def versions_on(member: Mongod, store: Store) -> int:
    with member.client(directConnection=True) as client:
        return client[store.db.name].versions.count_documents({})


def newscrawl(config: Config, *arguments: str) -> None:
    done = forked.run(arguments, env=environment(config), cwd=PROJECT_ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("patient")
async def test_reader_reads_from_the_secondary_and_crawls_from_the_primary(
    bridge: str, reader: Reader, store: Store, behind: Mongod
) -> None:
    assert (await reader.sources.profile("harbour", NOW)).articles == 1
    assert (await reader.export_scan.count("harbour"), await store.db.articles.count_documents({})) == (1, 2)
    assert versions_on(behind, store) == 3


async def test_what_is_hidden_is_never_shown_by_a_secondary_that_does_not_know_it(
    bridge: str, client: httpx.AsyncClient, config: Config, behind: Mongod
) -> None:
    pages = (f"/article/{bridge}", f"/article/{bridge}/2", f"/api/v1/articles/{bridge}", f"/article/{bridge}/1/2")
    assert [(await client.get(page)).status_code for page in pages] == [200] * len(pages)
    newscrawl(config, "hide", bridge, "--version", "2", "--reason", "court order")
    assert [(await client.get(page)).status_code for page in pages] == [200, 410, 200, 410]
    newscrawl(config, "hide", bridge, "--reason", "court order")
    assert [(await client.get(page)).status_code for page in pages] == [410] * len(pages)
    for page in ("/", "/first", "/changes.atom", "/search?q=bridge", "/api/v1/changes"):
        answer = await client.get(page)
        assert (answer.status_code, bridge in answer.text) == (200, False), page
    with behind.client(directConnection=True) as lagging:
        known = lagging[config.mongo_database].articles.find_one({"_id": bridge})
        assert known is not None
        assert "hidden" not in known


@pytest.mark.usefixtures("patient")
async def test_secondary_is_read_again_once_it_knows_what_is_hidden(
    bridge: str, reader: Reader, config: Config, behind: Mongod
) -> None:
    newscrawl(config, "hide", bridge, "--reason", "court order")
    assert list((await reader.taken_down()).articles) == [bridge]
    asked = asyncio.ensure_future(reader.articles.article(bridge))
    catch_up(behind)
    with pytest.raises(Hidden):
        await asked
    assert reader.replicas.is_replicated, "it answered, and no primary in its place"


async def test_what_an_operator_decided_is_seen_with_the_next_request(
    bridge: str, reader: Reader, config: Config
) -> None:
    assert (await reader.articles.pair(bridge, 2, 2))[0].retraction is None
    newscrawl(config, "retract", f"{bridge}/2", "--reason", "it was the crawler's error")
    await reader.taken_down()
    assert (await reader.articles.pair(bridge, 2, 2))[0].retraction is not None


async def test_export_that_is_under_way_leaves_out_what_is_taken_down(
    bridge: str, reader: Reader, config: Config
) -> None:
    words = " ".join(BRIDGE[0].paragraphs[0].split()[:4])
    newscrawl(config, "hide", bridge, "--passage", words, "--reason", "court order")
    texts = [view.version.article.paragraphs[0] async for view in reader.export_scan.texts(bridge)]
    assert texts
    assert [text for text in texts if words in text] == []
    newscrawl(config, "hide", bridge, "--reason", "court order")
    assert bridge not in [article.article_id async for article in reader.export_scan.articles()]


async def test_without_a_primary_there_is_no_answer_rather_than_an_old_one(
    bridge: str, client: httpx.AsyncClient, config: Config, members: ReplicaSet
) -> None:
    newscrawl(config, "hide", bridge, "--reason", "court order")
    members.step_down()
    answers = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not answers or answers[-1] != 410:
            answers.append((await client.get(f"/article/{bridge}")).status_code)
    assert set(answers) <= {410, 503}


async def test_reader_that_starts_after_a_takedown_waits_for_it(bridge: str, config: Config) -> None:
    newscrawl(config, "hide", bridge, "--reason", "court order")
    opened = await Reader.open(config)
    try:
        with pytest.raises(Hidden):
            await opened.articles.article(bridge)
    finally:
        await opened.close()


def test_the_manual_s_example_prints_what_it_says(members: ReplicaSet, config: Config) -> None:
    text = (PROJECT_ROOT / "docs" / "serving.md").read_text("utf-8")
    found = re.search(r"^```sh no-run\n((?:(?!```).*\n)*)```\n\n```text\n((?:(?!```).*\n)*)```", text, re.M)
    assert found is not None
    hosts, _, name = members.uri.removeprefix("mongodb://").partition("/?replicaSet=")
    command = found[1].replace("db1,db2,db3", hosts).replace("replicaSet=news", f"replicaSet={name}")
    environ = {**environment(config), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env=environ, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.stdout == found[2], done.stderr
