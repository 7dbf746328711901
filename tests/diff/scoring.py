"""Precision, recall and F1 of links between two texts, over all of them and over those of changed units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newscrawl.items import DiffOp, DiffRow

Link = tuple[int, int]


@dataclass(slots=True)
class Score:
    hit: int = 0
    stated: int = 0
    true: int = 0

    def count(self, stated: set[Link], true: set[Link]) -> None:
        self.hit += len(stated & true)
        self.stated += len(stated)
        self.true += len(true)

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(self.stated + self.true, 1)


def links(rows: Iterable[DiffRow], *ops: DiffOp) -> set[Link]:
    """Return the (old, new) links that rows state; with `ops`, of rows of these kinds alone."""
    return {(i, j) for row in rows if not ops or row.op in ops for i in row.a for j in row.b}


def changed(pairs: set[Link], a: Sequence[str], b: Sequence[str]) -> set[Link]:
    return {(i, j) for i, j in pairs if a[i] != b[j]}
