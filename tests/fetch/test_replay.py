"""Record and replay: the same bytes in the same order with the same dates, and nothing from the network."""

from __future__ import annotations

import gzip
import hashlib
import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Request, Response
from warcio.archiveiterator import ArchiveIterator

from newscrawl.errors import NotRecorded, RecordingError
from newscrawl.fetch.decoding import decode_complete
from newscrawl.fetch.failures import Truncated
from newscrawl.fetch.replay import Records
from newscrawl.fetch.warc_reader import scan
from newscrawl.fetch.warc_writer import WarcWriter

from .conftest import RUNNER, Crawled, Wire, crawl, environment, open_ended, page
from .warc_files import BODY, NOON, entry, response, warc

ELSEWHERE = "http://elsewhere.example/"  # a host of which not even robots.txt is recorded
PATHS = ["/plain", "/gzip", "/moved", "/gone", "/not-modified", "/empty", "/headers", "/open-ended", "/cut", "/twice"]


def answers(records: Records, url: str, count: int) -> list[bytes]:
    return [records.answer(Request(url))[0].body for _ in range(count)]


# The round trip


@pytest.fixture(scope="module")
def recorded(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Path:
    wire.answers |= {
        "/plain": page(BODY),
        "/gzip": page(gzip.compress(BODY, mtime=0), "Content-Encoding: gzip", 'ETag: W/"1-gzip"'),
        "/moved": page(b"", "Location: /target", status="301 Moved Permanently"),
        "/target": page(BODY + b"moved"),
        "/gone": page(b"gone", status="410 Gone"),
        "/not-modified": page(b"", 'ETag: "x"', status="304 Not Modified").replace(b"Content-Length: 0\r\n", b""),
        "/empty": page(b""),
        "/headers": page(BODY, "X-Name: Zo\xeb", "X-Many: 1", "X-Many: 2", kind="text/html; charset=utf-8"),
        "/open-ended": open_ended(BODY),
        "/cut": page(BODY, length=len(BODY) + 1),
        "/twice": [page(b"<html>first</html>"), page(b"<html>second</html>")],
    }
    path = tmp_path_factory.mktemp("warc") / "out.warc.gz"
    settings = {"NEWSCRAWL_EGRESS_ALLOW": [wire.authority], "NEWSCRAWL_RECORD": str(path)}
    plan = {"clock": NOON.isoformat(), "headers": {"Authorization": "Basic c2VjcmV0", "X-Ours": "yes"}}
    crawl(*[wire.url(p) for p in PATHS], settings=settings, plan=plan)
    crawl(wire.url("/twice"), settings=settings, plan={"clock": (NOON + timedelta(hours=3)).isoformat()})
    return path


@pytest.fixture(scope="module")
def live(wire: Wire, recorded: Path) -> Crawled:
    """The same crawl once more from the server."""
    wire.answers["/twice"] = page(b"<html>first</html>")
    return crawl(*[wire.url(p) for p in PATHS], settings={"NEWSCRAWL_EGRESS_ALLOW": [wire.authority]})


@pytest.fixture(scope="module")
def replayed(wire: Wire, recorded: Path, live: Crawled) -> Crawled:
    before = wire.connections
    urls = [*[wire.url(p) for p in PATHS], wire.url("/twice#2"), wire.url("/twice#3"), wire.url("/never"), ELSEWHERE]
    # An operator's delay between requests: a replay sends none, so it does not wait.
    crawled = crawl(*urls, settings={"NEWSCRAWL_REPLAY": str(recorded)}, env={"NEWSCRAWL_DELAY_SECONDS": "10"})
    assert wire.connections == before
    return crawled


@pytest.mark.parametrize("path", PATHS)
def test_replay_returns_what_the_wire_returned(replayed: Crawled, live: Crawled, wire: Wire, path: str) -> None:
    names = ("url", "status", "sha256", "size", "headers", "kind", "redirects", "reason", "outcome")
    before, after = live[wire.url(path)], replayed[wire.url(path)]
    assert {name: after.get(name) for name in names} == {name: before.get(name) for name in names}


def test_each_request_gets_the_next_answer_and_the_last_one_repeats(replayed: Crawled, wire: Wire) -> None:
    digests = [
        result["sha256"] for result in replayed.results if result["requested_url"].startswith(wire.url("/twice"))
    ]
    first, second = (hashlib.sha256(f"<html>{word}</html>".encode()).hexdigest() for word in ("first", "second"))
    assert sorted(digests) == sorted([first, second, second])


def test_a_url_that_is_not_recorded_fails_and_is_never_requested(replayed: Crawled, wire: Wire) -> None:
    results = [replayed[url] for url in (wire.url("/never"), ELSEWHERE)]
    assert [(result["outcome"], result["reason"]) for result in results] == [("error", "not_recorded")] * 2
    assert "/never" not in wire.paths()


def test_the_clock_follows_the_records(replayed: Crawled, wire: Wire) -> None:
    assert replayed[wire.url("/plain")]["fetched_at"] == NOON.isoformat()
    assert {result["clock"] for result in replayed.results if "clock" in result} <= {
        NOON.isoformat(),
        (NOON + timedelta(hours=3)).isoformat(),
    }
    assert any(result.get("fetched_at") == (NOON + timedelta(hours=3)).isoformat() for result in replayed.results)


def test_the_file_is_warc_1_1_as_other_tools_read_it(recorded: Path) -> None:
    with recorded.open("rb") as stream:
        records = [
            (record.rec_headers.protocol, record.rec_type, record.rec_headers, record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]
    kinds = [kind for _, kind, _, _ in records]
    assert {protocol for protocol, *_ in records} == {"WARC/1.1"}
    assert kinds[0] == "warcinfo"
    assert kinds.count("warcinfo") == 1
    assert kinds.count("request") == kinds.count("response") >= len(PATHS) + 2
    by_id = {
        fields["WARC-Record-ID"]: fields["WARC-Target-URI"] for _, kind, fields, _ in records if kind == "response"
    }
    for _, kind, fields, _ in records:
        assert kind == "warcinfo" or fields["WARC-Date"].startswith("2026-05-01T1")
        assert kind != "request" or by_id[fields["WARC-Concurrent-To"]] == fields["WARC-Target-URI"]
    assert any(body == BODY for *_, body in records)


def test_secrets_are_not_recorded(recorded: Path) -> None:
    text = gzip.decompress(recorded.read_bytes())
    assert b"X-Ours: yes" in text
    assert b"c2VjcmV0" not in text


# The file


@pytest.mark.parametrize("name", ["out.warc.gz", "out.warc"])
def test_an_incomplete_record_at_the_end_is_cut_off_before_appending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for number in range(3):
        writer = WarcWriter(path, software="test", now=NOON)
        request = Request(f"http://a.example/{number}")
        writer.write(request, Response(request.url, body=BODY), at=NOON)
        writer.close()
        with path.open("ab") as stream:
            stream.write(path.read_bytes()[:40])  # what a crash of the machine may leave
    complete = [record for record in scan(path) if record.is_complete]
    assert [record.kind for record in complete] == ["warcinfo"] + ["response", "request"] * 3
    assert answers(Records(path), "http://a.example/1", 1) == [BODY]


def test_a_file_that_another_crawl_records_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out.warc.gz"
    first = WarcWriter(path, software="test", now=NOON)
    with pytest.raises(RecordingError, match="another crawl is recording to it"):
        WarcWriter(path, software="test", now=NOON)
    first.close()
    WarcWriter(path, software="test", now=NOON).close()


def test_a_file_that_is_no_warc_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear editor, this is no record of anything.")
    with pytest.raises(RecordingError, match="not a WARC record"):
        WarcWriter(path, software="test", now=NOON)
    assert path.read_bytes().startswith(b"Dear editor")


def test_a_kill_leaves_a_file_that_can_be_read(wire: Wire, tmp_path: Path) -> None:
    path = tmp_path / "killed.warc.gz"
    for n in range(400):
        wire.answers[f"/k{n}"] = page(BODY * 50)
    job = {
        "urls": [wire.url(f"/k{n}") for n in range(400)],
        "settings": {"NEWSCRAWL_EGRESS_ALLOW": [wire.authority], "NEWSCRAWL_RECORD": str(path)},
    }
    process = subprocess.Popen(
        [sys.executable, RUNNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(job).encode())
    process.stdin.close()
    printed = [json.loads(process.stdout.readline())["requested_url"] for _ in range(40)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    records = Records(path)
    assert all(record.is_complete for record in scan(path))
    assert all(records.holds(url) for url in printed)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "contains no response"),
        (b"this is no WARC file at all", "unreadable at byte 0"),
        (gzip.compress(b"nor is this", mtime=0), "unreadable at byte 0"),
        (b"\x1f\x8b\x08\x00 rubbish rubbish rubbish", "unreadable at byte 0"),
        (warc(response("http://a.example/"), fields={"WARC-Date": "yesterday"}), "WARC-Date"),
    ],
    # Explicit, since the record ids in the content differ in each collection of tests.
    ids=["empty", "text", "gzip-of-text", "broken-gzip", "no-date"],
)
def test_the_error_of_an_unreadable_file_names_it_and_the_fault(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.warc.gz"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=words) as raised:
        Records(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("where", ["missing.warc.gz", "empty"])
def test_the_error_of_a_path_without_records_names_it(tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordingError, match=where):
        Records(tmp_path / where)


@pytest.mark.parametrize("name", ["nowhere/out.warc.gz", "."])
def test_the_error_of_a_path_that_cannot_be_written_names_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordingError, match=str(tmp_path)):
        WarcWriter(tmp_path / name, software="test", now=NOON)


# Records of other archives


def records_from(tmp_path: Path, content: bytes) -> Records:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    return Records(path)


def test_responses_come_in_the_order_of_their_dates_over_all_files(tmp_path: Path) -> None:
    url = "http://a.example/"
    (tmp_path / "2.warc.gz").write_bytes(warc(response(url, 1, b"b"), response(url, 5, b"d")))
    (tmp_path / "10.warc").write_bytes(warc(response(url, 3, b"c"), response(url, 0, b"a"), is_gzip=False))
    (tmp_path / "notes.txt").write_text("not a record")
    records = Records(tmp_path)
    assert records.first_date == NOON
    assert answers(records, url, 5) == [b"a", b"b", b"c", b"d", b"d"]


@pytest.mark.parametrize("url", ["http://A.example:80/x", "http://a.example/x#part", "http://a.example/x"])
def test_spellings_of_one_url_are_equal(tmp_path: Path, url: str) -> None:
    assert records_from(tmp_path, warc(response("http://a.example/x"))).holds(url)


def test_other_urls_are_not_equal(tmp_path: Path) -> None:
    records = records_from(tmp_path, warc(response("http://a.example/x?q=1")))
    assert not any(map(records.holds, ["http://a.example/x", "https://a.example/x?q=1", "http://a.example/x?q=2"]))
    with pytest.raises(NotRecorded, match=r"a\.example/x is not recorded"):
        records.answer(Request("http://a.example/x"))


CHUNKS = b"4;ext=1\r\n<htm\r\n3\r\nl/>\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers", "text"),
    [
        (CHUNKS, [("Transfer-Encoding", "chunked")], b"<html/>"),
        (b"<html/>", [("Transfer-Encoding", "chunked")], b"<html/>"),  # the framing was removed, the header kept
        (gzip.compress(BODY, mtime=0), [("Content-Encoding", "gzip")], BODY),
        (BODY, [("Content-Encoding", "gzip")], BODY),
        (BODY, [("Content-Length", "7")], BODY),
        (b"", [("Content-Length", "0")], b""),
    ],
)
def test_codings_of_a_record_are_removed(tmp_path: Path, body: bytes, headers: Any, text: bytes) -> None:
    records = records_from(tmp_path, warc(response("http://a.example/", 0, body, *headers)))
    answer, _ = records.answer(Request("http://a.example/"))
    assert decode_complete(answer, max_bytes=10**6).body == text


