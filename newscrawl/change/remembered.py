"""Remember what was read of the texts and passages of an article's edits, which several kinds of facts ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_SHORT = 8_000  # characters: more than any paragraph that a newsroom writes
_TEXTS, _LONG_TEXTS = 64, 4  # that are remembered


class Remembered(Generic[P, T]):
    """A function of a text whose last results are remembered; of long texts only very few, which bounds the memory."""

    def __init__(self, read: Callable[Concatenate[str, P], T]) -> None:
        self._of_short = lru_cache(maxsize=_TEXTS)(read)
        self._of_long = lru_cache(maxsize=_LONG_TEXTS)(read)

    def __call__(self, text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        read = self._of_short if len(text) <= _SHORT else self._of_long
        return read(text, *args, **kwargs)  # type: ignore[arg-type]  # what is asked for beside the text is hashable

    def forget(self) -> None:
        self._of_short.cache_clear()
        self._of_long.cache_clear()
