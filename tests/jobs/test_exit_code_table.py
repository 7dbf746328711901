"""The table of docs/exit-codes.md, row by row, over real processes; the run record says the same (promise P7)."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pytest
from pymongo import MongoClient

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import pages
from newscrawl.demo.articles import articles
from newscrawl.items import RunRecord
from newscrawl.store import Store
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

from .archive import with_store
from .gazette import Answer, Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

T = TypeVar("T")
HTML = {"Content-Type": "text/html; charset=utf-8"}
NAMES = [f"story-{n}" for n in range(101, 107)]
DEFECT = """
from newscrawl.cli import main as command
import sys
main = sys.modules[command.__module__]
main.app = lambda: 1 / 0
command()
"""


def answers(status: int, text: str = "<h1>No</h1>", **headers: str) -> Callable[[Mapping[str, str]], Answer]:
    return lambda _: (status, HTML | headers, text)


@dataclass
class Office:
    """A paper of six articles, and the command that watches it."""

    driver: CrawlDriver
    gazette: Gazette
    defect: ClassVar[str] = DEFECT  # a program that is the command with a defect

    module: ClassVar[str] = "newscrawl"

    def words(self, *arguments: str) -> list[str]:
        return list(arguments)

    def command(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return forked.run(self.words(*arguments), env=self.driver.environ() | environ, module=self.module)

    def crawl(self, *arguments: str, **environ: str) -> int:
        """Return the code of a crawl, which its report and its run record must repeat."""
        done = self.command("crawl", "demo", "-a", f"base={self.gazette.base}", "--json", *arguments, **environ)
        report: dict[str, Any] = json.loads(done.stdout)
        assert report["exit_code"] == done.returncode, done.stderr
        if run := self.stored(lambda store: store.runs("demo", 1)):
            assert (run[0].exit_code, run[0].reason) == (done.returncode, report["reason"])
        return done.returncode

    def stored(self, action: Callable[[Store], Awaitable[T]]) -> T:
        return with_store(self.driver.config, action)

    def refuse(self, *names: str, status: int = 403) -> None:
        self.gazette.overrides |= dict.fromkeys(names, answers(status))


def dead_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# What is done, by what must come of it. Each takes an office whose paper is in order.


def good(office: Office) -> int:
    return office.crawl()


def tolerated(office: Office) -> int:
    office.refuse(*NAMES[:2])
    return office.crawl("--fail-on", "3")


def our_own_budget(office: Office) -> int:
    return office.crawl(NEWSCRAWL_HOST_REQUESTS_PER_HOUR="5")


def our_own_obedience(office: Office) -> int:
    office.gazette.overrides["/robots.txt"] = answers(
        200, "User-agent: *\nDisallow: /2026/", **{"Content-Type": "text/plain"}
    )
    return office.crawl()


def withdrawn(office: Office) -> int:
    assert office.crawl() == 0
    office.refuse(*NAMES, status=410)
    return office.crawl(NEWSCRAWL_POLICY="fixed:minutes=1")


def forbidden(office: Office) -> int:
    office.refuse(NAMES[0])
    return office.crawl()


def too_many(office: Office) -> int:
    office.refuse(NAMES[0], status=429)
    return office.crawl()


def broken_server(office: Office) -> int:
    office.refuse(NAMES[0], status=503)
    return office.crawl()


def bot_wall(office: Office) -> int:
    office.gazette.overrides[NAMES[0]] = answers(200, pages.bot_wall(articles()[0]))
    return office.crawl()


def doubtful_page(office: Office) -> int:
    office.gazette.overrides[NAMES[0]] = answers(200, pages.consent())
    return office.crawl()


def consent_everywhere(office: Office) -> int:
    office.gazette.overrides = dict.fromkeys(NAMES, answers(200, pages.consent()))
    return office.crawl("--fail-on", "0")


def wall_everywhere(office: Office) -> int:
    office.gazette.overrides = dict.fromkeys(NAMES, answers(200, pages.bot_wall(articles()[0])))
    return office.crawl("--fail-on", "0")


def error_everywhere(office: Office) -> int:
    office.refuse(*NAMES, status=500)
    return office.crawl("--fail-on", "100")


def host_that_is_down(office: Office) -> int:
    port = dead_port()
    done = office.command(
        "crawl", "demo", "-a", f"base=http://127.0.0.1:{port}", "--fail-on", "0", "--json",
        NEWSCRAWL_EGRESS_ALLOW=f"127.0.0.1:{port}",
    )  # fmt: skip
    assert any("refused" in message for message in json.loads(done.stdout)["errors"])
    return done.returncode


def unknown_name(office: Office) -> int:
    return office.command("history", "https://paper.example/never-seen").returncode


def open_alarm(office: Office) -> int:
    office.refuse(*NAMES)
    office.crawl()
    return office.command("status").returncode


def unknown_source(office: Office) -> int:
    return office.command("crawl", "demmo").returncode


def bad_variable(office: Office) -> int:
    return office.command("crawl", "demo", NEWSCRAWL_DELAY_SECONDS="quick").returncode


def lease_held(office: Office) -> int:
    now = datetime.now(UTC)
    other = RunRecord(run_id="other", source="demo", started_at=now, host="harbour", pid=7)
    office.stored(lambda store: store.start_run(other))
    done = office.command("crawl", "demo", "-a", f"base={office.gazette.base}", "--json")
    assert json.loads(done.stdout)["exit_code"] == done.returncode
    assert office.gazette.exchanges == []
    return done.returncode


def no_database(office: Office) -> int:
    uri = f"mongodb://127.0.0.1:{dead_port()}/"
    return office.command("crawl", "demo", NEWSCRAWL_MONGO_URI=uri, NEWSCRAWL_MONGO_TIMEOUT_SECONDS="0.5").returncode


def newer_database(office: Office) -> int:
    name = f"{office.driver.config.mongo_database[:50]}-future"
    with MongoClient[dict[str, Any]](office.driver.config.mongo_uri) as client:
        client[name].meta.insert_one({"_id": "schema", "version": 999})
        try:
            return office.command("crawl", "demo", NEWSCRAWL_MONGO_DATABASE=name).returncode
        finally:
            client.drop_database(name)


def alarm_that_counts(office: Office) -> int:
    office.refuse(*NAMES)
    return office.crawl("--fail-on-drift")


def stopped(office: Office) -> int:
    asked, sent = threading.Event(), threading.Event()

    def held(headers: Mapping[str, str]) -> Answer:
        asked.set()
        sent.wait(PATIENCE_SECONDS)
        return 200, HTML, "<h1>Slow</h1>"

    names = [f"slow-{n}" for n in range(200, 400)]
    office.gazette.overrides, office.gazette.listed = dict.fromkeys(names, held), dict.fromkeys(names, "")
    command = [sys.executable, "-m", office.module, *office.words("crawl", "demo", "-a", f"base={office.gazette.base}")]
    with subprocess.Popen(command, env=office.driver.environ(), cwd=PROJECT_ROOT, stderr=subprocess.DEVNULL) as process:
        assert asked.wait(PATIENCE_SECONDS), "an article is to be asked for"
        process.send_signal(signal.SIGTERM)
        sent.set()
        code = process.wait(PATIENCE_SECONDS)
    (run,) = office.stored(lambda store: store.runs("demo", 1))
    assert (run.reason, run.exit_code) == ("shutdown", code)
    return code


def defect(office: Office) -> int:
    done = subprocess.run(
        [sys.executable, "-c", office.defect],
        env=office.driver.environ(),
        cwd=PROJECT_ROOT,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert len(list((office.driver.config.home / "reports").iterdir())) == 1
    return done.returncode


TABLE: tuple[tuple[int, Callable[[Office], int]], ...] = (
    (0, good),
    (0, tolerated),
    (0, our_own_budget),
    (0, our_own_obedience),
    (0, withdrawn),
    (0, doubtful_page),
    (1, forbidden),
    (1, too_many),
    (1, broken_server),
    (1, bot_wall),
    (1, consent_everywhere),
    (1, wall_everywhere),
    (1, error_everywhere),
    (1, host_that_is_down),
    (1, unknown_name),
    (1, open_alarm),
    (2, unknown_source),
    (2, bad_variable),
    (3, lease_held),
    (4, no_database),
    (5, newer_database),
    (6, alarm_that_counts),
    (7, stopped),
    (70, defect),
)


@pytest.fixture
def office(gazette_driver: CrawlDriver, gazette: Gazette) -> Office:
    gazette.articles = {name: [f"This is what {name} tells."] for name in NAMES}
    gazette.listed = dict.fromkeys(NAMES, "")
    return Office(gazette_driver, gazette)


@pytest.mark.parametrize(("code", "case"), TABLE, ids=[f"{code}-{case.__name__}" for code, case in TABLE])
def test_process_ends_with_the_code_that_the_table_gives(
    office: Office, code: int, case: Callable[[Office], int]
) -> None:
    assert case(office) == code


def test_every_row_of_the_table_is_shown(config: Config) -> None:
    text = (PROJECT_ROOT / "docs" / "exit-codes.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| ", text.partition("\n## ")[0], re.M)
    assert [int(row) for row in rows] == sorted({code for code, _ in TABLE})
