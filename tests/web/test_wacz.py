"""WACZ archives: complete by the specification, readable by other tools, sorted in bounded memory."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive import wacz
from newscrawl.archive.export import Export
from newscrawl.store import takedowns
from newscrawl.store.reader import Reader
from tests.conftest import missing
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press

try:
    from cdxj_indexer.main import CDXJIndexer
    from wacz.validate import Validation
except ImportError:
    CDXJIndexer = Validation = None

PARTS = {"archive/captures.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"}
NAMES = PARTS | {"datapackage.json", "datapackage-digest.json"}


@pytest.fixture
async def archive(reader: Reader, press: Press, bridge: str, tmp_path: Path) -> Path:
    """A WACZ of four captures of two articles."""
    await press.publish("quay", [Draft(1, "Nothing \x1b[2J new at the quay", [LEDE])])
    await Export(reader, tmp_path / "out", "wacz", None).run(lambda done: None)
    return tmp_path / "out" / "archive.wacz"


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_archive_has_what_the_specification_requires(archive: Path) -> None:
    files = contents(archive)
    assert set(files) == NAMES
    package = json.loads(files["datapackage.json"])
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert {resource["path"] for resource in package["resources"]} == PARTS
    for resource in package["resources"]:
        assert resource["hash"] == "sha256:" + hashlib.sha256(files[resource["path"]]).hexdigest()
        assert resource["bytes"] == len(files[resource["path"]])
    digest = json.loads(files["datapackage-digest.json"])
    assert digest["path"] == "datapackage.json"
    assert digest["hash"] == "sha256:" + hashlib.sha256(files["datapackage.json"]).hexdigest()


def test_captures_are_stored_uncompressed_so_that_players_can_read_ranges(archive: Path) -> None:
    with zipfile.ZipFile(archive) as wacz_file:
        assert wacz_file.getinfo("archive/captures.warc.gz").compress_type == zipfile.ZIP_STORED
        assert wacz_file.getinfo("indexes/index.cdxj").compress_type == zipfile.ZIP_STORED


def test_every_line_of_the_index_leads_to_its_record(archive: Path) -> None:
    files = contents(archive)
    warc, lines = files["archive/captures.warc.gz"], files["indexes/index.cdxj"].decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 4
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        start = int(fields["offset"])
        record_bytes = warc[start : start + int(fields["length"])]
        [record] = list(ArchiveIterator(io.BytesIO(record_bytes), check_digests="raise"))
        assert record.rec_headers["WARC-Target-URI"] == fields["url"]
        assert record.rec_headers["WARC-Payload-Digest"] == fields["digest"]


def test_pages_list_every_capture_with_its_time(archive: Path) -> None:
    files = contents(archive)
    header, *pages = [json.loads(line) for line in files["pages/pages.jsonl"].splitlines()]
    assert header["format"] == "json-pages-1.0"
    assert {page["title"] for page in pages} >= {draft.headline for draft in BRIDGE}
    indexed = {line.split()[1] for line in files["indexes/index.cdxj"].decode().splitlines()}
    assert {page["ts"].translate({ord(c): None for c in "-:TZ"}) for page in pages} == indexed
    assert files["pages/pages.jsonl"].isascii()


def test_the_validator_of_the_format_accepts_the_archive(archive: Path) -> None:
    if Validation is None:
        missing("wacz is not installed")
    validation = Validation(str(archive))
    assert validation.version == "1.1.1"
    assert validation.check_required_contents() == 0
    assert validation.frictionless_validate()
    assert validation.check_file_paths()
    assert validation.check_file_hashes()
    assert validation.check_data_package_hash_and_sig()


def test_index_equals_that_of_cdxj_indexer(archive: Path, tmp_path: Path) -> None:
    if CDXJIndexer is None:
        missing("cdxj_indexer is not installed")
    files = contents(archive)
    path = tmp_path / "captures.warc.gz"
    path.write_bytes(files["archive/captures.warc.gz"])
    out = io.StringIO()
    CDXJIndexer(out, [str(path)], sort=True).process_all()
    assert parsed(files["indexes/index.cdxj"].decode()) == parsed(out.getvalue())


def parsed(index: str) -> list[tuple[str, str, dict[str, Any]]]:
    lines = [line.split(" ", 2) for line in index.splitlines()]
    return [(key, timestamp, json.loads(fields)) for key, timestamp, fields in lines]


async def test_nothing_hidden_or_redacted_is_in_the_archive(
    reader: Reader, press: Press, bridge: str, tmp_path: Path
) -> None:
    await takedowns.hide(press.store.db, bridge, 2, reason="order", by="editor", at=NOW)
    await takedowns.redact(press.store.db, bridge, "ferrymen object", reason="order", by="editor", at=NOW)
    await Export(reader, tmp_path, "wacz", None).run(lambda done: None)
    pages = [json.loads(line) for line in contents(tmp_path / "archive.wacz")["pages/pages.jsonl"].splitlines()[1:]]
    assert "ferrymen object" not in json.dumps(pages)
    assert f"{bridge}-1" in {page["id"] for page in pages}
    assert f"{bridge}-2" not in {page["id"] for page in pages}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.harbour.example/News/Story", "example,harbour)/news/story"),
        ("http://harbour.example:8080/a/?b=2&a=1", "example,harbour:8080)/a?a=1&b=2"),
        ("http://127.0.0.1:8000/x", "127.0.0.1:8000)/x"),
        ("https://harbour.example", "example,harbour)/"),
    ],
)
def test_urls_sort_by_their_host(url: str, key: str) -> None:
    assert wacz.surt(url) == key


def test_lines_are_sorted_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wacz, "MAX_LINES_IN_MEMORY", 7)
    lines = [f"{n:03}\n".encode() for n in range(100)]
    shuffled = random.Random(1).sample(lines, len(lines))
    (tmp_path / "in").write_bytes(b"".join(shuffled))
    wacz.sort_lines(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"".join(lines)
