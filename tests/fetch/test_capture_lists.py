"""Lists of captures as each tool writes them: separators, braces in addresses, paths of another system."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.archive.capture_lists import listed_records
from newscrawl.archive.cdx_answers import parse_answer

A = "http://a.example/1"
LISTS = {
    "bars": f"|CDX|N|b|a|V|g\na|20260501120000|{A}|0|x.warc.gz\nb|20260501120000|{A}|7|x.warc.gz\n",
    "tabs": f" CDX\tN\tb\ta\tV\tg\na\t20260501120000\t{A}\t0\tx.warc.gz\nb\t20260501120000\t{A}\t7\tx.warc.gz\n",
    "another order": f"CDX A b V g a\n{A} 2026 0 x.warc.gz -\n{A} 2026 7 old/x.warc.gz -\n",
    "paths of Windows": f" CDX N b a V g\na 1 {A} 0 C:\\warcs\\x.warc.gz\nb 1 {A} 7 .\\x.warc.gz\n",
    "braces": 'a)/?q={a} 2026 {"offset":"0","filename":"x.warc.gz"}\n{"offset":7,"filename":"x.warc.gz"}\n',
}


@pytest.mark.parametrize("name", LISTS)
def test_records_are_found_whatever_separates_the_fields(tmp_path: Path, name: str) -> None:
    file = tmp_path / "x.warc.gz"
    file.write_bytes(b"ten bytes.")
    listed = tmp_path / "list.cdx"
    listed.write_text(LISTS[name], newline="")
    faults: list[str] = []
    assert (listed_records(listed, faults.append), faults) == ({file: [0, 7]}, [])


def test_paths_of_another_system_lead_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (tmp_path / "x.warc.gz").write_bytes(b"ten bytes.")
    listed = folder / "list.cdx"
    listed.write_text(" CDX N V g\na 0 ..\\x.warc.gz\na 0 C:\\..\\..\na 0 \\\\host\\share\\..\n")
    faults: list[str] = []
    assert listed_records(listed, faults.append) == {}
    assert len(faults) == 3


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("a 20260501120000 http://a.example/?q={x} text/html 200 - 5", "http://a.example/?q={x}"),
        ('a)/?q={x} 20260501120000 {"url":"http://a.example/?q={x}"}', "http://a.example/?q={x}"),
        ('{"timestamp":"20260501120000","url":"http://a.example/?q={x}"}', "http://a.example/?q={x}"),
    ],
)
def test_braces_of_an_address_are_no_json(line: str, url: str) -> None:
    answer = parse_answer(f"{line}\nb 20260501120000 {A} text/html 200 - 5".encode())
    assert ([row.url for row in answer.rows], answer.damaged) == ([url, A], 0)
