"""Every collection has a row that says whether a backup has it, and why."""

from __future__ import annotations

import re

from newscrawl.config import PROJECT_ROOT
from newscrawl.store.backup.treatment import COLLECTIONS, ROWS, order
from newscrawl.store.indexes import INDEXES

# What else is an attribute of a database.
METHODS = {
    "client", "codec_options", "command", "create_collection", "drop_collection", "list_collection_names", "name",
    "read_preference", "with_options",
}  # fmt: skip
NAMED = re.compile(r"""\bdb(?:\.([a-z_]+)\b|\["([a-z_]+)"\])""")


def named() -> set[str]:
    """Return the names that code asks databases for, and those that have indexes."""
    found = set(INDEXES)
    for path in (PROJECT_ROOT / "newscrawl" / "store").rglob("*.py"):
        found.update(name for match in NAMED.findall(path.read_text("utf-8")) for name in match if name)
    return found - METHODS


def test_every_collection_has_a_row() -> None:
    assert sorted(named() - ROWS.keys()) == [], "give it a row in newscrawl/store/backup/treatment.py"
    assert sorted(ROWS.keys() - named()) == [], "there is no such collection"


def test_every_row_says_why() -> None:
    assert [row.name for row in COLLECTIONS if len(row.why) < 20] == []
    assert len(ROWS) == len(COLLECTIONS)


def test_what_refers_to_something_is_read_before_it() -> None:
    names = [row.name for row in order({"payloads", "newer_release", "system.profile"})]
    for first, second in (
        ("imports", "articles"), ("articles", "versions"), ("versions", "added"), ("versions", "windows"),
        ("quarantine", "payloads"), ("checks", "payloads"), ("versions", "payloads"), ("newer_release", "payloads"),
    ):  # fmt: skip
        assert names.index(first) < names.index(second)
    assert "system.profile" not in names
