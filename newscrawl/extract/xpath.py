"""Compiled XPath expressions."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree


@lru_cache(maxsize=4096)
def compiled(path: str) -> etree.XPath:
    """Compile an XPath; raises ValueError naming an invalid one."""
    try:
        return etree.XPath(path, namespaces={"re": "http://exslt.org/regular-expressions"}, smart_strings=False)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"bad selector {path!r}: {error}") from error
