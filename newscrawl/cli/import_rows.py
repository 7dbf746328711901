"""What `newscrawl import` does with rows: exports of an archive, and texts without pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from newscrawl.cli.terminal import console, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.humanize import counted
from newscrawl.problems import meant

if TYPE_CHECKING:
    from newscrawl.archive.row_files import RowFile
    from newscrawl.jobs.import_rows import RowsReport

MAX_HOSTS = 10


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return a time zone by its name in the IANA database; raises ConfigError with a near one."""
    if name is None:
        return None
    if name not in available_timezones():
        raise ConfigError(
            f"--zone {name!r}: must be an IANA time zone such as Europe/Berlin{meant(name, available_timezones())}"
        )
    return ZoneInfo(name)


def run_import(
    files: list[RowFile], config: Config, progress: Callable[[str, int, int], None], *, adopts: bool, is_dry_run: bool,
    zone: ZoneInfo | None, reader: str | None,
) -> RowsReport:  # fmt: skip
    from newscrawl.jobs.import_rows import RowsPlan, import_rows

    plan = RowsPlan(files=files, adopts=adopts, is_dry_run=is_dry_run, zone=zone, reader=reader)
    return import_rows(plan, config, progress)


def print_report(report: RowsReport, *, is_dry_run: bool) -> None:
    out = console()
    out.print(
        f"{counted(report.files, 'file')}, {counted(report.rows, 'row')}: "
        f"{counted(sum(report.articles.values()), 'exported history', 'exported histories')}, "
        f"{counted(sum(report.texts.values()), 'text')} without pages, {counted(report.twins, 'duplicate')}, "
        f"{report.not_articles} of no articles, {report.unknown.total()} of unknown hosts",
        markup=False,
    )
    if report.dated_otherwise:
        out.print(
            f"{counted(report.dated_otherwise, 'text')} without the time of sight: "
            "that of modification or publication was taken",
            markup=False,
        )
    if is_dry_run:
        for source, count in report.articles.items():
            out.print(f"{source}: {counted(count, 'history', 'histories')} would be imported", markup=False)
        for source, count in report.texts.items():
            out.print(f"{source}: {counted(count, 'text')} would be imported", markup=False)
    for each in report.histories:
        said = f"{counted(each.versions, 'version')} of {counted(each.articles, 'article')} added; {each.known} known"
        out.print(f"{each.source}: {said}{_refused(each.refused)}", markup=False)
    for text in report.sources:
        said = f"{counted(text.versions, 'version')} added, without evidence; {text.unchanged} unchanged"
        said += f", {text.beside} beside the history" * bool(text.beside) + f", {text.known} known" * bool(text.known)
        out.print(f"{text.source}: {said}{_refused(text.refused)}", markup=False)
    for host, count in report.unknown.most_common(MAX_HOSTS):
        out.print(f"unknown host {safe(host)}: {counted(count, 'text')}", markup=False)
    if report.adopted:
        out.print(f"adopted: {', '.join(map(safe, sorted(report.adopted)))}", markup=False)
    for fault in report.faults:
        out.print(f"damaged: {safe(fault)}", markup=False)
    if report.damaged > len(report.faults):
        out.print(f"damaged: {report.damaged - len(report.faults)} more", markup=False)
    if report.is_interrupted:
        out.print("interrupted; run the same command again to go on", markup=False)


def _refused(reason: str) -> str:
    return f"; no more was imported: {safe(reason)}" if reason else ""
