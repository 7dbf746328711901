"""Data that pages embed for programs: JSON-LD and script state. Broken input yields less, never an error."""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_WRAPPING = re.compile(
    r"^\s*+(?:(?:(?://|/\*)\s*+)?<!\[CDATA\[(?:\s*+\*/)?|<!--)"
    r"|(?:(?:(?://|/\*)\s*+|(?<!\s)\s++)?\]\]>(?:\s*+\*/)?|-->)\s*+;?\s*+$"
)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_UNDEFINED = re.compile(
    r"(?<=[:,\[])\s*(?:undefined|NaN|-?Infinity|new Date\([^()]*+\)|function\s*+\([^()]*+\)\s*+\{\s*+\})(?=\s*[,}\]])"
)
_BETWEEN_VALUES = re.compile(r"[\s;,]*+")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]|\[([\w@-]+)(!?)=([^\]]*)\]")
_SCHEME_AND_PREFIX = re.compile(r"^https?://(?:www\.|m\.|amp\.)?")
_NAMESPACE = re.compile(r"^.*[/:#]")
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")
_WRAPPED = ("@value", "@list", "@set")
_OWN_NODES = ("@graph", "mainEntity")
MAX_STATE_SIZE = 2_000_000  # characters of a script whose JSON is searched
_MAX_NODES = 1000  # of JSON-LD on one page; real ones have a few dozen
_MIN_HEADLINE = 6  # letters; a shorter one is in many titles
MAX_ASSIGNMENTS = 20  # of one name in a script that are tried: each is parsed to its end
_MAX_LISTS = 20  # within each other; in JSON-LD one is usual
_DECODER = json.JSONDecoder(strict=False)

ARTICLE_TYPES = frozenset(
    {
        "NewsArticle", "Article", "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle", "ReviewNewsArticle", "AdvertiserContentArticle", "SatiricalArticle", "BlogPosting",
        "LiveBlogPosting", "Report", "TechArticle", "ScholarlyArticle", "SocialMediaPosting", "Review", "Recipe",
    }
)  # fmt: skip


def parse_json(text: str) -> Any:
    """Return the JSON value in a script, or None; removes CDATA and comment marks, trailing commas and `undefined`."""
    return next(iter(json_values(text, 1)), None)


def json_values(text: str, most: int) -> list[Any]:
    """Return up to so many JSON values that stand behind each other in a script, repaired as `parse_json` does."""
    text = text.strip()
    if "<!" in text or "-->" in text or "]]>" in text:
        text = _WRAPPING.sub("", text).strip()
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0:
        return []
    values: list[Any] = []
    for candidate in _repairs(text[start:]):
        with contextlib.suppress(ValueError, RecursionError):
            end = 0
            while len(values) < most:
                value, end = _DECODER.raw_decode(candidate, end)
                values.append(value)
                gap = _BETWEEN_VALUES.match(candidate, end)
                end = gap.end() if gap else end
        if values:
            break
    return values


def _repairs(text: str) -> Iterator[str]:
    yield text
    if _UNDEFINED.search(text):
        text = _UNDEFINED.sub("null", text)
        yield text
    yield _TRAILING_COMMA.sub("", text)


def assigned_json(script: str, name: str) -> Any:
    """Return the JSON value that a script assigns to `name` (`x = {…}`, `"x": {…}`, `JSON.parse("…")`), or None."""
    at, tries = -1, 0
    while tries < MAX_ASSIGNMENTS and (at := script.find(name, at + 1)) >= 0:
        rest = script[at + len(name) : at + len(name) + 40]
        head = re.match(r"[\"'\])]*\s*[=:]\s*(JSON\.parse\(\s*)?(?=[\[{\"'])", rest)
        if head is None:
            continue
        tries += 1
        value = script[at + len(name) + head.end() :]
        if value[0] in "\"'":
            value = _string_literal(value) or ""
        if (parsed := parse_json(value)) is not None:
            return parsed
    return None


