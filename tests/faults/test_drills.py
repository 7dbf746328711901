"""The eight drills of docs/runbook-….md: a paper breaks, and what newscrawl says leads to the cause and out of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.fetch.browser import NAMES as CHROMIUM
from tests.conftest import missing
from tests.hostile.certificates import Authority, address

from .behaviours import refusing, saying, slow
from .conftest import MakeArchive
from .drill_paper import NEW_RULES, NUMBERS, Paper, classic, drawn_by_script, emptied, redesigned, served_as
from .drill_receivers import OnCall, on_call
from .drills import Drill
from .project import Project
from .world import World

pytestmark = pytest.mark.slow

SLOW_SECONDS = 3.0


@pytest.fixture
def paper(world: World, project: Project) -> Paper:
    return Paper(world, project)


@pytest.fixture
def person(world: World) -> Iterator[OnCall]:
    with on_call(world) as opened:
        yield opened


@pytest.fixture
def drill(paper: Paper, make_archive: MakeArchive, person: OnCall) -> Drill:
    begun = Drill(make_archive(), paper, person)
    begun.begin()
    return begun


def test_feed_gone(drill: Drill, paper: Paper) -> None:
    paper.drop_feed()
    alarm = drill.breaks(1, "failing", "1 listing requested, none could be read (http_404 ×1)")
    assert alarm["evidence"]["unread"] == ["listings"]
    shown = drill.shell(alarm["command"], 1)
    assert "status: 404" in shown
    assert "articles: 0" in shown
    front = f"{paper.site.base}/"
    paper.write_source(feeds=(), sections=(front,))
    assert "articles: 6" in drill.shell(f"newscrawl try {front} --source courier", 0)
    drill.mended()


def test_wall(drill: Drill, paper: Paper) -> None:
    paper.spoil("all", "articles", by=refusing(403))
    alarm = drill.breaks(
        1,
        "walled",
        "6 pages requested, none could be read (http_403 ×6); 1 listing requested, none could be read (http_403 ×1)",
    )
    assert "status: 403" in drill.shell(alarm["command"], 1)
    paper.heal()  # the newspaper lets us in again, once it was asked
    drill.shell(alarm["command"], 0)
    drill.mended()


def test_server_errors_for_hours(drill: Drill, paper: Paper) -> None:
    paper.spoil("feed", "articles", by=refusing(500))
    alarm = drill.breaks(
        1,
        "walled",
        "4 pages requested, none could be read (http_500 ×4); 1 listing requested, none could be read (http_500 ×1)",
    )
    assert "status: 500" in drill.shell(alarm["command"], 1)
    before = len(paper.site.requests)
    drill.crawl()  # the host rests: nothing is requested, nothing fails, and the alarm stands
    assert len(paper.site.requests) == before
    assert drill.status(1)["cause"] == f"walled: {alarm['message']}"
    for _ in range(4):  # 5 minutes of rest, and after each failure twice as many
        assert drill.round(1)["outcomes"]["error"] == 1
    resting, walled = sorted(drill.alarms(), key=lambda each: str(each["kind"]))
    assert (resting["source"], resting["kind"]) == ("newscrawl", f"host_resting:{paper.site.host}")
    assert walled["id"] == alarm["id"]
    drill.announced("alarm_opened", resting)
    assert "status: 500" in drill.shell(resting["command"], 1)
    drill.assert_nothing_recorded()
    paper.heal()
    assert drill.round(0)["outcomes"] == {"unchanged": len(NUMBERS)}
    drill.announced("alarm_resolved", resting)
    drill.is_well()


def test_redesign(drill: Drill, paper: Paper) -> None:
    paper.spoil("articles", by=served_as(redesigned))
    alarm = drill.breaks(6, "layout_lost", "6 pages cannot be compared: no reader reads both it and its last version")
    assert "rules: generic" in drill.shell(alarm["command"], 0)
    paper.write_source(more=NEW_RULES)
    assert "rules: Design2027" in drill.shell(alarm["command"], 0)
    drill.mended()


def test_empty_body(drill: Drill, paper: Paper) -> None:
    paper.spoil("articles", by=served_as(emptied))
    paper.spoil(106, by=saying(""))  # not even a frame
    alarm = drill.breaks(1, "unreadable", "6 pages requested, none could be read (emptied ×5, empty ×1)")
    assert "paragraphs: 0" in drill.shell(f"newscrawl try {paper.site.url(106)} --source courier", 1)
    assert drill.shell("newscrawl quarantine list courier", 0).count("emptied: ") == 5
    drill.shell(alarm["command"], 1 if alarm["command"].endswith("106 --source courier") else 0)
    assert drill.crawl(1)["outcomes"] == {"quarantined": len(NUMBERS)}  # the same again proves no edit
    drill.assert_nothing_recorded()
    paper.heal()
    drill.mended()


def test_drawn_by_script(drill: Drill, paper: Paper) -> None:
    paper.publish_as_json()
    paper.spoil("articles", by=served_as(drawn_by_script))
    alarm = drill.breaks(1, "unreadable", "6 pages requested, none could be read (empty ×6)")
    assert "problem: empty" in drill.shell(alarm["command"], 1)
    if not any(map(shutil.which, CHROMIUM)):
        missing("Chromium is not installed")
    paper.write_source(options="rendered = True")
    assert "rules: Classic" in drill.shell(alarm["command"], 0)
    drill.mended()  # drawn, the texts are those of before


def test_slow(drill: Drill, paper: Paper) -> None:
    paper.spoil("feed", by=slow(SLOW_SECONDS))
    paper.spoil("articles", by=slow(SLOW_SECONDS, served_as(classic)))
    drill.environ["DOWNLOAD_TIMEOUT_SECONDS"] = "1"
    alarm = drill.breaks(
        1,
        "failing",
        "4 pages requested, none could be read (timeout ×4); 1 listing requested, none could be read (timeout ×1)",
    )
    assert "took longer than 1 seconds" in drill.shell(alarm["command"], 1)
    drill.environ["DOWNLOAD_TIMEOUT_SECONDS"] = "600"
    assert "rules: Classic" in drill.shell(alarm["command"], 0)
    drill.pass_rest()
    drill.mended()


def test_certificate_expired(
    world: World, project: Project, make_archive: MakeArchive, person: OnCall, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("valid", "courier", address("127.0.1.1"))
    paper = Paper(world, project, tls)
    assert paper.site.host == "127.0.1.1"
    drill = Drill(make_archive(environ={"SSL_CERT_FILE": str(authority.trusted)}), paper, person)
    drill.begin()
    authority.server("expired", "courier", address(paper.site.host), begins=-20, ends=-1)
    tls.load_cert_chain(tmp_path / "expired.pem")  # of connections from now on
    alarm = drill.breaks(
        1,
        "failing",
        "6 pages requested, none could be read (tls ×6); 1 listing requested, none could be read (tls ×1)",
    )
    assert "tls: CertificateError: certificate has expired" in drill.shell(alarm["command"], 1)
    tls.load_cert_chain(tmp_path / "valid.pem")  # they renew it
    drill.pass_rest()
    drill.mended()
