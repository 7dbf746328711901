"""How often an article was checked, as a sentence: that nothing changed is said too."""

from __future__ import annotations

from newscrawl.humanize.numbers import counted
from newscrawl.items import MonthOfChecks


def checks_sentence(month: MonthOfChecks) -> str:
    """Return what a month's checks found: `checked 31 times in 2026-10, unchanged`."""
    if not month.checks:
        return f"not readable in {month.month} ({counted(month.others, 'attempt')})"
    times = "once" if month.checks == 1 else f"{month.checks:,} times"
    found = f"changed {'once' if month.edits == 1 else f'{month.edits:,} times'}" if month.edits else "unchanged"
    first = ", first seen" if month.outcomes.get("new") else ""
    others = f"; {counted(month.others, 'further attempt')} without a wording" if month.others else ""
    return f"checked {times} in {month.month}{first}, {found}{others}"
