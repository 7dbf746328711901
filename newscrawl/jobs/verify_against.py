"""`verify --against`: the archive beside an export of it: tables, or captures whose pages are read again."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from newscrawl.archive.capture_index import CaptureIndex, IndexedCapture
from newscrawl.archive.collections import CollectionFile, collection_files
from newscrawl.archive.comparison import Comparison, compare_rows
from newscrawl.archive.export import STATE_FILE
from newscrawl.archive.exported_rows import typed
from newscrawl.archive.row_files import RowFile, rows, split_paths
from newscrawl.archive.row_index import RowIndex
from newscrawl.archive.tables import HISTORY, table_of
from newscrawl.bounded_reading import read_page
from newscrawl.config import Config
from newscrawl.errors import ConfigError, RecordingError, SpiderFileError
from newscrawl.fetch import FetchFailed
from newscrawl.fetch.recorded_captures import recorded_capture
from newscrawl.fetch.warc_reader import record_at
from newscrawl.items import Article, Capture, Version
from newscrawl.jobs.import_index import FileIndexer, Found
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.spider_loader import NoSuchSource
from newscrawl.spider import NewsSpider, reader_of
from newscrawl.store.documents import milliseconds
from newscrawl.store.reader import ArticleView, Hidden, Reader

Progress = Callable[[str, int, int], None]


async def verify_against(paths: Sequence[str], config: Config, progress: Progress) -> Comparison:
    """Compare the archive with exports; raises ConfigError for a path behind which there is none."""
    for text in paths:
        if not Path(text).exists():
            raise ConfigError(f"--against {text}: no such file or folder")
    found = Comparison()
    files, captures = split_paths(paths)
    states = _states(paths)
    with tempfile.TemporaryDirectory(prefix="newscrawl-verify-") as name:
        index = RowIndex(Path(name) / "rows.sqlite")
        try:
            counts = _index_rows(files, index, found, progress)
            reader = await Reader.open(config)
            try:
                await compare_rows(reader, index, found)
                if captures:
                    own = {state.parent for state in states}
                    job = _CaptureComparison(reader, found, config, Path(name), own)
                    counts += await job.run(captures, progress)
            finally:
                await reader.close()
        finally:
            index.close()
    _compare_counts(states, counts, found)
    if not found.versions and not found.captures and not states:
        raise ConfigError(f"--against {', '.join(paths)}: holds no export: no table of versions, and no captures")
    return found


def _states(paths: Sequence[str]) -> list[Path]:
    """Return the state files of exports: in folders and beside files."""
    found: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found |= set(path.rglob(STATE_FILE))
        elif path.name.startswith(("captures.warc", "archive.wacz")) and (path.parent / STATE_FILE).is_file():
            found.add(path.parent / STATE_FILE)
    return sorted(found)


def _index_rows(
    files: Sequence[RowFile], index: RowIndex, found: Comparison, progress: Progress
) -> Counter[tuple[Path, str]]:
    """Put the rows of tables into the index; return how many there are by folder and table."""
    counts: Counter[tuple[Path, str]] = Counter()
    for number, file in enumerate(files):
        folder = file.path.parent.parent if file.path.suffix == ".parquet" else file.path.parent
        for row in rows(file, found.differ, lambda offset: None):
            table = table_of(set(row.values))
            if table is None:
                found.differ(f"{row.place}: is no row of an export")
                continue
            if table == "paragraph_pairs" and "sentence" in f"{file.path.parent.name}/{file.path.name}":
                table = "sentence_pairs"
            counts[folder, table] += 1
            if table in HISTORY:
                try:
                    other = index.add_row(table, typed(table, row), row.place)
                except ValueError as error:
                    found.differ(f"{row.place}: {error}")
                    continue
                if other is not None:
                    found.differ(f"{row.place}: says something else than {other}")
        progress("reading", number + 1, len(files))
    index.commit()
    return counts


def _compare_counts(states: Sequence[Path], counts: Counter[tuple[Path, str]], found: Comparison) -> None:
    """Name the tables of which rows are missing, or added, since the export was written."""
    for path in states:
        try:
            stated = json.loads(path.read_text())["counts"]
        except (ValueError, KeyError, TypeError) as error:
            found.differ(f"{path}: cannot be read: {error}")
            continue
        for table, number in stated.items():
            there = counts[path.parent, table]
            if number != there:
                found.differ(f"{path.parent}: {number} {table} were exported, and {there} are there")


class _CaptureComparison:
    """Compares captures in WARC and WACZ files with the versions that were made of them."""

    def __init__(self, reader: Reader, found: Comparison, config: Config, folder: Path, own: set[Path]) -> None:
        self._reader = reader
        self._found = found
        self._config = config
        self._folder = folder
        self._own = own  # folders of our exports: they have one capture a version, at its time
        self._texts: tuple[str, list[Version]] = ("", [])
        self._seen: dict[str, set[int]] = {}  # article → versions whose page was found

    async def run(self, paths: Sequence[str], progress: Progress) -> Counter[tuple[Path, str]]:
        faults = Found()
        index = CaptureIndex(self._folder / "captures.sqlite")
        try:
            named = [str(file) for path in paths for file in self._files_of(Path(path))]
            files = list(collection_files(named, self._folder / "unpacked", faults.fault))
            indexer = FileIndexer(index, faults, adopts=True)  # of hosts without a source too
            for number, file in enumerate(files):
                indexer.read(file, number, lambda offset: None)
            counts, done = index.counts(), 0
            for source in counts:
                try:
                    spider = load_spider(source)()
                except (NoSuchSource, SpiderFileError):
                    spider = None
                for row in index.captures(source):
                    await self._compare(row, files, spider)
                    done += 1
                    progress("comparing", done, sum(counts.values()))
        finally:
            index.close()
        for fault in faults.faults:
            self._found.differ(fault)
        self._found.differing += faults.damaged - len(faults.faults)
        left_out = faults.unknown.total() + faults.not_articles
        if left_out:
            self._found.note(f"{left_out} captures of no articles were not compared")
        if self._own:
            await self._require_pages()
        return Counter({(folder, "captures"): faults.records for folder in self._own})

    def _files_of(self, path: Path) -> list[Path]:
        """Return what is to be read at a path: of a WACZ export not its parts, which the package has too."""
        if path.is_dir() and path in self._own and (path / "archive.wacz").is_file():
            return [path / "archive.wacz"]
        return [path]

    async def _compare(self, row: IndexedCapture, files: Sequence[CollectionFile], spider: NewsSpider | None) -> None:
        self._found.captures += 1
        file = files[row.file]
        where = f"{file.name}: the capture of {row.url} at {row.at:%Y-%m-%d %H:%M:%S}"
        if row.kind != "response":
            return
        try:
            record = record_at(file.path, row.offset, row.inner)
            capture = recorded_capture(record, row.url, row.at, max_bytes=self._config.download_max_bytes)
        except (RecordingError, FetchFailed, ValueError) as error:
            self._found.differ(f"{where} cannot be read: {' '.join(str(error).split())[:200]}")
            return
        if capture.status != 200:
            return
        try:
            views = list(await self._reader.articles.find(row.url))
        except Hidden as error:
            self._found.note(f"{where}: {error}")
            return
        views = [view for view in views if spider is None or view.source == spider.name]
        if not views:
            self._found.differ(f"{where} has no article here")
            return
        await self._compare_with(views[0], capture, where, spider)

    async def _compare_with(self, view: ArticleView, capture: Capture, where: str, spider: NewsSpider | None) -> None:
        key, at = view.article_id, milliseconds(capture.fetched_at)
        if self._texts[0] != key:
            scan = self._reader.export_scan.texts(key, with_held=True)
            self._texts = key, [each.version async for each in scan]
        versions = self._texts[1]
        same = [version for version in versions if version.payload_digest == capture.payload_digest]
        if exact := [version for version in same if version.seen_at == at]:
            self._seen.setdefault(key, set()).update(version.number for version in exact)
            return
        if same and self._own:
            self._found.differs(key, same[0].number, "seen_at", at, same[0].seen_at)
            self._seen.setdefault(key, set()).add(same[0].number)
            return
        if self._own and not await self._reader.export_scan.has_part_taken_down(key):
            seen = [version for version in versions if version.seen_at == at]
            for version in seen[:1]:
                self._found.differs(key, version.number, "payload", capture.payload_digest, version.payload_digest)
                self._seen.setdefault(key, set()).add(version.number)
        standing = [version for version in versions if version.seen_at <= at]
        if not standing:
            self._found.differ(f"{where}: article {key} has no version of that time here")
            return
        if standing[-1] in same:
            return
        await self._compare_text(standing[-1], capture, where, spider)

    async def _compare_text(self, version: Version, capture: Capture, where: str, spider: NewsSpider | None) -> None:
        """Compare what today's rules read of a page with the version that stood then."""
        if spider is None:
            self._found.note(f"{where}: was not read, since no source has it")
            return
        reading = await read_page(reader_of(type(spider)), capture, guid=version.article.guid)
        if reading.article is None:
            self._found.note(f"{where}: is not readable: {reading.problem}")
        elif reading.article.wording_digest != version.article.wording_digest:
            if await self._reader.export_scan.has_part_taken_down(version.article_id):
                self._found.note(f"{where}: something of its article is removed from view")
                return
            name, said, stored = _first_difference(reading.article, version.article)
            self._found.differs(version.article_id, version.number, name, said, stored)

    async def _require_pages(self) -> None:
        """Name the versions of which a page may be exported, and is not there, of articles of which any is."""
        for key, numbers in self._seen.items():
            async for each in self._reader.export_scan.texts(key):
                number = each.version.number
                if number in numbers or number > max(numbers):
                    continue
                if await self._reader.export_scan.evidence(key, number) is not None and not await self._is_shared(
                    key, number
                ):
                    self._found.differ(f"article {key}, version {number}: its page is missing in the export")

    async def _is_shared(self, key: str, number: int) -> bool:
        """Return whether a version has the page of an earlier one, which our rules read again."""
        capture = await self._reader.export_scan.evidence(key, number)
        view = await self._reader.articles.version(key, number)
        return capture is None or view.capture is None


def _first_difference(said: Article, stored: Article) -> tuple[str, object, object]:
    if said.headline != stored.headline:
        return "headline", said.headline, stored.headline
    pairs = zip(said.paragraphs, stored.paragraphs, strict=False)
    differing = next(((a, b) for a, b in pairs if a != b), None)
    return ("paragraphs", *(differing or (said.paragraphs, stored.paragraphs)))
