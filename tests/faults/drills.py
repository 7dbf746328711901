"""A drill: a paper that was crawled well breaks, and whoever is on call does what newscrawl says until all is well."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawl.config import PROJECT_ROOT

from .archive import Archive, Histories
from .drill_paper import NAME, NUMBERS, Paper
from .drill_receivers import OnCall
from .waiting import PATIENCE_SECONDS

Row = dict[str, Any]
FOUND = 6  # the exit code of --fail-on-drift; without it, doubtful pages wait in quarantine and the code is 0


class Drill:
    """An archive of the paper, and the commands of whoever is on call."""

    def __init__(self, archive: Archive, paper: Paper, on_call: OnCall) -> None:
        self.archive = archive
        self.paper = paper
        # Of all commands, without NEWSCRAWL_.
        self.environ = {"EGRESS_ALLOW": f"{paper.site.netloc},{on_call.egress}"}
        self._on_call = on_call
        self._histories: Histories = {}
        self._alarm: Row = {}

    def begin(self) -> None:
        """Crawl the whole paper, and once more after everything was due again; have alarms announced."""
        self._on_call.subscribe(self.archive, **self.environ)
        assert self.crawl()["outcomes"] == {"new": len(NUMBERS)}
        assert self.crawl()["outcomes"] == {"unchanged": len(NUMBERS)}
        assert self.status()["state"] == "good"
        self._histories = self.archive.histories()
        assert [len(versions) for versions in self._histories.values()] == [1] * len(NUMBERS)

    def breaks(self, code: int, kind: str, message: str) -> Row:
        """Crawl the broken paper: an exit code, a line of the overview and an alarm, which is returned; no version."""
        report = self.crawl(code, *(("--fail-on-drift",) if code == FOUND else ()))
        status = self.status(1)
        assert (status["state"], status["cause"]) == ("alarm", f"{kind}: {message}")
        (self._alarm,) = self.alarms()
        shown = {name: self._alarm[name] for name in ("source", "kind", "state", "message", "command")}
        assert shown == {
            "source": NAME, "kind": kind, "state": "open", "message": message, "command": status["command"],
        }  # fmt: skip
        assert self._alarm["evidence"]["run_id"] == report["run_id"]
        assert any(url.startswith(self.paper.site.base) for url in self._alarm["evidence"]["examples"])
        assert (PROJECT_ROOT / self._alarm["runbook"]).is_file()
        self.assert_nothing_recorded()
        self.announced("alarm_opened", self._alarm)
        return self._alarm

    def mended(self) -> None:
        """Crawl the mended paper: all is read, the alarm is resolved, nothing was recorded that did not happen."""
        report = self.crawl()
        assert report["outcomes"] == {"unchanged": len(NUMBERS)}
        self.is_well()

    def is_well(self) -> None:
        assert (self.status()["state"], self.alarms()) == ("good", [])
        past = {alarm["id"]: alarm["state"] for alarm in self.alarms("--all")}
        assert past[self._alarm["id"]] == "resolved"
        self.announced("alarm_resolved", self._alarm)
        self.assert_nothing_recorded()

    def announced(self, kind: str, alarm: Row) -> None:
        """Wait until whoever is on call has been sent that an alarm was opened or resolved, by mail and webhook."""
        self._on_call.expect(self.archive, kind, alarm["source"], alarm["kind"], **self.environ)

    def assert_nothing_recorded(self) -> None:
        """Every article still has its one version: nobody edited it. A rebase is our doing, and said to be."""
        now = self.archive.histories()
        edits = {key: [v for v in versions[1:] if v[2] != "rebase"] for key, versions in now.items()}
        assert not any(edits.values()), edits
        assert {key: versions[:1] for key, versions in now.items()} == self._histories

    def crawl(self, code: int = 0, *options: str) -> Row:
        """Crawl once everything is due again; returns the report."""
        self.archive.make_due()
        done = self.archive.crawl(NAME, *options, good=(code,), **self.environ)
        report: Row = done.json
        assert report["exit_code"] == code
        return report

    def round(self, code: int) -> Row:
        """Crawl what is due, as a timer does, once everything is and the host's rest is over; returns the report."""
        self.pass_rest()
        self.archive.make_due()
        self.archive.make_source_due(NAME)
        done = self.archive.crawl("--due", good=(code,), **self.environ)
        (report,) = done.json
        return dict(report)

    def pass_rest(self) -> None:
        """Let the back-off of hosts end, as time would."""
        past = {"$set": {"rests_until": datetime.now(UTC) - timedelta(seconds=1)}}
        self.archive.ask(lambda store: store.db.hosts.update_many({"rests_until": {"$ne": None}}, past))

    def status(self, code: int = 0) -> Row:
        """Return the line of the paper in `newscrawl status`."""
        done = self.archive.run("status", "--json", **self.environ)
        assert done.code == code, done.told()
        (row,) = [row for row in done.json if row["source"] == NAME]
        return dict(row)

    def alarms(self, *options: str) -> list[Row]:
        done = self.archive.run("alarms", "list", *options, "--json", **self.environ)
        assert done.code == 0, done.told()
        return list(done.json)

    def shell(self, command: str, code: int) -> str:
        """Run a command as it was printed; returns what it prints."""
        environ = self.archive.environment(**self.environ)
        environ["PATH"] = f"{Path(sys.executable).parent}:{environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.archive.project.root,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == code, done.stdout
        return done.stdout
