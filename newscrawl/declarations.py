"""Classes that state facts by attributes: a misspelt name or a value of another type fails when the class is made."""

from __future__ import annotations

import ast
import difflib
import inspect
import sys
import types
import typing
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from newscrawl.errors import SpiderFileError

_MIN_SIMILARITY = 0.8  # of a method to a known one: others are a class's own
_collected: list[SpiderFileError] | None = None  # within `all_refusals`


def require_known_attributes(
    cls: type, stated_by: type, kind: str, *, nested: type | None = None, further: Collection[str] = ()
) -> None:
    """Raise SpiderFileError for an attribute that no base of `cls` has, or not of the type that `stated_by` states.

    Private names are the class's own, and so are methods unless their names are nearly those of known ones. Classes
    within it must be subclasses of `nested`. `further` are names that no base states.
    """
    if cls.__module__.startswith("newscrawl.") and not cls.__module__.startswith("newscrawl.spiders."):
        return  # the bases themselves, which state what there is
    hints = _hints_of(stated_by)
    known = {name for base in cls.__mro__[1:] for name in (*vars(base), *inspect.get_annotations(base))}
    known |= set(further)
    for name, value in vars(cls).items():
        if name.startswith("_"):
            continue
        if isinstance(value, type) and nested is not None and name not in known:
            if not issubclass(value, nested):
                meant = f"write class {name}({nested.__name__})"
                refuse(cls, name, f"class {name} is no {nested.__name__} class; {meant}")
        elif name not in known:
            _require_own(cls, name, value, known, kind)
        elif name in hints and not isinstance(value, property) and not _fits(value, hints[name]):
            refuse(cls, name, f"{name} must be {_named(hints[name])}{_correction(name, value, hints[name])}")


@cache
def _hints_of(base: type) -> Mapping[str, Any]:
    return typing.get_type_hints(base)


@contextmanager
def all_refusals() -> Iterator[list[SpiderFileError]]:
    """Collect what is refused within, instead of raising the first: `newscrawl check` reports all that is wrong."""
    global _collected
    before, _collected = _collected, []
    try:
        yield _collected
    finally:
        _collected = before


def refuse(cls: type, name: str, message: str, cause: Exception | None = None) -> None:
    """Raise SpiderFileError for an attribute of a class, with file and line; collect it within `all_refusals`."""
    error = _refused(cls, name, message)
    if _collected is None:
        raise error from cause
    _collected.append(error)


def _refused(cls: type, name: str, message: str) -> SpiderFileError:
    module = sys.modules.get(cls.__module__)
    path = Path(getattr(module, "__file__", None) or cls.__module__)
    line = line_of_attribute(path, cls, name)
    return SpiderFileError(f"{path.parent.name}/{path.name}{f', line {line}' if line else ''}: {message}")


def _require_own(cls: type, name: str, value: Any, known: set[str], kind: str) -> None:
    """Raise SpiderFileError for an unknown name, unless it is that of a method of the class's own."""
    is_method = inspect.isroutine(value) or isinstance(value, classmethod | staticmethod | property)
    public = [each for each in known if not each.startswith("_")]
    similar = difflib.get_close_matches(name, public, n=1, cutoff=_MIN_SIMILARITY if is_method else 0.6)
    if is_method and not similar:
        return
    hint = f"did you mean {similar[0]}?" if similar else "a name of your own begins with an underscore"
    refuse(cls, name, f"{name} is no attribute of {kind}; {hint}")


def _fits(value: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin is typing.ClassVar:
        return _fits(value, typing.get_args(hint)[0])
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in typing.get_args(hint))
    if origin is tuple:
        return isinstance(value, tuple | list) and all(isinstance(each, str) for each in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(isinstance(each, str) for pair in value.items() for each in pair)
    if hint in (int, float):  # True is an int to Python
        return isinstance(value, (int, hint)) and not isinstance(value, bool)
    return isinstance(value, hint)


def _named(hint: Any) -> str:
    names = {str: "a string", bool: "True or False", type(None): "None", int: "a whole number", float: "a number"}
    origin = typing.get_origin(hint)
    if origin is typing.ClassVar:
        return _named(typing.get_args(hint)[0])
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_named(each) for each in typing.get_args(hint))
    if origin is Mapping:
        return "a mapping of strings to strings"
    return "a tuple of strings" if origin is tuple else names.get(hint, str(hint))


def _correction(name: str, value: Any, hint: Any) -> str:
    if inspect.isroutine(value):
        return f", and is a method here; a method is named read_{name}"
    if isinstance(value, str) and "tuple" in str(hint):
        return f"; a single one is written ({value!r},)"
    return f", and is {value!r}"


def line_of_attribute(path: Path, cls: type, name: str) -> int | None:
    """Return the line of a file in which an attribute of a class is stated; None if that cannot be found."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    classes = [tree, *_classes(tree, cls.__name__)]
    lines = [node.lineno for node in classes[-1].body if name in _names_in(node)]
    return lines[-1] if lines else None


def _classes(tree: ast.Module, name: str) -> Iterator[Any]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name)


def _names_in(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
