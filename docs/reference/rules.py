"""The page of the rules vocabulary: attributes of spiders and layouts, selectors and methods, each with an example."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from typing import Any

from docs.reference.layout_examples import LAYOUTS, SELECTORS, LayoutExample
from docs.reference.source_examples import NO_FAULT, SOURCES, SourceExample
from docs.reference.tables import code, page, table
from newscrawl.extract import Rules
from newscrawl.source_definition import SourceDefinition

INTRODUCTION = """
All that the file of a source may state: attributes of a `NewsSpider`, and attributes of the `Rules` classes nested in it, one for each
layout. [Rules](rules.md) says how they work together, [sources](sources.md) when a source needs them. Each example here is tried by a test:
an attribute of a spider in a file, one of a layout on a page with the part that is shown.
"""
SPIDER = """
## Attributes of a spider

`name`, `domains` and at least one listing must be stated; all others have defaults. `courier` is a spider with `name = "courier"`,
`domains = ("courier.example",)`, a feed, and the line that is shown.
"""
LAYOUT = """
## Attributes of a layout

Layouts are nested classes, the oldest first, named after the year in which they appeared: `class Layout2026(Rules)`. A page is read by the
newest one that matches it and reads a text, else generically. An attribute takes one selector, or a tuple of alternatives of which
the first counts that finds a text. What is not stated is read as pages usually state it: JSON-LD, then `<meta>`, then microdata, then the page.
"""
SELECTOR = """
## Selectors

Five kinds, known by how they begin. Paths are `key`, `key.key`, `[0]`, `[type=text,header]` (elements by value; `!=` for none of), `*`
(each) and `**` (at any depth). What is selected of JSON may have markup.
"""
METHODS = """
## Methods

Where selectors do not do, a layout overrides the method beside the attribute. `page` has `tree` (lxml), `ld`, `nodes`, `meta(…)`, `state(name)`,
`has(selector)`, `url` and `capture`. Set `page.used` to what gave a text: `newscrawl try` shows it. Never change the tree.
"""
BLOCKS = """
## Blocks

`p`, `li`, `blockquote`, `h1` to `h6`, `pre`, `dt`, `dd`, `tr` and `div` end a paragraph, and so does `<br><br>`. A single `<br>` is a space, but
between two long sentences and in a list of four lines or more. A row of a table is one paragraph, unless its cells hold paragraphs. Tables,
lists and quotations between two selected paragraphs are read with them.
"""


def text() -> str:
    return page(
        "Rules vocabulary",
        "docs/reference/rules.py, layout_examples.py or source_examples.py",
        INTRODUCTION,
        SPIDER,
        *(_source(name, default, SOURCES[name]) for name, default in source_attributes()),
        LAYOUT,
        *(_layout(name, default, LAYOUTS[name]) for name, default in layout_attributes()),
        SELECTOR,
        *(f"### {title}\n\n{each.meaning}\n\n{_reads(each)}" for title, each in SELECTORS),
        METHODS,
        table(("method", "what it returns"), methods()),
        BLOCKS,
    )


def source_attributes() -> Iterator[tuple[str, Any]]:
    """Yield each attribute that a spider may state, with its default."""
    for name in typing.get_type_hints(SourceDefinition):
        if not name.startswith("_"):
            yield name, getattr(SourceDefinition, name)


def layout_attributes() -> Iterator[tuple[str, Any]]:
    """Yield each attribute that a layout may state, with its default."""
    for name in typing.get_type_hints(Rules):
        if not name.startswith("_"):
            yield name, getattr(Rules, name)


def methods() -> Iterator[tuple[str, str]]:
    for name, method in vars(Rules).items():
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        parameters = ", ".join(list(inspect.signature(method).parameters)[1:])
        first = (inspect.getdoc(method) or f"Return the {name.removeprefix('read_')}.").partition("\n")[0]
        yield code(f"{name}({parameters})"), first


def _source(name: str, default: Any, example: SourceExample) -> str:
    if example.ask:
        says = f"{code(example.states)}: then {code(example.ask)} is {code(example.answer)}."
    elif example.answer == NO_FAULT:
        says = f"{code(example.states)}."
    else:
        says = f"Wrong: {code(example.states)} is refused: {code(example.answer)}."
    return f"### {name}\n\n{example.meaning}{_default(default)}\n\n{says}"


def _layout(name: str, default: Any, example: LayoutExample) -> str:
    return f"### {name} (of a layout)\n\n{example.meaning}{_default(default)}\n\n{_reads(example)}"


def _default(default: Any) -> str:
    if default in (None, "", ()) or default == {}:
        return ""
    if isinstance(default, tuple) and len(default) > 1:
        return " Default, in this order: " + ", ".join(map(code, default)) + "."
    return f" Default: {code(default[0] if isinstance(default, tuple) else default)}."


def _reads(example: LayoutExample) -> str:
    lines = ", ".join(map(code, example.rules.split("\n")))
    of = " and ".join(code(part) for part in (example.head, example.page) if part)
    read = "; ".join(f"{name} {_value(value)}" for name, value in example.reads.items())
    return f"{lines} reads of {of}: {read}."


def _value(value: Any) -> str:
    return ", ".join(map(code, value)) if isinstance(value, list) else code(value)
