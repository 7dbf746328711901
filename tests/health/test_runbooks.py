"""Whoever is called at night gets a page: each kind of alarm and each drill has one, in the same five parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT
from newscrawl.health.kinds import runbook
from newscrawl.items import AlarmKind

DOCS = PROJECT_ROOT / "docs"
PAGES = sorted(DOCS.glob("runbook-*.md"))
HEADINGS = ["What newscrawl does meanwhile", "See the cause", "Mend it", "Resolved", "What it is not"]
# Causes that are drilled (tests/faults/test_drills.py) and are no kinds of their own.
DRILLS = {
    "feed-gone": "test_feed_gone",
    "wall": "test_wall",
    "server-errors": "test_server_errors_for_hours",
    "redesign": "test_redesign",
    "empty-body": "test_empty_body",
    "drawn-by-script": "test_drawn_by_script",
    "slow": "test_slow",
    "certificate-expired": "test_certificate_expired",
}


def test_every_kind_and_every_drill_has_its_page_and_there_is_no_other() -> None:
    of_drills = {DOCS / f"runbook-{name}.md" for name in DRILLS}
    of_kinds = {PROJECT_ROOT / runbook(kind) for kind in AlarmKind}
    assert set(PAGES) == of_drills | of_kinds
    assert not of_drills & of_kinds


def test_the_page_of_a_kind_is_that_of_what_it_is_about() -> None:
    assert runbook("drift:author") == "docs/runbook-drift.md"
    assert runbook("worker_restarts:db1") == "docs/runbook-worker-restarts.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_is_needed_in_the_same_order(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.M) == HEADINGS
    assert re.search(r"newscrawl [a-z]|NEWSCRAWL_", text), "a page without any command or setting mends nothing"


@pytest.mark.parametrize("kind", AlarmKind)
def test_the_page_of_a_kind_has_the_command_that_its_alarm_names(kind: AlarmKind) -> None:
    from newscrawl.health.kinds import CAUSES

    text = (PROJECT_ROOT / runbook(kind)).read_text("utf-8")
    assert CAUSES[kind][1].format(source="SOURCE", url="URL") in text


@pytest.mark.parametrize("name", DRILLS)
def test_the_page_of_a_drill_names_the_test_that_shows_it_and_is_linked_by_a_kind(name: str) -> None:
    drilled = (PROJECT_ROOT / "tests" / "faults" / "test_drills.py").read_text("utf-8")
    assert f"def {DRILLS[name]}(" in drilled
    assert DRILLS[name] in (DOCS / f"runbook-{name}.md").read_text("utf-8")
    assert any(f"(runbook-{name}.md)" in (PROJECT_ROOT / runbook(kind)).read_text("utf-8") for kind in AlarmKind)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_what_shows_it(page: Path) -> None:
    """A drill or a test that exists, or a page whose commands are run."""
    text = page.read_text("utf-8")
    shown_by = [PROJECT_ROOT / path for path in re.findall(r"(?:tests/[\w/]+\.py|docs/[\w-]+\.md)", text)]
    assert shown_by, "nothing shows that it is so"
    assert [path for path in shown_by if not path.is_file()] == []
    for drill in re.findall(r"\b(test_\w+) in tests/", text):
        assert any(f"def {drill}(" in path.read_text("utf-8") for path in shown_by), drill


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_part_of_a_page_is_empty_and_the_first_says_what_it_means(page: Path) -> None:
    meaning, *parts = re.split(r"^## .*$", page.read_text("utf-8"), flags=re.M)
    assert re.match(r"# Runbook: \S", meaning)
    assert len(meaning.split()) > 12
    assert all(part.strip() for part in parts)
    assert "newscrawl " in parts[1], "how to see the cause is a command"
