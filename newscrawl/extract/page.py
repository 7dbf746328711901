"""A fetched page, parsed once: the tree and the data it embeds, each read on first use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from newscrawl.errors import ExtractionError
from newscrawl.extract.blocks import line
from newscrawl.extract.charset import decode
from newscrawl.extract.selectors import Selectors, alternatives, branches, compiled
from newscrawl.extract.structured import article_node, assigned_json, dig, flatten, parse_json, strings
from newscrawl.items import Capture

# A news story is 0.1 to 5 MB of markup; libxml2 reads 16 MiB in a quarter of a second.
SIZE_LIMIT_BYTES = 32 * 2**20
# The largest of 462 real pages has 10,305.
TAG_LIMIT = 200_000
# libxml2 compares each attribute of a tag with all before it: 200,000 of them take minutes.
_MONSTER_SIZE = 50_000
_MONSTER_TAG = re.compile(rf"<([A-Za-z][A-Za-z0-9]*)\s[^<>]{{{_MONSTER_SIZE},}}>")


class Page:
    """One page as rules see it. Selectors are described in `newscrawl.extract`."""

    def __init__(self, capture: Capture) -> None:
        """Decode and parse the body; raises ExtractionError for one beyond 32 MiB."""
        if len(capture.body) > SIZE_LIMIT_BYTES:
            raise ExtractionError(f"{capture.final_uri}: {len(capture.body)} bytes are no story page")
        self.capture = capture
        self.url = capture.final_uri
        text, data = decode(capture.body, capture.header("content-type"))
        if (tags := text.count("<")) > TAG_LIMIT:
            raise ExtractionError(f"{capture.final_uri}: {tags} tags are no story page")
        if _has_monster(text):
            data = _MONSTER_TAG.sub(_without_attributes, text).encode(errors="replace")
        self.tree = _parse(data)
        self._states: dict[str, Any] = {}
        self._values: dict[str, str] = {}
        self._selected: dict[str, list[Any]] = {}  # by selector
        self.used = ""  # the selector, or reader, that gave the last text

    @cached_property
    def nodes(self) -> list[Mapping[str, Any]]:
        """All JSON-LD nodes of the page, `@graph` and lists opened."""
        typed = [one for one in self.tree.iter("script") if "ld+json" in one.get("type", "").lower()]
        blocks = [parse_json(text) for one in typed if (text := one.text)]
        return flatten([one for one in blocks if one is not None])

    @cached_property
    def ld(self) -> Mapping[str, Any]:
        """The page's own article in JSON-LD (`{}` if none): @id references resolved, twins merged."""
        return article_node(self.nodes, [self.url, self.capture.target_uri, *self.canonical])

    @cached_property
    def canonical(self) -> tuple[str, ...]:
        """The page's own addresses as it states them: rel=canonical, then og:url."""
        links = self.tree.iter("link")
        stated = [one.get("href", "").strip() for one in links if one.get("rel", "").strip().lower() == "canonical"]
        return (*filter(None, stated), *self.meta("og:url"))

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for element in self.tree.iter("meta"):
            content = " ".join((element.get("content") or element.get("value") or "").split())
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if content and (name := element.get(attribute)):
                    found.setdefault(name.lower(), []).append(content)
        return found

    def meta(self, *names: str) -> tuple[str, ...]:
        """Return the contents of `<meta>` by property, name or itemprop, in the order of the names asked for."""
        return tuple(dict.fromkeys(one for name in names for one in self._metas.get(name.lower(), ())))

    def state(self, name: str) -> Any:
        """Return the JSON state that a script holds: `#id` names the script, anything else the variable in it."""
        if name not in self._states:
            self._states[name] = self._find_state(name)
        return self._states[name]

    def _find_state(self, name: str) -> Any:
        for script in self.tree.iter("script"):
            text = script.text or ""
            if name.startswith("#"):
                found = parse_json(text) if script.get("id") == name[1:] else None
            else:
                found = assigned_json(text, name) if name in text else None
            if found is not None:
                return found
        return None

    @cached_property
    def title(self) -> str:
        """The text of `<title>`, white space collapsed; empty where there is none."""
        element = next(self.tree.iter("title"), None)
        return " ".join((element.text or "").split()) if element is not None else ""

    def holds(self, attribute: str, part: str) -> bool:
        """Tell whether any element has an attribute with `part` in its value."""
        values = self._values.get(attribute)
        if values is None:
            values = self._values[attribute] = "\n".join(compiled(f"//@{attribute}")(self.tree))
        return part in values

    def select(self, selector: str) -> list[Any]:
        """Return what a selector finds, in document order: elements, strings, or JSON values."""
        kind, _, rest = selector.partition(":")
        if kind == "ld":
            return dig(self.ld, rest)
        if kind == "meta":
            return next((list(found) for name in rest.split(",") if (found := self.meta(name))), [])
        if kind == "json":
            name, _, path = rest.partition(":")
            return dig(self.state(name), path)
        if selector not in self._selected:
            self._selected[selector] = self._select_nodes(selector)
        return self._selected[selector]

    def _select_nodes(self, selector: str) -> list[Any]:
        live = [branch.path for branch in branches(selector) if all(self.holds(*need) for need in branch.needs)]
        if not live:
            return []
        try:
            found = compiled(" | ".join(live))(self.tree)
        except etree.XPathEvalError as error:
            raise ValueError(f"bad selector {selector!r}: {error}") from error
        return found if isinstance(found, list) else [found] if isinstance(found, str) else []

    def texts(self, selectors: Selectors) -> tuple[str, ...]:
        """Return the texts of the first alternative that has any, white space collapsed, each once."""
        for selector in alternatives(selectors):
            found = dict.fromkeys(text for value in self.select(selector) for text in _texts_of(value) if text)
            if found:
                self.used = selector
                return tuple(found)
        return ()

    def has(self, selector: str) -> bool:
        """Tell whether a selector finds anything."""
        return bool(self.select(selector))

    def absolute(self, address: str) -> str | None:
        """Return an address of this page made absolute, or None for one that is not HTTP."""
        try:
            url = urljoin(self.url, address.strip())
        except ValueError:
            return None
        return url if url.startswith(("http://", "https://")) else None


def _texts_of(value: Any) -> tuple[str, ...]:
    return (line(value),) if isinstance(value, etree._Element) else strings(value)


def _has_monster(text: str) -> bool:
    """Tell whether `_MONSTER_TAG` is anywhere in a text: looks only at what 50,000 characters without `<` follow."""
    at = text.find("<")
    while 0 <= at < len(text) - _MONSTER_SIZE:
        if (near := text.rfind("<", at + 1, at + _MONSTER_SIZE)) > 0:
            at = near
        elif _MONSTER_TAG.match(text, at):
            return True
        else:
            at = text.find("<", at + 1)
    return False


def _without_attributes(tag: re.Match[str]) -> str:
    return f"<{tag[1]}>" if tag[0].count("=") > 1000 else tag[0]


def _parse(data: bytes) -> etree._Element:
    # Depth: libxml2 stops at 2048 levels with huge_tree, 256 without; real pages pass 256 when a div is left open.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, collect_ids=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        tree = None
    return etree.fromstring("<html><body/></html>", etree.HTMLParser()) if tree is None else tree