def _string_literal(text: str) -> str | None:
    quote = text[0]
    match = re.match(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", text, re.DOTALL)
    if match is None:
        return None
    inner = match.group(1).replace('"', r"\"") if quote == "'" else match.group(1)
    try:
        value = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def dig(value: Any, path: str) -> list[Any]:
    """Return every value at a path such as `article.body[type=text,header].content`.

    A step is a key, `[0]` (index), `[key=a,b]` (elements whose key has one of these values; `!=`: none of them), `*`
    (every element or value) or `**` (at any depth, in document order). On a list, a key is taken of each element.
    """
    values = [value]
    for step in _STEP.finditer(path):
        values = [deeper for value in values for deeper in _take(value, step)]
    return [value for value in values if value is not None]


def _take(value: Any, step: re.Match[str]) -> Iterator[Any]:
    key, index, attribute, negated, wanted = step.groups()
    if key == "**":
        yield from _descend(value)
    elif key == "*":
        yield from value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    elif index is not None:
        if isinstance(value, list) and int(index) < len(value):
            yield value[int(index)]
    elif attribute is not None:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and (str(item.get(attribute)) in wanted.split(",")) != bool(negated):
                yield item
    else:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and key in item:
                yield item[key]


def _descend(value: Any) -> Iterator[Any]:
    stack = [value]
    while stack:
        item = stack.pop()
        yield item
        if isinstance(item, Mapping):
            stack.extend(reversed(list(item.values())))
        elif isinstance(item, list):
            stack.extend(reversed(item))


def strings(value: Any, *, key: str = "name") -> tuple[str, ...]:
    """Return the distinct texts in a JSON-LD value: strings, lists, and objects by their `key`; entities resolved.

    A person without `name` may have a given and a family name, or play a `Role`, which names its property once more.
    """
    stack, texts = [value], []
    while stack:
        item = stack.pop(0)
        if isinstance(item, str):
            text = " ".join(html.unescape(item).split())
            if text and text not in texts:
                texts.append(text)
        elif isinstance(item, int) and not isinstance(item, bool):  # an epoch; a headline such as 1984
            texts.append(str(item))
        elif isinstance(item, list):
            stack[:0] = item
        elif isinstance(item, Mapping):
            stack[:0] = [item.get(key) or next(filter(None, map(item.get, _WRAPPED)), None) or _full_name(item, key)]
    return tuple(texts)


def _full_name(item: Mapping[str, Any], key: str) -> Any:
    if key != "name":
        return None
    parts = [item.get("givenName") or item.get("firstName"), item.get("familyName") or item.get("lastName")]
    name = " ".join(part for part in parts if part and isinstance(part, str))
    return name or item.get("author") or item.get("alternateName") or [item[key] for key in item if _is_of_a_list(key)]


def _is_of_a_list(key: str) -> bool:
    """Return whether a key holds a person as a number or a type does, where programs make objects of lists."""
    return key.isdigit() or key == "Person"


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the schema.org types of a node without their namespace, be it an address or a prefix ("schema:")."""
    return tuple(_NAMESPACE.sub("", name) for name in strings(node.get("@type")))


def is_article_type(name: str) -> bool:
    """Return whether schema.org calls an article so, with or without a namespace."""
    return _NAMESPACE.sub("", name.strip()) in ARTICLE_TYPES


def flatten(blocks: Sequence[Any]) -> list[Mapping[str, Any]]:
    """Return the nodes of all JSON-LD blocks of a page in order, with those in lists, `@graph` and main entities."""
    nodes: list[Mapping[str, Any]] = []
    stack = list(reversed(blocks))
    while stack and len(nodes) < _MAX_NODES:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item[:_MAX_NODES]))
        elif isinstance(item, Mapping):
            nodes.append(item)
            # What a claim stands in is another's article.
            keys = _OWN_NODES if "ClaimReview" in types_of(item) else (*_OWN_NODES, "itemReviewed")
            stack.extend(item[key] for key in keys if isinstance(item.get(key), list | Mapping))
    return nodes


def article_node(
    nodes: Sequence[Mapping[str, Any]], urls: Sequence[str], titles: Callable[[], Sequence[str]] = tuple
) -> Mapping[str, Any]:
    """Return the article among a page's JSON-LD nodes; {} if there is none.

    Related articles are listed too: the node that names one of the page's own URLs wins, then one whose headline is in
    one of the page's `titles`, then the one with the most fields, then the first. Its missing fields are filled from
    nodes with the same headline.
    """
    articles = [node for node in nodes if ARTICLE_TYPES.intersection(types_of(node))][:100]
    if not articles:
        return {}
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    shown = [_letters(title) for title in titles()] if len(articles) > 1 else []
    ranked = sorted(articles, key=lambda node: (-_certainty(node, urls, shown), -_stated_fields(node)))
    merged: dict[str, Any] = {}
    for node in ranked:
        if not merged or strings(node.get("headline")) == strings(merged.get("headline")):
            merged = {**node, **{key: field for key, field in merged.items() if field not in (None, "", [])}}
    return {key: _resolve(field, by_id) for key, field in merged.items()}


def page_node(nodes: Sequence[Mapping[str, Any]], urls: Sequence[str]) -> Mapping[str, Any]:
    """Return the node of the page itself, a WebPage or a check of a claim with one of its URLs; {} if there is none."""
    pages = (node for node in nodes if any(name.endswith(("WebPage", "ClaimReview")) for name in types_of(node)))
    return next((node for node in pages if _states_url(node, urls)), {})


def _states_url(node: Mapping[str, Any], urls: Sequence[str]) -> int:
    stated = [
        *strings(node.get("url"), key="@id"),
        *strings(node.get("mainEntityOfPage"), key="@id"),
        *strings(node.get("@id")),
    ]
    comparable = {_comparable_url(url) for url in urls}
    return int(any(_comparable_url(url) in comparable for url in stated))


def _certainty(node: Mapping[str, Any], urls: Sequence[str], shown: Sequence[str]) -> int:
    """Return how certainly a node is the page's own article: by its URL, else by its headline."""
    if _states_url(node, urls):
        return 2
    headline = _letters(next(iter(strings(node.get("headline"))), ""))
    return int(len(headline) >= _MIN_HEADLINE and any(headline in title for title in shown))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _comparable_url(url: str) -> str:
    address = _SCHEME_AND_PREFIX.sub("", url.lower())
    end = _QUERY_OR_FRAGMENT.search(address)
    return address[: end.start()] if end else address.rstrip("/")


def _stated_fields(node: Mapping[str, Any]) -> int:
    return sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody", "dateModified"))


def _resolve(value: Any, by_id: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Any:
    if isinstance(value, list):
        return [_resolve(item, by_id, depth + 1) for item in value[:200]] if depth < _MAX_LISTS else []
    if isinstance(value, Mapping) and set(value) == {"@id"}:
        return by_id.get(str(value["@id"]), value)
    return value
