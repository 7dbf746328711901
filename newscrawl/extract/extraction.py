"""From a capture to an Extraction: choose the layout, read the fields, decide the kind of page."""

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

from newscrawl.extract import boilerplate, generic, optional, page_kinds
from newscrawl.extract.blocks import Block
from newscrawl.extract.completeness import contains_much_more, may_be_incomplete
from newscrawl.extract.notes import with_correction_notes
from newscrawl.extract.optional import left_out_texts, separated
from newscrawl.extract.page import Page, origin_of
from newscrawl.extract.partial import shown_part
from newscrawl.extract.rules import Rules
from newscrawl.extract.text_density import bare
from newscrawl.items import GENERIC, Capture, Extraction, Readers, Source

# Increase it whenever this package may read the same page differently than before.
EXTRACTOR = 4

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
    layouts = [layout for layout in nested if getattr(spider_class, layout.__name__, None) is layout]
    return tuple(sorted(layouts, key=lambda layout: (_year(layout), layouts.index(layout)), reverse=True))


def _year(layout: type[Rules]) -> int:
    match = _YEAR.search(layout.__name__)
    return int(match.group()) if match else 0


def extract(
    capture: Capture,
    layouts: Sequence[type[Rules]],
    source: Source,
    readers: Readers | None = None,
    *,
    page: Page | None = None,
) -> Extraction:
    """Read one page by the first layout that matches it and reads a text, or by the generic extractor if none does.

    With `readers` it is read by these only: what they do not find stays empty, so that a text can be compared with
    another that they read. Raises ExtractionError only for a page beyond the limits of `Page` (32 MiB, 200,000 tags).
    `page` is the capture's page, if it was parsed already.
    """
    page = page or Page(capture, source.languages)
    field, paragraphs = _read_body(page, layouts, readers)
    rules = field.rules
    body_origin, page.only = origin_of(page.used), readers.headline if readers else None
    paragraphs, lines = separated(with_correction_notes(page, paragraphs))
    headline = field("headline", rules.read_headline)
    headline_origin, page.only = origin_of(page.used), None
    paragraphs = _without_headline(paragraphs, headline)
    kind, evidence = page_kinds.kind_of(page, headline, paragraphs, is_generic=rules.name() == GENERIC)
    shown, reason = shown_part(page, kind, paragraphs)
    return Extraction(
        rules=rules.name(),
        kind=kind,
        evidence=(*evidence, reason) if reason else evidence,
        url=field("url", rules.read_url),
        further_urls=page.stated_urls,
        guid=field("guid", rules.read_guid),
        headline=headline,
        alternative_headlines=tuple(stated for stated in rules.read_alternatives(page) if stated != headline),
        byline=field("byline", rules.read_byline),
        author=field("author", rules.read_author),
        date_published=field("date_published", rules.read_published),
        date_modified=field("date_modified", rules.read_modified),
        article_section=field("article_section", rules.read_section),
        in_language=field("in_language", rules.read_language),
        description=field("description", rules.read_description),
        paragraphs=paragraphs,
        optional=(*lines, *left_out_texts(page.left_out, paragraphs)),
        shown=shown,
        is_accessible_for_free=field("is_accessible_for_free", rules.read_free),
        body_origin=body_origin,
        headline_origin=headline_origin,
        origins=tuple(field.origins),
    )


def _without_headline(paragraphs: tuple[str, ...], headline: str | None) -> tuple[str, ...]:
    """Return the paragraphs without a first one that repeats the headline, as a layout with it in the body has."""
    return paragraphs[1:] if headline and len(paragraphs) > 1 and bare(paragraphs[0]) == bare(headline) else paragraphs


