"""From a capture to an Extraction: which layout fits, what kind of page it is, what the fields say."""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import metadata
from typing import TypeVar

from lxml import etree

from newscrawl.extract import boilerplate, generic, page_kinds
from newscrawl.extract.page import Page
from newscrawl.extract.rules import Rules
from newscrawl.items import Capture, Extraction, Source

# Raised whenever this room may read the same page differently than before.
EXTRACTOR = 1

T = TypeVar("T")
_YEAR = re.compile(r"\d{4}")


def layouts_of(spider_class: type) -> tuple[type[Rules], ...]:
    """Return the Rules classes nested in a spider, newest first: by the year in the name, else last defined first."""
    nested = [
        value
        for owner in reversed(spider_class.__mro__)
        for value in vars(owner).values()
        if isinstance(value, type) and issubclass(value, Rules)
    ]
    own = [one for one in nested if getattr(spider_class, one.__name__, None) is one]
    return tuple(sorted(own, key=lambda one: (_year(one), own.index(one)), reverse=True))


def _year(layout: type[Rules]) -> int:
    found = _YEAR.search(layout.__name__)
    return int(found.group()) if found else 0


def extract(capture: Capture, layouts: Sequence[type[Rules]], source: Source) -> Extraction:
    """Read one page by the first layout whose fingerprint it bears; by the generic extractor where there is none.

    Raises ExtractionError only for a page that cannot be read at all.
    """
    page = Page(capture)
    rules = next((one for layout in layouts if (one := layout()).matches(page)), None) or generic.Generic()
    field = _FieldReader(rules, page)
    paragraphs = field("paragraphs", rules.read_paragraphs)
    headline = field("headline", rules.read_headline)
    kind, evidence = page_kinds.kind_of(page, headline, paragraphs)
    return Extraction(
        rules=rules.name(),
        kind=kind,
        evidence=evidence,
        url=field("url", rules.read_url),
        guid=field("guid", rules.read_guid),
        headline=headline,
        alternative_headlines=tuple(one for one in rules.read_alternatives(page) if one != headline),
        byline=field("byline", rules.read_byline),
        author=field("author", rules.read_author),
        date_published=field("date_published", rules.read_published),
        date_modified=field("date_modified", rules.read_modified),
        article_section=field("article_section", rules.read_section),
        in_language=field("in_language", rules.read_language),
        description=field("description", rules.read_description),
        paragraphs=paragraphs,
        is_accessible_for_free=field("is_accessible_for_free", rules.read_free),
        origins=tuple(field.origins),
    )


class _FieldReader:
    """Asks rules for one field after another, and keeps which selector or method gave it."""

    def __init__(self, rules: Rules, page: Page) -> None:
        self.page = page
        self.rules = type(rules)
        self.origins: list[tuple[str, str]] = []

    def __call__(self, field: str, reader: Callable[[Page], T]) -> T:
        self.page.used = ""
        value = reader(self.page)
        if value not in (None, "", ()):
            self.origins.append((field, self._origin(reader.__name__)))
        return value

    def _origin(self, method: str) -> str:
        """Return the selector that was used; before it the method, where that is not the default one."""
        read_by = getattr(self.rules, method)
        if read_by is getattr(Rules, method):
            return self.page.used
        name = ".".join(read_by.__qualname__.split(".")[-2:])
        return f"{name}: {self.page.used}" if self.page.used else name


def stamp(layouts: Sequence[type[Rules]]) -> str:
    """Return a short fingerprint of these rules and of everything below them that decides what is read.

    Two readings may be compared as texts only when their stamps are equal.
    """
    told = [
        str(EXTRACTOR),
        _toolchain(),
        boilerplate.version(),
        generic.version(),
        page_kinds.version(),
        *map(_rules_text, layouts),
    ]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _toolchain() -> str:
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    return f"lxml {metadata.version('lxml')} libxml2 {libxml2} trafilatura {metadata.version('trafilatura')}"


def _rules_text(layout: type[Rules]) -> str:
    """Return what a layout says. One with methods of its own is told by its whole module, which they may call into."""
    owners = [one for one in layout.__mro__ if issubclass(one, Rules) and one is not Rules]
    said = [
        f"{name}={value!r}"
        for owner in owners
        for name, value in sorted(vars(owner).items())
        if not name.startswith("__") and not callable(value) and name != "example"
    ]
    modules = {inspect.getsourcefile(one) for one in owners if any(map(inspect.isfunction, vars(one).values()))}
    code = [_code(one) for one in owners if any(map(inspect.isfunction, vars(one).values()))] if modules else []
    return "\n".join([layout.__name__, *said, *code])


def _code(owner: type[Rules]) -> str:
    module = inspect.getmodule(owner)
    try:
        source = inspect.getsource(module) if module else ""
    except (OSError, TypeError):
        return repr(sorted(vars(owner)))
    return ast.dump(ast.parse(source))
