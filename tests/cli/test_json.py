"""`--json` of all commands, by the description of the command line: one value, with the keys that the manual lists."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from newscrawl.cli.main import app
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import Newsroom
from newscrawl.items import AccessToken, Channel, Extra, Finding, Hold, RunRecord, Subscription, Wanted
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import append as append_to_log
from newscrawl.notify.planning import plan
from newscrawl.store import Store
from tests.store.samples import HOUR, NOON, append, article, doubtful_page, first_version, head_of, next_version

from .conftest import environment, runner

SOURCE = "washpo"
# Commands without --json, and why.
LINES = "prints JSON lines without an option"
SENTENCE = "changes something and prints one sentence"
RUNS = "runs until it is stopped, and prints no data"
WITHOUT = {
    "date": LINES,
    "extract": LINES,
    "listing": LINES,
    "robots": LINES,
    "metrics": "prints the format of Prometheus",
    "worker": RUNS,
    "serve": RUNS,
    "demo": RUNS,
    "cluster shard": RUNS,
    "tokens add": "prints the token and nothing else",
    "tokens rotate": "prints the token and nothing else",
    "subscriptions feed": "prints the URL and nothing else",
    **dict.fromkeys(
        (
            "add-source", "alarms ack", "cluster export", "cluster import", "cluster rebase", "dismiss", "erase",
            "fixture add", "hide", "init", "log append", "log evidence", "log init", "log rotate", "notify",
            "outbox drop", "outbox retry", "pause", "quarantine confirm", "quarantine dismiss", "release", "retract",
            "subscriptions erase", "subscriptions pause", "subscriptions remove", "subscriptions resume",
            "tokens revoke", "unhide", "unpause",
        ),
        SENTENCE,
    ),
}  # fmt: skip


def commands(group: Any = None, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command, as the command line describes itself."""
    group = typer.main.get_command(app) if group is None else group
    for name, command in group.commands.items():
        words = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from commands(command, words)
        else:
            yield words, command


WITH_JSON = {name for name, command in commands() if any("--json" in each.opts for each in command.params)}


def test_every_command_that_prints_data_has_json() -> None:
    every = {name for name, _ in commands()}
    assert every - WITH_JSON - WITHOUT.keys() == set(), "give it --json (newscrawl/cli/options.py), or say why not"
    assert WITHOUT.keys() - (every - WITH_JSON) == set(), "it has --json, or there is no such command"


def documented() -> dict[str, tuple[str, set[str]]]:
    """Return what docs/json.md says that each command prints, and its keys."""
    rows = re.findall(r"^\| `newscrawl ([a-z -]+)` \| (.+?) \| (.+) \|$", _manual("json.md"), re.M)
    return {name: (kind, set(re.findall(r"`([a-z_0-9]+)`", keys))) for name, kind, keys in rows}


def _manual(page: str) -> str:
    return (PROJECT_ROOT / "docs" / page).read_text("utf-8")


def test_the_manual_lists_every_command_with_json() -> None:
    assert documented().keys() == WITH_JSON


