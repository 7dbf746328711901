"""A checkable fact in a text: as printed, folded for comparison, with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date, name or quotation; two with one key state the same."""

    text: str
    key: str
    start: int
    end: int
    is_weak: bool = False  # a fact only beside another one: "one" before "two"
