"""All patterns that newscrawl compiles: `python -m tests.hostile.recorded_patterns` prints them as JSON lines.

In a process of its own, since they are recorded while the modules are imported, and while the functions that compile
others are called (exercised_patterns.py). Patterns of calls such as `re.sub(…)` are found in the source.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import regex
import regex._main as _main

OWN = str(Path(__file__).parents[2] / "newscrawl")
ANCHORED = frozenset({"match", "fullmatch"})
METHODS = ANCHORED | {"search", "sub", "subn", "split", "findall", "finditer"}
ENGINES = {"re", "regex"}
COMPILERS = {"re.compile", "regex.compile"}
_found: dict[tuple[str, str, int, str], str] = {}  # and the function that compiled it


def _recording(compile_pattern: Callable[..., Any], engine: str) -> Callable[..., Any]:
    def record(pattern: Any, flags: Any = 0, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename in (re.__file__, _main.__file__, __file__):
            frame = frame.f_back  # type: ignore[assignment]
        if frame is not None and frame.f_code.co_filename.startswith(OWN) and isinstance(pattern, str | bytes):
            text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
            file, function = frame.f_code.co_filename[len(OWN) + 1 :], frame.f_code.co_qualname.partition(".<")[0]
            _found.setdefault((engine, text, int(flags), file), "" if function.startswith("<") else function)
        return compile_pattern(pattern, flags, *args, **kwargs)

    return record


def main() -> None:
    re._compile = _recording(re._compile, "re")  # type: ignore[attr-defined]
    _main._compile = _recording(_main._compile, "regex")
    import newscrawl
    from newscrawl import lazy_patterns

    lazy_patterns.lazy_pattern = regex.compile  # now, and as of the module that has the pattern
    for module in pkgutil.walk_packages(newscrawl.__path__, "newscrawl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    from tests.hostile.exercised_patterns import exercise

    exercise()
    called = [call for module in _modules() for call in _calls(module)]
    for call in called:
        print(json.dumps(call))
    methods = _methods()
    for (engine, pattern, flags, file), function in _found.items():
        known = methods.get((pattern, file), {"search"})
        methods_used = sorted({"search"} if known - ANCHORED else known)
        print(
            json.dumps(
                {
                    "engine": engine,
                    "pattern": pattern,
                    "flags": flags,
                    "file": file,
                    "methods": methods_used,
                    "code": "",
                    "function": function,
                }
            )
        )


def _modules() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.startswith("newscrawl")]


def _calls(module: ModuleType) -> Iterator[dict[str, Any]]:
    """Yield the patterns that functions of `re` and `regex` are called with; one that is no constant as its code."""
    file = str(module.__file__)
    for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        engine = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        if engine in ENGINES and node.func.attr in METHODS:
            pattern = _value(node.args[0], module)
            flags = [_value(each.value, module) for each in node.keywords if each.arg == "flags"]
            flags += [_value(each, module) for each in node.args[1:] if ast.unparse(each).startswith(f"{engine}.")]
            yield {
                "engine": engine,
                "pattern": pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern,
                "flags": int(sum(flags)),
                "file": file[len(OWN) + 1 :],
                "methods": [node.func.attr if node.func.attr in ANCHORED else "search"],
                "code": ast.unparse(node.args[0]),
            }


def compiling_functions() -> set[tuple[str, str]]:
    """Return file and name of each function of newscrawl that compiles a pattern when it is called."""
    paths = sorted(Path(OWN).rglob("*.py"))
    return {
        (str(path.relative_to(OWN)), name)
        for path in paths
        for name, node in _functions(ast.parse(path.read_text("utf-8")).body, "")
        if any(ast.unparse(each.func) in COMPILERS for each in ast.walk(node) if isinstance(each, ast.Call))
    }


def _functions(body: list[ast.stmt], within: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions of a module and of its classes with their qualified names."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield within + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{within}{node.name}.")


def _value(node: ast.expr, module: ModuleType) -> Any:
    """Return the value of an expression of constants and of the module's names; None if it has others.

    What a function puts into a pattern (which of the quotes begins a string) is taken for a quotation mark.
    """
    for part in ast.walk(node):
        is_name = isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)
        if is_name and not hasattr(module, part.value.id):
            part.value = ast.copy_location(ast.Constant('"'), part.value)
    try:
        return eval(compile(ast.Expression(node), "pattern", "eval"), vars(module))  # noqa: S307  our own source
    except (NameError, AttributeError):
        return None


def _methods() -> dict[tuple[str, str], set[str]]:
    """Return by pattern and file which methods of it are called, for patterns that are constants of their module."""
    methods: dict[tuple[str, str], set[str]] = {}
    modules = _modules()
    texts = {str(module.__file__): Path(str(module.__file__)).read_text() for module in modules}
    for module in modules:
        file = str(module.__file__)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern | regex.Pattern) and f"\n{name} = " in texts[file]:
                pattern = value.pattern if isinstance(value.pattern, str) else value.pattern.decode("latin-1")
                readers = [texts[file]] if name.startswith("_") else list(texts.values())
                uses = {use for text in readers for use in _uses(name, text)}
                methods.setdefault((pattern, file[len(OWN) + 1 :]), set()).update(uses)
    return methods


def _uses(name: str, text: str) -> list[str]:
    """Return the methods that are called of a pattern; "" for each other use of it."""
    uses = re.findall(rf"^(?![ ]*(?:from|import)[ ]).*?(?<![\w]){name}\b(?![ ]*=[^=])(?:\.(\w+))?", text, re.MULTILINE)
    return [use for use in uses if not use.startswith("pattern")]


if __name__ == "__main__":
    main()
