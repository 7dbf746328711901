"""Problems of files and of the environment, as `newscrawl check` reports them: all at once, each with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

_PLACE = re.compile(r"(?P<file>[^\s:,]+\.(?:py|toml|json))(?:, line (?P<line>\d+))?: (?P<text>.*)", re.DOTALL)
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")  # tomllib
_NEAR = re.compile(r"did you mean ([\w.-]+)")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem; `file` is None for what stands in no file."""

    file: str | None
    line: int | None
    text: str  # with what to do, if that is known

    @classmethod
    def of(cls, error: Exception | str, file: str | None = None) -> Problem:
        """Return the problem of an error: its place is read from the message, which begins `file, line N: `."""
        message = str(error)
        if (stated := _PLACE.match(message)) is not None:
            file, line, message = stated["file"], stated["line"], stated["text"]
        else:
            line = None
        in_toml = _AT_LINE.search(message)
        number = int(line or (in_toml[1] if in_toml else 0)) or None
        return cls(file, number, message)

    @property
    def near(self) -> str | None:
        """The name that was probably meant, if the text says so."""
        found = _NEAR.search(self.text)
        return found[1] if found else None

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.file and self.line else self.file
        return f"{place}: {self.text}" if place else self.text


def meant(name: str, names: Collection[str]) -> str:
    """Return a hint at the name that is nearest to a misspelt one, as a part of a sentence; empty if none is near."""
    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def line_of_key(text: str, key: str, table: str = "") -> int | None:
    """Return the line of a TOML text in which a key of a table stands, or with an empty key the table's header."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            current = stripped.strip("[]").split("]")[0].strip().strip("\"'")
            if not key and current == table:
                return number
        elif key and current == table and stripped.partition("=")[0].split(".")[0].strip(" \t\"'") == key:
            return number
    return None


def unknown_keys(
    file: str, text: str, stated: dict[str, Any], known: Collection[str], table: str = ""
) -> Iterator[Problem]:
    """Yield a problem for each key of a TOML table that means nothing."""
    for key in stated.keys() - set(known):
        where = f" in [{table}]" if table else ""
        yield Problem(file, line_of_key(text, key, table), f"there is no {key!r}{where}{meant(key, known)}")


def parsed_toml(file: str, text: str) -> dict[str, Any] | Problem:
    """Return the values of a TOML text, or what is wrong with it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = Problem.of(error, file)
        return problem if problem.line else replace(problem, line=max(1, len(text.splitlines())))  # at its end
