"""Import invented pages into a real MongoDB: `python -m benchmarks.import_bench [--captures 600] [--skipped 5000]`.

With `--jobs 1,2` instead: captures of four sources in four files, by the command with so many processes, in seconds.

Prints captures per CPU second (user and system, of the import and of the processes that read its pages, mongod apart):
those that are recorded, a third each first sights, unchanged pages and edits; and those that belong to no source.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.line_bench import Served, page
from newscrawl import bounds
from newscrawl.config import Config
from newscrawl.jobs.importing import ImportPlan, ImportReport, import_captures
from newscrawl.store import embedded

START = datetime(2025, 3, 2, 7, 0, tzinfo=UTC)
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
PAPERS = ("ash", "birch", "cedar", "elm")
SPIDER = """
from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class Paper(NewsSpider):
    name = "{name}"
    publisher = "{name}"
    domains = ("{name}.example",)
    article_pattern = r"/council-\\d+$"
    feeds = ("https://{name}.example/feed",)

    class Classic2019(Rules):
        match = "body.classic"
        body = "div.story-body > p"
        drop = "p.read-more"
"""
EDITIONS = (Served(), Served(surroundings=1), Served(edition=1, surroundings=2))


def write(path: Path, host: str, captures: int) -> None:
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(captures):
            edition, article = divmod(number, -(-captures // len(EDITIONS)))
            record = writer.create_warc_record(
                f"http://{host}/2025/03/council-{article}",
                "response",
                payload=io.BytesIO(page(article, EDITIONS[edition])),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{START + timedelta(hours=edition):%Y-%m-%dT%H:%M:%SZ}"},
            )
            writer.write_record(record)


def cpu_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measured(path: Path, config: Config) -> tuple[ImportReport, float, float]:
    """Import a file; return the report, CPU seconds of all its processes, and seconds."""
    bounds.close()  # so that the processes that read pages have ended before and after, and count
    before, began = cpu_seconds(), time.monotonic()
    report = import_captures(ImportPlan(paths=[str(path)]), config, lambda *_: None)
    seconds = time.monotonic() - began
    bounds.close()
    return report, cpu_seconds() - before, seconds


def by_jobs(jobs: int, captures: int, skipped: int, folder: Path, uri: str) -> None:
    """Import with the command; print captures a second, and a CPU second of all its processes, mongod apart."""
    project = folder / f"project-{jobs}"
    (project / "spiders").mkdir(parents=True)
    (project / "scrapy.cfg").write_text("[settings]\ndefault = newscrawl.project_settings\n", "utf-8")
    (project / "sources.toml").write_text("shipped = []\n", "utf-8")
    (project / "spiders" / "__init__.py").write_text("", "utf-8")
    for name in PAPERS:
        (project / "spiders" / f"{name}.py").write_text(SPIDER.format(name=name), "utf-8")
    for what, count in (("recorded", captures), ("skipped", skipped)):
        files = project / what
        files.mkdir()
        for name in PAPERS:
            host = f"{name}.example" if what == "recorded" else f"unknown-{name}.example"
            write(files / f"{name}.warc.gz", host, count // len(PAPERS))
        command = [sys.executable, "-m", "newscrawl", "import", str(files), "--json", "--jobs", str(jobs)]
        variables = {
            **os.environ, "NEWSCRAWL_MONGO_URI": uri, "NEWSCRAWL_MONGO_DATABASE": f"bench-{os.getpid()}-{jobs}",
            "NEWSCRAWL_HOME": str(project / "home"), "PYTHONPATH": str(Path(__file__).parent.parent),
        }  # fmt: skip
        before, cpu, began = children(), cpu_seconds(), time.monotonic()
        done = subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, check=True)
        seconds = time.monotonic() - began
        for pid in children() - before:  # what the command left to us, so that it counts
            os.waitpid(pid, 0)
        cpu = cpu_seconds() - cpu
        versions = sum(each["versions"] for each in json.loads(done.stdout)["sources"])
        print(
            f"{what} with {jobs} jobs: {count / seconds:,.0f} captures a second, {count / cpu:,.0f} a CPU second "
            f"({count}, {seconds:.1f} s, {cpu:.1f} s of CPU time; {versions} versions)"
        )


def children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8").split()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=600)
    parser.add_argument("--skipped", type=int, default=5000)
    parser.add_argument("--jobs", type=lambda text: [int(each) for each in text.split(",")], default=[])
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mongod = embedded.join(folder / "mongo")
        try:
            for jobs in options.jobs:
                by_jobs(jobs, options.captures, options.skipped, folder, mongod.uri)
            if options.jobs:
                return
            config = Config(mongo_uri=mongod.uri, mongo_database=f"bench-{os.getpid()}", home=folder / "home")
            for what, host, captures in (
                ("recorded", "127.0.0.1:8765", options.captures),
                ("skipped", "unknown.example", options.skipped),
            ):
                write(folder / f"{what}.warc.gz", host, captures)
                report, cpu, seconds = measured(folder / f"{what}.warc.gz", config)
                counts = dict(report.sources[0].outcomes) if report.sources else dict(report.found.unknown)
                print(
                    f"{what}: {captures / cpu:,.0f} captures per CPU second ({captures}, {cpu:.1f} s of CPU time, "
                    f"{seconds:.1f} s): {counts}"
                )
        finally:
            mongod.leave()


if __name__ == "__main__":
    main()