@pytest.mark.parametrize(
    ("body", "headers", "fields"),
    [
        (CHUNKS[:-5], [("Transfer-Encoding", "chunked")], {}),
        (CHUNKS[:12], [("Transfer-Encoding", "chunked")], {}),
        (gzip.compress(BODY, mtime=0)[:-3], [("Content-Encoding", "gzip")], {}),
        (BODY, [("Content-Length", "5000")], {}),
        (BODY, [], {"WARC-Truncated": "disconnect"}),
        (BODY, [], {"WARC-Truncated": "length"}),
        (BODY[:-9], [], {"WARC-Truncated": "unspecified"}),
    ],
)
def test_a_record_of_a_cut_body_is_truncated_in_the_replay_too(
    tmp_path: Path, body: bytes, headers: Any, fields: dict[str, str]
) -> None:
    records = records_from(tmp_path, warc(response("http://a.example/", 0, body, *headers), fields=fields))
    with pytest.raises(Truncated):
        decode_complete(records.answer(Request("http://a.example/"))[0], max_bytes=10**6)


def test_a_file_with_an_incomplete_last_record_answers_from_the_others(tmp_path: Path) -> None:
    content = warc(response("http://a.example/1"), response("http://a.example/2", 0, BODY * 100))
    records = records_from(tmp_path, content[:-20])
    assert answers(records, "http://a.example/1", 1) == [BODY]
    with pytest.raises(Truncated):
        decode_complete(records.answer(Request("http://a.example/2"))[0], max_bytes=10**6)


