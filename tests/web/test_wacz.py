"""WACZ archives: complete by the specification, read by tools of others, sorted with bounded memory."""

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
from tests.web.press import BRIDGE, LEDE, NOW, Press, Told

try:
    from cdxj_indexer.main import CDXJIndexer
    from wacz.validate import Validation
except ImportError:
    CDXJIndexer = Validation = None

PARTS = {"archive/captures.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"}
NAMES = PARTS | {"datapackage.json", "datapackage-digest.json"}


@pytest.fixture
async def archive(reader: Reader, press: Press, bridge: str, tmp_path: Path) -> Path:
    """An archive of four captures of two stories."""
    await press.story("quay", [Told(1, "Nothing \x1b[2J new at the quay", [LEDE])])
    await Export(reader, tmp_path / "out", "wacz", None).run(lambda done: None)
    return tmp_path / "out" / "archive.wacz"


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_archive_holds_what_the_specification_asks_for(archive: Path) -> None:
    found = contents(archive)
    assert set(found) == NAMES
    package = json.loads(found["datapackage.json"])
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert {r["path"] for r in package["resources"]} == PARTS
    for told in package["resources"]:
        assert told["hash"] == "sha256:" + hashlib.sha256(found[told["path"]]).hexdigest()
        assert told["bytes"] == len(found[told["path"]])
    digest = json.loads(found["datapackage-digest.json"])
    assert digest["path"] == "datapackage.json"
    assert digest["hash"] == "sha256:" + hashlib.sha256(found["datapackage.json"]).hexdigest()


def test_captures_are_stored_so_that_players_read_parts_of_them(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        assert opened.getinfo("archive/captures.warc.gz").compress_type == zipfile.ZIP_STORED
        assert opened.getinfo("indexes/index.cdxj").compress_type == zipfile.ZIP_STORED


def test_every_line_of_the_index_leads_to_its_record(archive: Path) -> None:
    found = contents(archive)
    warc, lines = found["archive/captures.warc.gz"], found["indexes/index.cdxj"].decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 4
    for line in lines:
        place = json.loads(line.split(" ", 2)[2])
        piece = warc[int(place["offset"]) : int(place["offset"]) + int(place["length"])]
        [record] = list(ArchiveIterator(io.BytesIO(piece), check_digests="raise"))
        assert record.rec_headers["WARC-Target-URI"] == place["url"]
        assert record.rec_headers["WARC-Payload-Digest"] == place["digest"]


def test_pages_name_every_capture_with_its_moment(archive: Path) -> None:
    found = contents(archive)
    header, *pages = [json.loads(line) for line in found["pages/pages.jsonl"].splitlines()]
    assert header["format"] == "json-pages-1.0"
    assert {page["title"] for page in pages} >= {told.headline for told in BRIDGE}
    indexed = {tuple(line.split()[1:2]) for line in found["indexes/index.cdxj"].decode().splitlines()}
    assert {(page["ts"].translate({ord(c): None for c in "-:TZ"}),) for page in pages} == indexed
    assert found["pages/pages.jsonl"].isascii()


def test_the_format_s_own_validator_finds_it_valid(archive: Path) -> None:
    if Validation is None:
        missing("wacz is not installed")
    found = Validation(str(archive))
    assert found.version == "1.1.1"
    assert found.check_required_contents() == 0
    assert found.frictionless_validate()
    assert found.check_file_paths()
    assert found.check_file_hashes()
    assert found.check_data_package_hash_and_sig()


def test_index_is_what_the_usual_indexer_makes_of_the_captures(archive: Path, tmp_path: Path) -> None:
    if CDXJIndexer is None:
        missing("cdxj_indexer is not installed")
    found = contents(archive)
    path = tmp_path / "captures.warc.gz"
    path.write_bytes(found["archive/captures.warc.gz"])
    out = io.StringIO()
    CDXJIndexer(out, [str(path)], sort=True).process_all()
    assert parsed(found["indexes/index.cdxj"].decode()) == parsed(out.getvalue())


def parsed(index: str) -> list[tuple[str, str, dict[str, Any]]]:
    cut = [line.split(" ", 2) for line in index.splitlines()]
    return [(key, stamp, json.loads(told)) for key, stamp, told in cut]


async def test_archive_leaves_out_what_is_hidden(reader: Reader, press: Press, bridge: str, tmp_path: Path) -> None:
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
def test_addresses_sort_by_their_host(url: str, key: str) -> None:
    assert wacz.surt(url) == key


def test_lines_are_sorted_in_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wacz, "MAX_LINES_IN_MEMORY", 7)
    lines = [f"{n:03}\n".encode() for n in range(100)]
    shuffled = random.Random(1).sample(lines, len(lines))
    (tmp_path / "in").write_bytes(b"".join(shuffled))
    wacz.sort_lines(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"".join(lines)
