"""The nodes of a page's JSON-LD, however it is written: values behind each other, keys with namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from newscrawl.extract.structured import flatten, json_values, parse_json

_MAX_VALUES = 100  # in one script
_MAX_DEPTH = 40  # of objects within each other
_PREFIXED_KEY = re.compile(r'"(?:https?://(?:www\.)?schema\.org/|[A-Za-z][\w-]{0,20}:)[A-Za-z]{2,40}"\s*+:')
_NAMESPACE = re.compile(r"https?://(?:www\.)?schema\.org/|([A-Za-z][\w-]{0,20}):(?=[A-Za-z]+$)")


def nodes_of(scripts: Iterable[str], parsely: Iterable[str] = ()) -> list[Mapping[str, Any]]:
    """Return the nodes in scripts of JSON-LD; those in lists, `@graph` and main entities included.

    `parsely` are contents of `<meta name="parsely-page">`, with which pages of the 2010s state the same.
    """
    values = [value for text in scripts for value in _values_of(text)]
    return flatten([*values, *(node for text in parsely if (node := _parsely_node(text)))])


def _values_of(text: str) -> list[Any]:
    values = json_values(text, _MAX_VALUES)
    return [_without_namespaces(value) for value in values] if _PREFIXED_KEY.search(text) else values


def _without_namespaces(value: Any, known: frozenset[str] = frozenset({"schema"}), depth: int = 0) -> Any:
    """Return a value whose keys of schema.org have no namespace, be it an address or a prefix that a context states."""
    if depth > _MAX_DEPTH or not isinstance(value, list | Mapping):
        return value
    if isinstance(value, list):
        return [_without_namespaces(item, known, depth + 1) for item in value]
    context = value.get("@context")
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, Mapping):
            known |= {name for name, url in part.items() if "schema.org" in str(url)}
    return {_own_key(key, known): _without_namespaces(item, known, depth + 1) for key, item in value.items()}


def _own_key(key: str, known: frozenset[str]) -> str:
    match = _NAMESPACE.match(key)
    return key[match.end() :] if match is not None and (match[1] is None or match[1] in known) else key


def _parsely_node(text: str) -> Mapping[str, Any]:
    """Return what Parse.ly's JSON states, by schema.org's names; {} for a page that it does not call a post."""
    stated = parse_json(text)
    if not isinstance(stated, Mapping) or str(stated.get("type", "post")).lower() not in ("post", "article"):
        return {}
    values = {
        "headline": stated.get("title"),
        "url": stated.get("link"),
        "datePublished": stated.get("pub_date"),
        "author": stated.get("authors") or stated.get("author"),
        "articleSection": stated.get("section"),
    }
    return {"@type": "NewsArticle", **{key: value for key, value in values.items() if value}}