def _read_body(
    page: Page, layouts: Sequence[type[Rules]], readers: Readers | None
) -> tuple[_FieldReader, tuple[str, ...]]:
    """Return the paragraphs and who read them: the first matching layout that reads any, else generic reading.

    One that may have read a part only passes the page on; its part stands if nobody reads it with much more around it.
    """
    if readers is not None:
        return _read_body_by(readers, page, layouts)
    part: tuple[_FieldReader, tuple[str, ...], str, list[etree._Element | Block]] | None = None
    for layout in layouts:
        field = _FieldReader(layout(), page)
        if not field.rules.matches(page) or not (paragraphs := field("paragraphs", field.rules.read_paragraphs)):
            continue
        if part is None or contains_much_more(paragraphs, part[1]):
            if not may_be_incomplete(page, paragraphs, layout.drop):
                return field, paragraphs
            part = field, paragraphs, page.used, page.left_out
    field = _FieldReader(generic.Generic(), page)
    paragraphs = field("paragraphs", field.rules.read_paragraphs)
    if part is None or contains_much_more(paragraphs, part[1]):
        return field, paragraphs
    field, paragraphs, page.used, page.left_out = part
    return field, paragraphs


def _read_body_by(readers: Readers, page: Page, layouts: Sequence[type[Rules]]) -> tuple[_FieldReader, tuple[str, ...]]:
    page.only = readers.body
    field = _FieldReader(generic.Generic(), page)
    if readers.is_generic:
        return field, field("paragraphs", field.rules.read_paragraphs)
    for rules in (layout() for layout in layouts if layout.name() == readers.rules):
        if rules.matches(page):
            by_layout = _FieldReader(rules, page)
            if paragraphs := by_layout("paragraphs", rules.read_paragraphs):
                return by_layout, paragraphs
    page.used = ""
    return field, ()


class _FieldReader:
    """Reads one field after another, and collects which selector or method gave each."""

    def __init__(self, rules: Rules, page: Page) -> None:
        self.page = page
        self.rules = rules
        self.origins: list[tuple[str, str]] = []

    def __call__(self, field: str, reader: Callable[[Page], T]) -> T:
        self.page.used = ""
        value = reader(self.page)
        if value not in (None, "", ()):
            self.origins.append((field, self._origin(reader.__name__)))
        return value

    def _origin(self, method: str) -> str:
        """Return the selector that was used, preceded by the method's name if the layout overrides it."""
        read_by = getattr(type(self.rules), method)
        if read_by is getattr(Rules, method):
            return self.page.used
        name = ".".join(read_by.__qualname__.split(".")[-2:])
        return f"{name}: {self.page.used}" if self.page.used else name


def stamp(layouts: Sequence[type[Rules]]) -> str:
    """Return a short fingerprint of these rules and of everything else that decides what is read.

    The texts of two extractions may be compared only if their stamps are equal.
    """
    parts = [
        str(EXTRACTOR),
        _toolchain(),
        boilerplate.version(),
        generic.version(),
        page_kinds.version(),
        optional.version(),
        *map(_rules_fingerprint, layouts),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _toolchain() -> str:
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    versions = " ".join(f"{name} {metadata.version(name)}" for name in ("lxml", "trafilatura", "chardet"))
    return f"{versions} libxml2 {libxml2}"


def _rules_fingerprint(layout: type[Rules]) -> str:
    """Return a layout's attributes, and the whole source of its module if it has methods: they may call into it."""
    owners = [owner for owner in layout.__mro__ if issubclass(owner, Rules) and owner is not Rules]
    settings = [
        f"{name}={value!r}"
        for owner in owners
        for name, value in sorted(vars(owner).items())
        if not name.startswith("__") and not callable(value) and name != "example"
    ]
    modules = {inspect.getsourcefile(owner) for owner in owners if any(map(inspect.isfunction, vars(owner).values()))}
    code = [_code(owner) for owner in owners if any(map(inspect.isfunction, vars(owner).values()))] if modules else []
    return "\n".join([layout.__name__, *settings, *code])


def _code(owner: type[Rules]) -> str:
    module = inspect.getmodule(owner)
    try:
        source = inspect.getsource(module) if module else ""
    except (OSError, TypeError):
        return repr(sorted(vars(owner)))
    return ast.dump(ast.parse(source))
