"""Classes that no other process can import: a worker that is forked afterwards has them, and is sent their numbers."""

from __future__ import annotations

import io
import pickle
import sys
from typing import Any

from newscrawl.bounds.frames import with_length

_classes: list[type] = []  # of rules that are defined in a function, or whose file was edited since


def count() -> int:
    """Return how many such classes a worker has that is forked now."""
    return len(_classes)


def framed(message: object) -> tuple[bytes, int]:
    """Return a message as it is sent, and how many such classes its worker must have."""
    try:
        return with_length(pickle.dumps(message, pickle.HIGHEST_PROTOCOL)), 0
    except (pickle.PicklingError, AttributeError):
        buffer = io.BytesIO()
        pickler = _Pickler(buffer)
        pickler.dump(message)
        return with_length(buffer.getvalue()), pickler.needed


class _Pickler(pickle.Pickler):
    def __init__(self, buffer: io.BytesIO) -> None:
        super().__init__(buffer, pickle.HIGHEST_PROTOCOL)
        self.needed = 0

    def reducer_override(self, value: object) -> Any:
        if not isinstance(value, type) or _is_importable(value):
            return NotImplemented
        if value not in _classes:
            _classes.append(value)
        number = _classes.index(value)
        self.needed = max(self.needed, number + 1)
        return class_of, (number,)


def _is_importable(value: type) -> bool:
    found: object = sys.modules.get(value.__module__)
    for name in value.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is value


def class_of(number: int) -> type:
    """Return the class with a number, in the process that knows it or in one that was forked from it since."""
    return _classes[number]
