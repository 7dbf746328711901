"""What publishers state about keeping and mining their pages, as header fields and in the page."""

from __future__ import annotations

import pytest

from newscrawl.rights_signals import MAX_HEAD_BYTES, NOARCHIVE, TDM_RESERVATION, counted, rights_signals


@pytest.mark.parametrize(
    ("headers", "head", "expected"),
    [
        ([("x-robots-tag", "noindex, NoArchive")], "", {NOARCHIVE}),
        ([("x-robots-tag", "unavailable_after: 25 Jun 2030, noarchive")], "", {NOARCHIVE}),
        ([("x-robots-tag", "otherbot: noarchive")], "", set()),
        ([("x-robots-tag", "noindex")], "", set()),
        ([("tdm-reservation", "1")], "", {TDM_RESERVATION}),
        ([("tdm-reservation", "0")], "", set()),
        ([], '<meta name="robots" content="max-image-preview:large, noarchive">', {NOARCHIVE}),
        ([], "<META CONTENT='noarchive' NAME=ROBOTS>", {NOARCHIVE}),
        ([], '<meta name="tdm-reservation" content="1"><meta name=robots content=noarchive>',
         {NOARCHIVE, TDM_RESERVATION}),
        ([], '<meta name="otherbot" content="noarchive">', set()),
        ([], '<meta name="description" content="noarchive">', set()),
        ([], '<!-- <meta name="robots" content="noarchive"> -->', set()),
        ([], '<script>"<meta name=robots content=noarchive>"</script>', set()),
    ],
)  # fmt: skip
def test_signals_are_seen(headers: list[tuple[str, str]], head: str, expected: set[str]) -> None:
    page = f"<!doctype html><html><head>{head}</head><body><p>Text</p></body></html>"
    assert rights_signals(headers, page.encode()) == expected


def test_the_body_of_a_page_states_nothing() -> None:
    assert rights_signals([], b"<head></head><body><meta name=robots content=noarchive>") == frozenset()


@pytest.mark.parametrize("page", [b"<script", b"<!--", b"<meta ", b"<meta name="])
def test_pages_of_open_tags_alone_have_no_signal(page: bytes) -> None:
    assert rights_signals([], b"noarchive" + page * (MAX_HEAD_BYTES // len(page))) == frozenset()


def test_counts_of_a_run_that_read_no_page_are_none() -> None:
    assert counted({}) == {}
    assert counted({"newscrawl/rights/pages": 3, "newscrawl/rights/noarchive": 2}) == {
        "pages": 3, "noarchive": 2, "tdm_reservation": 0,
    }  # fmt: skip
