"""Killed between any steps of a reader's subscription, nothing is lost, and nothing but a question comes before a yes.

The question may come twice where its sender was killed after the server took it: then with the same Message-ID.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.store import Store
from tests.cli.conftest import environment
from tests.cli.test_serve import get, served
from tests.faults.processes import Process
from tests.faults.waiting import until
from tests.notify.receivers import Mailbox, edited, mail_server
from tests.store.samples import HOUR, SOURCE

pytestmark = pytest.mark.slow
ROOT = "https://reader.example"
ADDRESS = "ada@paper.example"
T = TypeVar("T")
# What a worker does beside its crawls: it has all sources, and these tests have no newspaper for it.
RESIDENT = """
import asyncio
from newscrawl import logs
from newscrawl.config import Config
from newscrawl.jobs.announcing import Announcer

config = Config.from_env()
logs.install(config.log_format, config.log_level)
asyncio.run(Announcer(config).run())
"""


class Trap(Mailbox):
    """A mail server that may kill who sends, before it takes a mail or after."""

    victim: Process | None = None
    is_before = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.victim is not None and self.is_before:
            self.victim.kill()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None and not self.is_before:
            os.kill(self.victim.pid, signal.SIGKILL)
        return answer


class Town:
    """An archive, the processes over it, and all that they logged."""

    def __init__(self, config: Config, folder: Path, box: Trap, port: int) -> None:
        self.config, self.folder, self.box = config, folder, box
        self.environ = {
            "NEWSCRAWL_SERVE_SUBSCRIBE": "mail",
            "NEWSCRAWL_PUBLIC_URL": ROOT,
            "NEWSCRAWL_MAIL_URL": f"smtp://127.0.0.1:{port}/?from=archive@reader.example",
            "NEWSCRAWL_LOG_LEVEL": "DEBUG",
        }

    def stored(self, action: Callable[[Store], Awaitable[T]]) -> T:
        async def call() -> T:
            store = await Store.open(self.config)
            try:
                return await action(store)
            finally:
                await store.close()

        return asyncio.run(call())

    def served_until_killed(self, *steps: Callable[[str], object]) -> list[object]:
        """Serve for some requests, and kill the reader at once after the last one was answered."""
        with served(self.config, self.folder, "--workers", "1", **self.environ) as (_, base):
            return [step(base) for step in steps]

    def start(self, *words: str) -> Process:
        return self.start_python("-m", "newscrawl", *words)

    def start_python(self, *words: str) -> Process:
        command = [sys.executable, *words]
        environ = environment(self.config) | self.environ
        return Process.start(command, cwd=PROJECT_ROOT, environ=environ, folder=self.folder)

    def announce_resident(self) -> None:
        """Announce as a resident worker does, with its log lines, until a mail was taken and noted; then kill it."""
        before = len(self.box.mails)
        process = self.start_python("-c", RESIDENT)
        try:
            until(lambda: "decision=announced " in process.err or process.code is not None, "a mail is to be sent")
        finally:
            process.kill()
        assert len(self.box.mails) == before + 1, process.told()
        self.stored(self._forget_who_was_killed)

    def deliver(self, kill: str = "") -> list[str]:
        """Deliver in a process of its own; return the identity of each mail that was taken meanwhile."""
        before = len(self.box.mails)
        process = self.start("outbox", "deliver")
        self.box.is_before, self.box.victim = kill == "before", process if kill else None
        code = process.wait()
        self.box.victim = None
        assert code == (-signal.SIGKILL if kill else 0), process.told()
        self.stored(self._forget_who_was_killed)
        return [str(mail["message-id"]) for mail in self.box.mails[before:]]

    @staticmethod
    async def _forget_who_was_killed(store: Store) -> None:
        """As after two minutes: lanes of the dead are free."""
        await store.db.outbox_lanes.update_many({}, {"$unset": {"token": "", "until": ""}})

    def edit(self, name: str) -> None:
        self.stored(lambda store: edited(store, name, datetime.now(UTC)))

    def logged(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in self.folder.iterdir() if path.is_file())


def post(url: str, fields: dict[str, str]) -> int:
    request = urllib.request.Request(url, urlencode(fields).encode(), {"sec-fetch-site": "same-origin"})  # noqa: S310
    with urllib.request.urlopen(request) as response:  # noqa: S310  our own server
        return int(response.status)


def ask(base: str) -> str:
    """Send the form; return its token."""
    path = f"{base}/subscribe?source={SOURCE}"
    [token] = re.findall(r'name="token" value="([^"]+)"', get(path).read().decode())
    assert post(path, {"token": token, "address": ADDRESS, "every": "change", "least": "0"}) == 200
    return token


def test_a_subscription_survives_kills_of_both_processes_between_its_steps_and_its_tokens_are_in_no_log(
    config: Config, tmp_path: Path
) -> None:
    folder, box = tmp_path / "logs", Trap()
    folder.mkdir()
    with ExitStack() as stack:
        town = Town(config, folder, box, stack.enter_context(mail_server(box)))
        town.stored(lambda store: edited(store, "old", datetime.now(UTC) - 3 * HOUR))
        [form_token] = town.served_until_killed(ask)
        town.edit("before")  # of this nobody may hear, as nobody has confirmed
        assert town.deliver(kill="before") == []
        [question] = town.deliver(kill="after")
        assert town.deliver() == [question], "taken, and not noted as sent: it is repeated as the same mail"
        assert town.deliver() == []
        assert {mail["subject"] for mail in box.mails} == {"Please confirm your subscription"}
        texts = [mail.get_content() for mail in box.mails]
        confirming = [re.findall(rf"{ROOT}(/subscribe/confirm/\S+)", text)[0] for text in texts]
        ending = str(box.mails[0]["list-unsubscribe"]).strip("<>").replace(" ", "").removeprefix(ROOT)
        # The first of both: whoever has two mails may use either.
        assert town.served_until_killed(lambda base: post(base + confirming[0], {})) == [200]
        assert town.stored(lambda store: store.opt_in_counts()) == (1, 0)
        town.edit("quay")
        assert town.deliver(kill="before") == []
        [announcement] = town.deliver(kill="after")
        assert town.deliver() == [announcement]
        assert town.deliver() == []
        town.edit("bridge")
        town.announce_resident()
        lists = [("outbox", "list", "--all"), ("subscriptions", "list"), ("outbox", "list", "--all", "--json"),
                 ("subscriptions", "list", "--json")]  # fmt: skip
        for words in lists:
            process = town.start(*words)
            assert process.wait() == 0, process.told()
            assert "reader-" in process.out
        town.edit("pier")
        ended = town.served_until_killed(lambda base: get(base + ending).status, lambda base: post(base + ending, {}))
        assert ended == [200, 200]
        assert town.deliver() == []

        async def left(store: Store) -> list[int]:
            return [await store.db[name].count_documents({}) for name in ("subscriptions", "outbox", "outbox_lanes")]

        assert town.stored(left) == [0, 0, 0]
        logged = town.logged()
        assert "newscrawl reader on" in logged
        assert "decision=announced subscription=reader-" in logged
        secrets = [form_token, ending, *confirming]
        assert [each for each in secrets if each.rpartition("/")[2].rpartition(".")[2] in logged] == []
        assert ADDRESS not in logged
