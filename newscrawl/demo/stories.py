"""The stories of the demo newspaper as they stand at each edition, read from `stories/*.toml`.

A story's file holds its facts, then one `[[wording]]` for each edition at which something about it changed: what a
wording does not name stays as it was. `[answers]` tells in which editions the server answers with something else.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class Answer(StrEnum):
    """What the server gives for a story's address in one edition."""

    PAGE = "page"
    GONE = "gone"  # 410
    CONSENT = "consent"  # 200, and a consent wall
    BOT_WALL = "bot_wall"  # 200, and a riddle for robots
    TRUNCATED = "truncated"  # 200, gzip, correctly framed, and cut within the stream


@dataclass(frozen=True, slots=True)
class Wording:
    """A story as it stands from one edition on."""

    edition: int
    slug: str
    headline: str
    paragraphs: tuple[str, ...]
    modified: datetime  # as the page claims; an edit that leaves it alone is a silent one


@dataclass(frozen=True, slots=True)
class Story:
    number: int  # the newspaper's own id, at the end of every address of the story
    section: str
    authors: tuple[str, ...]
    published: datetime
    summary: str
    caption: str
    language: str
    has_validators: bool
    wordings: tuple[Wording, ...]  # oldest first
    answers: dict[int, Answer]

    def at(self, edition: int) -> Wording | None:
        """Return the story as it stands at an edition, None before its first."""
        return next((w for w in reversed(self.wordings) if w.edition <= edition), None)

    def answer(self, edition: int) -> Answer:
        return self.answers.get(edition, Answer.PAGE)

    def path(self, wording: Wording) -> str:
        return f"/{self.published:%Y/%m}/{wording.slug}-{self.number}"

    def former_paths(self, edition: int) -> set[str]:
        """Return addresses that the story had before its present one."""
        now = self.at(edition)
        return (
            {self.path(w) for w in self.wordings if now and w.edition < now.edition} - {self.path(now)}
            if now
            else set()
        )


@cache
def stories() -> tuple[Story, ...]:
    """Return all stories by their number."""
    found = [
        _story(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in files(__package__).joinpath("stories").iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda story: story.number))


def _story(told: dict[str, Any]) -> Story:
    wordings: list[Wording] = []
    stands: dict[str, Any] = {"modified": told["published"]}
    for step in told["wording"]:
        stands = stands | step
        wordings.append(
            Wording(
                stands["edition"], stands["slug"], stands["headline"], _paragraphs(stands["text"]), stands["modified"]
            )
        )
    return Story(
        number=told["number"],
        section=told["section"],
        authors=tuple(told["authors"]),
        published=told["published"],
        summary=told["summary"],
        caption=told["caption"],
        language=told.get("language", "en"),
        has_validators=told.get("has_validators", True),
        wordings=tuple(wordings),
        answers={int(number): Answer(word) for number, word in told.get("answers", {}).items()},
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    """Split at blank lines; line ends within a paragraph are for the eye only."""
    parts = (part.strip() for part in text.strip().split("\n\n"))
    return tuple(re.sub(r"\s*\n\s*", " ", part) for part in parts if part)
