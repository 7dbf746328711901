"""A newspaper's own line on how it corrects itself is known in ten languages, and told from news of corrections."""

from __future__ import annotations

import pytest

from newscrawl.change.notes_policy import is_policy

LINES = (
    "Corrections and updates are noted at the foot of each article.",
    "EDITS WILL BE FLAGGED.",
    "We always disclose significant changes.",
    "Korrekturen und Ergänzungen sind am Ende des Artikels vermerkt.",
    "ÄNDERUNGEN werden im Text kenntlich gemacht.",
    "Les mises à jour de cet article sont signalées.",
    "Las correcciones se indican al pie.",
    "As alterações a este texto são assinaladas.",
    "Le modifiche sono segnalate in fondo.",
    "Wijzigingen in dit artikel worden onderaan vermeld.",
    "Исправления в тексте отмечаются в конце.",
    "記事を訂正した場合は末尾に明記します。",
    "更正会在文末注明。",
)


@pytest.mark.parametrize("line", LINES)
def test_lines_of_policy_are_known(line: str) -> None:
    assert is_policy(line)


@pytest.mark.parametrize(
    "line",
    ["The council noted the changes to the plan.", "The ministry corrected its figures.", "今年の予算を修正した。"],
)
def test_news_of_changes_is_no_policy(line: str) -> None:
    assert not is_policy(line)
