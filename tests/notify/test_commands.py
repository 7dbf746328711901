"""Subscriptions and the outbox by command: what is secret is printed once or never, and exit codes tell."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner, Result

from newscrawl.cli.main import app
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.notify import files
from newscrawl.store import Store
from tests.cli.conftest import environment
from tests.notify.receivers import Receiver, edited

T = TypeVar("T")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(config: Config, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process; return its exit code and what it printed, its error included."""
    for name, value in environment(replace(config, egress_allow=(receiver.host,))).items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str) -> tuple[int, str]:
        done: Result = CliRunner().invoke(app, list(arguments))
        if isinstance(done.exception, NewscrawlError):
            return done.exception.exit_code, str(done.exception)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return call


def with_store(config: Config, action: Callable[[Store], Awaitable[T]]) -> T:
    async def call() -> T:
        store = await Store.open(config)
        try:
            return await action(store)
        finally:
            await store.close()

    return asyncio.run(call())


def subscribe(run: Run, receiver: Receiver, *options: str) -> str:
    code, printed = run("subscribe", "quay", "--webhook", receiver.url, *options)
    assert code == 0, printed
    return printed


def test_a_webhook_is_subscribed_tested_and_delivered_to(run: Run, config: Config, receiver: Receiver) -> None:
    printed = subscribe(run, receiver, "--source", "courier", "--min-significance", "50")
    assert len(re.findall(r"whsec_\S+", printed)) == 1
    assert run("notify", "--test", "quay")[0] == 0
    assert json.loads(receiver.requests[0].body)["type"] == "newscrawl.test"
    with_store(config, lambda store: edited(store, "quay", datetime.now(UTC)))
    code, printed = run("outbox", "deliver", "--json")
    assert (code, json.loads(printed)) == (0, {"sent": 1, "failed": 0, "withdrawn": 0, "dead": 0})
    assert len(receiver.requests) == 2


def test_what_is_secret_is_in_no_list(run: Run, receiver: Receiver) -> None:
    secret = re.search(r"whsec_\S+", subscribe(run, receiver))
    assert secret is not None
    assert run("subscribe", "mail", "--apprise", "mailto://ada:hunter2@mail.example")[0] == 0
    assert run("subscribe", "chat", "--apprise", "slack://TokenAAAA/TokenBBBB/TokenCCCC")[0] == 0
    for command in (("subscriptions", "list"), ("subscriptions", "list", "--json"), ("outbox", "list", "--all")):
        code, printed = run(*command)
        assert code == 0
        for hidden in (secret[0], "hunter2", "hooks/quay", "TokenAAAA", "TokenBBBB"):
            assert hidden not in printed


def test_a_failing_channel_says_so_and_can_be_retried_and_dropped(run: Run, config: Config, receiver: Receiver) -> None:
    subscribe(run, receiver)
    receiver.status = 500
    code, printed = run("notify", "--test", "quay")
    assert (code, "status 500" in printed) == (1, True)
    with_store(config, lambda store: edited(store, "quay", datetime.now(UTC)))
    assert run("outbox", "deliver")[0] == 1
    assert json.loads(run("outbox", "list", "--json")[1])[0]["error"] == "status 500"
    receiver.status = 200
    assert run("outbox", "retry", "quay") == (0, "1 to be tried again\n")
    assert run("outbox", "deliver")[0] == 0
    assert run("outbox", "list") == (0, "nothing waits\n")
    with_store(config, lambda store: edited(store, "pier", datetime.now(UTC)))
    receiver.status = 500
    run("outbox", "deliver")
    key = json.loads(run("outbox", "list", "--json")[1])[0]["key"]
    assert run("outbox", "drop", key) == (0, "1 dropped\n")
    assert run("outbox", "drop", "nosuch")[0] == 1


def test_what_a_subscription_would_match_is_tried_on_what_there_is(
    run: Run, config: Config, receiver: Receiver
) -> None:
    subscribe(run, receiver, "--words", "shut", "--words-in", "added")
    assert run("subscribe", "none", "--feed", "--words", "lighthouse-keeper")[0] == 0
    edit = with_store(config, lambda store: edited(store, "quay", datetime.now(UTC)))
    code, printed = run("subscriptions", "test-match", "quay", "--json")
    assert (code, [row["article_id"] for row in json.loads(printed)]) == (0, [edit.article_id])
    assert run("subscriptions", "test-match", "none")[0] == 1


def test_nothing_that_happens_in_a_pause_is_announced(run: Run, config: Config, receiver: Receiver) -> None:
    subscribe(run, receiver)
    assert run("subscriptions", "pause", "quay")[0] == 0
    with_store(config, lambda store: edited(store, "quay", datetime.now(UTC)))
    assert run("subscriptions", "resume", "quay")[0] == 0
    assert run("outbox", "deliver")[0] == 0
    assert receiver.requests == []
    assert run("subscriptions", "remove", "quay") == (0, "quay removed\n")
    assert run("subscriptions", "remove", "quay")[0] == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--feed", "--kind", "nubmers"), "did you mean numbers?"),
        (("--words", "x"), "states no channel"),
        (("--feed", "--every", "hour"), "must be one of change, day, week"),
        (("--webhook", "ftp://x.example"), "https://"),
    ],
)
def test_options_that_are_not_valid_exit_with_2(run: Run, options: tuple[str, ...], reason: str) -> None:
    code, printed = run("subscribe", "quay", *options)
    assert code == 2
    assert reason in printed
    assert run("subscriptions", "list")[1] == "no subscription; `newscrawl subscribe` makes one\n"


def test_names_are_given_once_and_those_of_the_file_belong_to_it(
    run: Run, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(run, receiver)
    assert run("subscribe", "quay", "--feed")[0] == 2
    path = tmp_path / "subscriptions.toml"
    path.write_text("[subscriptions.pier]\nfeed = true\n", "utf-8")
    monkeypatch.setattr(files, "project_file", lambda: path)
    assert run("subscriptions", "list")[0] == 0
    code, printed = run("subscriptions", "remove", "pier")
    assert (code, "subscriptions.toml" in printed) == (2, True)
    path.write_text("[subscriptions.quay]\nfeed = true\n", "utf-8")
    code, printed = run("subscriptions", "list")
    assert (code, "made by a command" in printed) == (2, True)
