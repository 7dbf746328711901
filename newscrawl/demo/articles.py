"""The articles of the demo newspaper as they are at each edition, read from `stories/*.toml`.

A file holds the facts of an article, then one `[[wording]]` for each edition at which it changed; fields that a wording
omits stay as they were. `[answers]` lists the editions in which the server does not answer with the article's page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class AnswerKind(StrEnum):
    """How the server answers a request for an article's URL in one edition."""

    PAGE = "page"
    GONE = "gone"  # 410
    CONSENT = "consent"  # 200 with a consent wall
    BOT_WALL = "bot_wall"  # 200 with a challenge for bots
    TRUNCATED = "truncated"  # 200 with correct framing, but the gzip stream in it is incomplete


@dataclass(frozen=True, slots=True)
class Wording:
    """An article from one edition on."""

    edition: int
    slug: str
    headline: str
    paragraphs: tuple[str, ...]
    modified: datetime  # as the page states it; a silent edit leaves it unchanged


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article of the demo newspaper with all its wordings."""

    number: int  # the newspaper's own id, at the end of every URL of the article
    section: str
    authors: tuple[str, ...]
    published: datetime
    summary: str
    caption: str
    language: str
    has_validators: bool
    wordings: tuple[Wording, ...]  # oldest first
    answers: dict[int, AnswerKind]  # by edition; PAGE if an edition is missing

    def at(self, edition: int) -> Wording | None:
        """Return the wording at an edition, None before the article's first edition."""
        return next((wording for wording in reversed(self.wordings) if wording.edition <= edition), None)

    def answer_kind(self, edition: int) -> AnswerKind:
        return self.answers.get(edition, AnswerKind.PAGE)

    def path(self, wording: Wording) -> str:
        return f"/{self.published:%Y/%m}/{wording.slug}-{self.number}"

    def former_paths(self, edition: int) -> set[str]:
        """Return the paths that the article had before its present one."""
        present = self.at(edition)
        if present is None:
            return set()
        earlier = {self.path(wording) for wording in self.wordings if wording.edition < present.edition}
        return earlier - {self.path(present)}


@cache
def articles() -> tuple[DemoArticle, ...]:
    """Return all articles, ordered by their number."""
    unordered = [
        _article(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in files(__package__).joinpath("stories").iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(unordered, key=lambda article: article.number))


def _article(facts: dict[str, Any]) -> DemoArticle:
    return DemoArticle(
        number=facts["number"],
        section=facts["section"],
        authors=tuple(facts["authors"]),
        published=facts["published"],
        summary=facts["summary"],
        caption=facts["caption"],
        language=facts.get("language", "en"),
        has_validators=facts.get("has_validators", True),
        wordings=tuple(_wordings(facts)),
        answers={int(edition): AnswerKind(kind) for edition, kind in facts.get("answers", {}).items()},
    )


def _wordings(facts: dict[str, Any]) -> Iterator[Wording]:
    fields: dict[str, Any] = {"modified": facts["published"]}
    for changed_fields in facts["wording"]:
        fields = fields | changed_fields
        yield Wording(
            edition=fields["edition"],
            slug=fields["slug"],
            headline=fields["headline"],
            paragraphs=_paragraphs(fields["text"]),
            modified=fields["modified"],
        )


def _paragraphs(text: str) -> tuple[str, ...]:
    """Split a text at its blank lines; single line ends are not part of the text."""
    blocks = (block.strip() for block in text.strip().split("\n\n"))
    return tuple(re.sub(r"\s*\n\s*", " ", block) for block in blocks if block)