def test_a_revisit_has_the_body_of_the_record_it_refers_to(tmp_path: Path) -> None:
    digest = {"WARC-Payload-Digest": "sha1:AAAA"}
    identical = digest | {"WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}
    later = ("revisit", "http://a.example/", NOON + timedelta(hours=1), entry(b"", ("ETag", '"2"')))
    content = warc(response("http://a.example/"), fields=digest) + warc(later, fields=identical)
    records = records_from(tmp_path, content)
    assert answers(records, "http://a.example/", 2) == [BODY, BODY]


def test_a_server_not_modified_revisit_is_a_304(tmp_path: Path) -> None:
    profile = {"WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified"}
    later = ("revisit", "http://a.example/", NOON, entry(b"", ("ETag", '"2"'), status="304 Not Modified"))
    records = records_from(tmp_path, warc(later, fields=profile))
    assert records.answer(Request("http://a.example/"))[0].status == 304


# Real editions


def test_every_recorded_edition_of_the_corpus_replays_to_the_byte(corpus: Path) -> None:
    files = sorted((corpus / "replay").glob("*.warc.gz"))
    assert len(files) > 10
    for file in files:
        records = Records(file)
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                answer, at = records.answer(Request(record.rec_headers["WARC-Target-URI"]))
                assert decode_complete(answer, max_bytes=2**24).body == record.content_stream().read()
                assert at == datetime.fromisoformat(record.rec_headers["WARC-Date"])


def test_a_folder_of_editions_replays_in_a_crawl(corpus: Path) -> None:
    urls = ["https://feeds.washingtonpost.com/rss/world", "https://www.washingtonpost.com/sitemaps/news-sitemap.xml.gz"]
    crawled = crawl(*urls, settings={"NEWSCRAWL_REPLAY": str(corpus / "replay")})
    assert [crawled[url]["status"] for url in urls] == [200, 200]
