"""All patterns that newscrawl compiles: `python -m tests.hostile.recorded_patterns` prints them as JSON lines.

In a process of its own, since they are recorded while the modules are imported, and while pages are read.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import regex
import regex._main as _main

OWN = str(Path(__file__).parents[2] / "newscrawl")
ANCHORED = frozenset({"match", "fullmatch"})
_found: dict[tuple[str, str, int, str], None] = {}


def _recording(compile_pattern: Callable[..., Any], engine: str) -> Callable[..., Any]:
    def record(pattern: Any, flags: Any = 0, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename in (re.__file__, _main.__file__, __file__):
            frame = frame.f_back  # type: ignore[assignment]
        if frame is not None and frame.f_code.co_filename.startswith(OWN) and isinstance(pattern, str | bytes):
            text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
            _found[engine, text, int(flags), f"{frame.f_code.co_filename[len(OWN) + 1 :]}"] = None
        return compile_pattern(pattern, flags, *args, **kwargs)

    return record


def main() -> None:
    re._compile = _recording(re._compile, "re")  # type: ignore[attr-defined]
    _main._compile = _recording(_main._compile, "regex")
    import newscrawl

    for module in pkgutil.walk_packages(newscrawl.__path__, "newscrawl."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    methods = _methods()
    for engine, pattern, flags, file in _found:
        known = methods.get((pattern, file), {"search"})
        methods_used = sorted({"search"} if known - ANCHORED else known)
        print(json.dumps({"engine": engine, "pattern": pattern, "flags": flags, "file": file, "methods": methods_used}))


def _methods() -> dict[tuple[str, str], set[str]]:
    """Return by pattern and file which methods of it are called, for patterns that are constants of their module."""
    methods: dict[tuple[str, str], set[str]] = {}
    modules = [module for name, module in sys.modules.items() if name.startswith("newscrawl")]
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
