"""Import invented pages into a real MongoDB: `python -m benchmarks.import_bench [--captures 600] [--skipped 5000]`.

Prints captures per CPU second (user and system, of the import and of the processes that read its pages, mongod apart):
those that are recorded, a third each first sights, unchanged pages and edits; and those that belong to no source.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=600)
    parser.add_argument("--skipped", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mongod = embedded.join(folder / "mongo")
        try:
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
