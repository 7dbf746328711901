"""Each how-to of the manual has one form: goal, what is needed, steps, a check, what can go wrong, where to go on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"
# What a user wants to do, and the page that says how.
HOW_TOS = {
    "add a source": "add-a-source",
    "mend a source": "mend-a-source",
    "watch one article": "watch",
    "record older articles": "backfill",
    "import captures": "import",
    "schedule": "schedule",
    "deploy": "deploy",
    "scale out": "cluster",
    "subscribe": "subscriptions",
    "embed": "embed",
    "retract": "retractions",
    "take down": "takedowns",
    "erase": "erasure",
    "move from NewsDiffs": "move-from-newsdiffs",
    "move from diffengine": "move-from-diffengine",
    "move from changedetection.io": "move-from-changedetection",
}
FIRST = ["Before you start", "Steps", "Check that it worked"]
LAST = ["What can go wrong", "See also"]
CODE = re.compile(r"^```.*?^```$|^<!--.*?-->$", re.M | re.S)
LINK = re.compile(r"\]\(([a-z-]+)\.md")


def prose(page: Path) -> str:
    return CODE.sub("", page.read_text("utf-8"))


@pytest.mark.parametrize("name", HOW_TOS.values())
def test_a_how_to_has_the_parts_in_their_order(name: str) -> None:
    headings = re.findall(r"^## (.*)$", prose(DOCS / f"{name}.md"), re.M)
    assert headings[: len(FIRST)] == FIRST
    assert headings[-len(LAST) :] == LAST
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("name", HOW_TOS.values())
def test_a_how_to_begins_with_its_goal_in_one_sentence(name: str) -> None:
    _, goal, *_ = prose(DOCS / f"{name}.md").split("\n\n")
    assert len(re.findall(r"[.!?](?=\s|$)", goal)) == 1, goal
    assert goal.endswith(".")
    assert len(goal.split()) <= 25, goal


@pytest.mark.parametrize("name", HOW_TOS.values())
def test_a_how_to_leads_on_and_its_dangers_have_a_way_out(name: str) -> None:
    text = prose(DOCS / f"{name}.md")
    dangers, further = text.partition("\n## What can go wrong\n")[2].split("\n## See also\n")
    assert len(re.findall(r"^(?:- \*\*|\| )", dangers, re.M)) >= 2
    assert len(set(LINK.findall(further)) - {name}) >= 2


def test_the_index_has_every_how_to_under_its_caption() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    listed = index.partition(":caption: How-to\n")[2].partition("```")[0].split()
    assert set(HOW_TOS.values()) <= set(listed)


def test_a_move_is_reached_from_what_newcomers_read_first() -> None:
    for name in HOW_TOS.values():
        if name.startswith("move-from-"):
            assert f"({name}.md)" in (DOCS / "watch.md").read_text("utf-8")
