"""Markdown that several pages of the reference need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

WRITTEN = "<!-- This page is written by `make reference` from the code. Edit {module}, not this file. -->\n"


def page(title: str, module: str, *parts: str) -> str:
    """Return a page: its title, a remark for whoever would edit it, and its parts."""
    return f"# {title}\n\n{WRITTEN.format(module=module)}\n" + "\n\n".join(part.strip("\n") for part in parts) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return "\n".join(lines)


def cell(text: str) -> str:
    """Return a text as a cell of a table may have it."""
    return re.sub(r"\s+", " ", text.replace("|", "\\|")).strip()


def code(text: object) -> str:
    """Return a text as inline code, whatever backticks it has."""
    text = str(text)
    fence = "``" if "`" in text else "`"
    padding = " " if "`" in text else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def described(members: Iterable[Enum], meanings: Mapping[Enum, str]) -> list[tuple[str, str]]:
    """Return rows of the members of an enumeration; raises KeyError for one that nobody has described."""
    listed = list(members)
    if superfluous := set(meanings) - set(listed):
        raise KeyError(f"described, and not there: {sorted(map(str, superfluous))}")
    return [(code(member.value), meanings[member]) for member in listed]