@pytest.fixture
def archive(config: Config, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fill an archive with something of everything, in the environment of this process; return ids by their kind."""
    for name, value in environment(config).items():
        if name.startswith("NEWSCRAWL_"):
            monkeypatch.setenv(name, value)
    return asyncio.run(_filled(config))


async def _filled(config: Config) -> dict[str, str]:
    store = await Store.open(config)
    first = first_version(article("pier", "A", source=SOURCE))
    second = next_version(first, article("pier", "B", source=SOURCE), NOON + HOUR)
    third = next_version(second, article("pier", "C", source=SOURCE), NOON + 2 * HOUR)
    await append(store, first)
    await append(store, second)
    await store.append_version(third, expected=2, head=head_of(third), hold=Hold.MASS_CHANGE)
    await store.quarantine(doubtful_page(article("pier", "D", source=SOURCE)), "shrunk: to a fifth")
    await store.open_alarm(SOURCE, Finding("walled", "none could be read"), at=NOON)
    await store.add_token(AccessToken.create("a reader", datetime.now(UTC), None)[0])
    run = await store.start_run(RunRecord("4a5b", SOURCE, datetime.now(UTC)))
    await store.end_run(RunRecord("4a5b", SOURCE, run.started_at, ended_at=datetime.now(UTC), token=run.token))
    (entry,) = await store.quarantined()
    wanted = Wanted(include=frozenset({Extra.LATE}))
    channel = Channel("command", command=("true",))
    await store.add_subscription(Subscription("quay", channel, NOON - HOUR, "a token of its feed", wanted))
    await plan(store, NOON)
    await log_keys.create(store, config, "archive.example/log")
    await append_to_log(store, config)
    await store.close()
    return {"article": first.article_id, "entry": entry["_id"]}


# What each command is called with; {article} and {entry} are ids.
ARGUMENTS = {
    "status": "", "alarms list": "", "runs": "", "run": "4a5b", "sources": "", "history": "{article}",
    "diff": "{article}", "blame": "{article}", "recheck": "{article}", "explain": "{article}", "schedule": "",
    "policy fit": "", "quarantine list": "", "quarantine show": "{entry}", "held": "",
    "rebase": SOURCE + " --dry-run", "verify": "", "fixture check": SOURCE, "check": SOURCE, "export": "{folder}",
    "backup": "{folder}",
    "doctor": "", "cluster status": "", "cluster batches": "", "simulate": "--from-store",
    "tokens list": "", "subscribe": "pier --feed", "subscriptions list": "", "subscriptions test-match": "quay",
    "outbox list": "", "outbox deliver": "", "log status": "", "log export": "{folder}",
    "migrate": "",
}  # fmt: skip
CODES = {
    "status": 1,
    "doctor": 1,
    "verify": 1,
}  # an alarm is open; what the samples say of chains and payloads is invented
# Have a process of their own: below, in tests/sources, tests/jobs/test_importing.py and
# tests/store/backup/test_commands.py.
SEPARATE = {"crawl", "try", "watch", "backfill", "import", "restore"}


def test_arguments_are_known_for_every_command() -> None:
    assert ARGUMENTS.keys() | SEPARATE == WITH_JSON


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_a_command_prints_one_value_with_the_documented_keys(
    name: str, archive: dict[str, str], tmp_path: Path
) -> None:
    words = ARGUMENTS[name].format(**archive, folder=tmp_path / "export").split()
    result = CliRunner().invoke(app, [*name.split(), *words, "--json"])
    assert result.exit_code in (0, CODES.get(name, 0)), (result.exception, result.stderr)
    value = json.loads(result.stdout)
    kind, keys = documented()[name]
    assert isinstance(value, list if kind.startswith("a list") else dict)
    # There is no batch; the keys are names of sources; `run` has a test of its own.
    if name not in ("cluster batches", "policy fit", "run"):
        (row, *_) = value if isinstance(value, list) else (value,)
        further = documented()["quarantine list"][1] if name == "quarantine show" else set()
        assert row.keys() == keys | further


def test_status_of_a_source_has_the_keys_that_its_page_lists(archive: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["status", SOURCE, "--json"])
    table = _manual("status.md").partition("## Keys of the JSON")[2].partition("`newscrawl run ID --json`")[0]
    listed = {key for row in re.findall(r"^\| (`.+?) \|", table, re.M) for key in re.findall(r"`([a-z_]+)`", row)}
    assert json.loads(result.stdout).keys() == listed


def test_run_has_the_keys_that_its_page_lists(archive: dict[str, str]) -> None:
    value = json.loads(CliRunner().invoke(app, ["run", "4a5b", "--json"]).stdout)
    table = _manual("status.md").partition("`newscrawl run ID --json`")[2].partition("## What can go wrong")[0]
    listed = {key for row in re.findall(r"^\| (`.+?) \|", table, re.M) for key in re.findall(r"`([a-z_]+)`", row)}
    assert value.keys() == listed | documented()["runs"][1]


@pytest.mark.parametrize("name", ["crawl", "try"])
def test_commands_that_ask_a_server_print_one_value_too(name: str, config: Config, newsroom: Newsroom) -> None:
    address = newsroom.base.removeprefix("http://")
    values = {slot: getattr(config, slot) for slot in Config.__slots__}
    run = runner(Config(**{**values, "egress_allow": (address,)}))
    url = f"{newsroom.base}/2026/03/lorn-bridge-to-close-for-repairs-10101"
    words = ("demo", "-a", f"base={newsroom.base}") if name == "crawl" else (url, "--source", "demo")
    done = run(name, *words, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout).keys() == documented()[name][1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "washpp"), 2), (("run", "zzz"), 1), (("history", "https://a.example/none"), 1),
        (("quarantine", "show", "zzz"), 1), (("rebase", "washpp"), 2), (("runs", "--limit", "0"), 2),
        (("recheck", "--source", "washpp"), 1), (("diff",), 2),
    ],
)  # fmt: skip
def test_an_error_is_said_in_words_and_standard_output_stays_empty(
    words: tuple[str, ...], code: int, config: Config
) -> None:
    done = runner(config)(*words, "--json")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.strip()
