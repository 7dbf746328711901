"""docs/scaling.md has the table that benchmarks/scaling.py computes, and the collections that are sharded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.scaling import LARGER, LISTING_MS, LOADS, SHARES, Load, need, table
from newscrawl.store.shard_keys import SHARD_KEY, SHARDED

PAGE = (Path(__file__).parents[1] / "docs" / "scaling.md").read_text(encoding="utf-8")


def test_the_page_has_the_computed_table() -> None:
    assert table() in PAGE


def test_the_page_states_what_is_assumed_of_larger_pages_and_of_listings() -> None:
    text = " ".join(PAGE.split())
    assert f"{LARGER} times what the bench's page of 33 KB costs" in text
    assert f"{LISTING_MS[0]:.0f} ms of the crawler and {LISTING_MS[1]:.0f} ms of `mongod`" in text


def test_the_page_shards_the_collections_that_are_sharded_by_their_key() -> None:
    listed = re.search(r"for \(const name of \[(.*?)\]\)(.*)", PAGE, re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == SHARDED
    assert f"{{ {SHARD_KEY}: 1 }}" in listed[2]


def test_the_shares_of_checks_are_all_of_them() -> None:
    assert sum(SHARES.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("load", LOADS)
def test_ten_times_the_load_needs_ten_times_the_cores_and_the_disk(load: Load) -> None:
    one, ten = need(load), need(Load(10 * load.sources, 10 * load.checks))
    for name in ("requests", "crawler_cores", "mongod_cores", "disk_bytes"):
        assert getattr(ten, name) == pytest.approx(10 * getattr(one, name))
    assert ten.a_host == pytest.approx(one.a_host)
    assert ten.workers >= one.workers
    assert ten.shards >= one.shards
