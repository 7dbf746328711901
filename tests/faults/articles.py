"""Invented news, the same in every run: an article is its number and how often it was edited."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from html import escape

TOWNS = [
    "Aldmoor",
    "Brackwater",
    "Cinderford",
    "Dunmere",
    "Eastholm",
    "Fennick",
    "Gorsley",
    "Hexby",
    "Ivelstone",
    "Jarrowick",
]
WHO = ["harbour board", "parish council", "fire brigade", "water company", "rail union", "county court", "school board"]
VERBS = ["approved", "rejected", "postponed", "questioned", "defended", "withdrew", "published"]
THINGS = ["a plan for the old mole", "its budget for next year", "a report on the floods", "new rates for berths"]
WORDS = [
    "rope",
    "lamp",
    "plank",
    "tide",
    "ledger",
    "barrel",
    "chain",
    "anchor",
    "sluice",
    "beacon",
    "quarry",
    "gable",
    "hinge",
    "mortar",
]


@dataclass(frozen=True, slots=True)
class ArticleText:
    number: int
    edition: int = 1
    bytes_least: int = 0  # length of the text, for pages that are large

    def edited(self) -> ArticleText:
        return replace(self, edition=self.edition + 1)

    @property
    def headline(self) -> str:
        chosen = random.Random(self.number)
        return f"{chosen.choice(TOWNS)} {chosen.choice(WHO)} {chosen.choice(VERBS)} {chosen.choice(THINGS)}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        chosen = random.Random(self.number)
        texts = [_sentence(chosen, self.number) for _ in range(6)]
        texts[2] += f" The estimate of {1000 + 17 * self.number + 131 * self.edition} crowns is reading {self.edition}."
        return (*texts, *_annex(self.number, self.bytes_least))

    def html(self) -> str:
        headline = escape(self.headline)
        text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return (
            f'<!DOCTYPE html><html lang="en"><head><title>{headline}</title>'
            f'<meta property="og:type" content="article"><meta property="og:title" content="{headline}">'
            f'<body class="report"><article><h1>{headline}</h1><p class="byline">By Ada Quill</p>'
            f'<div class="text">{text}</div></article></body></html>'
        )


def _sentence(chosen: random.Random, number: int) -> str:
    return (
        f"The {chosen.choice(WHO)} of {chosen.choice(TOWNS)} {chosen.choice(VERBS)} {chosen.choice(THINGS)} on Monday, "
        f"after {chosen.randint(3, 40)} speakers had been heard in the long hall by the water about matter {number}."
    )


@cache
def _annex(number: int, bytes_least: int) -> tuple[str, ...]:
    """Return paragraphs that do not compress to nothing, as lists of real things do not."""
    chosen = random.Random(-number)
    texts: list[str] = []
    length = 0
    while length < bytes_least:
        items = " ".join(f"{chosen.choice(WORDS)} {chosen.randint(1, 99999)}" for _ in range(400))
        texts.append(f"Item {len(texts) + 1} of the annex lists {items}.")
        length += len(texts[-1])
    return tuple(texts)
