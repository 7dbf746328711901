"""A replay of a damaged recording plays what can be read, and its run names what cannot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.fetch.warc_reader import scan

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver


def test_a_damaged_record_is_an_error_of_the_run_that_names_its_offset(
    gazette_driver: CrawlDriver, gazette: Gazette, tmp_path: Path
) -> None:
    gazette.articles = {f"ferry-{number}": ["The ferry lies on the bar."] for number in (101, 102)}
    gazette.listed = dict.fromkeys(gazette.articles, "Ferry runs aground")
    path = tmp_path / "a.warc.gz"
    assert gazette_driver.crawl(record=path).outcomes == {"new": 2}
    damaged = next(found for found in scan(path) if found.target_uri.endswith("ferry-102") and found.kind == "response")
    content = bytearray(path.read_bytes())
    content[damaged.offset + 40] ^= 0xFF
    path.write_bytes(content)
    report = gazette_driver.crawl(replay=path, clock=None)
    assert report.outcomes == {"unchanged": 1, "error": 1}, "what the feed lists is not recorded"
    assert any(f"unreadable at byte {damaged.offset}: " in error for error in report.errors), report.errors
