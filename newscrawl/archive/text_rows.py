"""Texts of articles without pages, as others have them: the names of their fields, and what they must be. Pure.

newscrawl's own names, those of schema.org's NewsArticle, and those of news-please, diffengine, NewsDiffs and News
Sniffer are known; docs/import.md lists them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import Any

import lxml.html

from newscrawl.items import MAX_URL_LENGTH

# Fields by their names, the most particular first.
NAMES: dict[str, tuple[str, ...]] = {
    "url": ("url", "link", "uri", "mainEntityOfPage", "@id"),
    "seen_at": (
        "seen_at", "date_download", "date_downloaded", "fetched_at", "captured_at", "crawled_at", "retrieved_at",
        "dateRetrieved", "created", "created_at", "date",
    ),
    "headline": ("headline", "title", "name"),
    "paragraphs": ("paragraphs",),
    "text": ("text", "articleBody", "maintext", "body", "content", "summary"),
    "byline": ("byline",),
    "author": ("author", "authors", "creator"),
    "date_published": ("date_published", "datePublished", "date_publish", "published", "published_at"),
    "date_modified": ("date_modified", "dateModified", "date_modify", "modified", "updated_at"),
    "language": ("language", "inLanguage", "in_language", "lang"),
    "section": ("section", "articleSection", "article_section"),
    "description": ("description", "abstract"),
    "alternative_headlines": ("alternative_headlines", "alternativeHeadline"),
    "reader": ("reader", "extractor", "read_by"),
}  # fmt: skip
KNOWN = tuple(name for names in NAMES.values() for name in names)
# Which program wrote a row, by fields that it alone has: its texts are compared with its own.
_PROGRAMS = (
    ("news-please", {"maintext"}),
    ("diffengine", {"summary", "created"}),
    ("newssniffer", {"created_at", "text"}),
    ("schema.org", {"articleBody"}),
)
FIRST_YEAR = 1990  # of the web
MAX_AHEAD = timedelta(days=1)  # clocks differ
_NEAR = 0.8  # how alike a misspelt name is
_READER = re.compile(r"[^A-Za-z0-9_.+-]+")
_HTML = re.compile(r"</?(?:p|br|div|h[1-6]|li|blockquote)\b[^<>]*>", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "br", "tr", "article", "section")


@dataclass(frozen=True, slots=True)
class Text:
    """One text as somebody saw it."""

    url: str
    seen_at: datetime
    headline: str
    paragraphs: tuple[str, ...]
    reader: str  # what read it from its page
    byline: str | None = None
    author: tuple[str, ...] = ()
    date_published: str | None = None
    date_modified: str | None = None
    language: str | None = None
    section: str | None = None
    description: str | None = None
    alternative_headlines: tuple[str, ...] = ()
    is_time_stated: bool = True  # False: it is that of the modification or publication

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "seen_at": self.seen_at.isoformat()}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Text:
        """Return the text of what `as_dict` gave."""
        lists = {name: tuple(values[name]) for name in ("paragraphs", "author", "alternative_headlines")}
        return cls(**{**values, **lists, "seen_at": datetime.fromisoformat(values["seen_at"])})


def text_of(row: Mapping[str, Any], *, now: datetime, zone: tzinfo | None, reader: str | None = None) -> Text:
    """Return the text of a row; raises ValueError that names the field.

    `zone` is that of times without one, which are refused without it; `reader` of rows that state none.
    """
    _refuse_misspelt(row)
    url = _url(row)
    moment, is_stated = _seen_at(row, now, zone)
    headline = _string(row, "headline")
    if not headline or not headline.strip():
        raise ValueError("headline: is missing")
    return Text(
        url=url,
        seen_at=moment,
        headline=headline,
        paragraphs=_paragraphs(row),
        reader=_reader(row, reader),
        byline=_string(row, "byline"),
        author=_names(_value(row, "author"), "author"),
        date_published=_date(row, "date_published"),
        date_modified=_date(row, "date_modified"),
        language=_string(row, "language"),
        section=next(iter(_names(_value(row, "section"), "section")), None),
        description=_string(row, "description"),
        alternative_headlines=_names(_value(row, "alternative_headlines"), "alternative_headlines"),
        is_time_stated=is_stated,
    )


def _value(row: Mapping[str, Any], field: str) -> Any:
    """Return the first value of a field under any of its names that is not empty."""
    return next((row[name] for name in NAMES[field] if row.get(name) not in (None, "", [], {})), None)


def _refuse_misspelt(row: Mapping[str, Any]) -> None:
    """Raise ValueError for a field that is near to a known one, where the field that it may mean is missing."""
    for name in row:
        if name in KNOWN or not isinstance(name, str):
            continue
        near = get_close_matches(name, KNOWN, n=1, cutoff=_NEAR)
        field = next((field for field, names in NAMES.items() if near and near[0] in names), None)
        if field is not None and _value(row, field) is None:
            raise ValueError(f"{name}: is no field; did you mean {near[0]}?")


def _url(row: Mapping[str, Any]) -> str:
    value = _value(row, "url")
    if isinstance(value, Mapping):  # mainEntityOfPage
        value = value.get("@id") or value.get("url")
    if not isinstance(value, str):
        raise ValueError("url: is missing")
    url = value.strip()
    if not url.lower().startswith(("http://", "https://")) or len(url) > MAX_URL_LENGTH or re.search(r"\s", url):
        raise ValueError(f"url: {url[:80]!r} is no http or https address")
    return url.encode("utf-8", "replace").decode()


def _seen_at(row: Mapping[str, Any], now: datetime, zone: tzinfo | None) -> tuple[datetime, bool]:
    for field in ("seen_at", "date_modified", "date_published"):
        name = next((name for name in NAMES[field] if row.get(name) not in (None, "")), None)
        if name is not None:
            return _moment(row[name], name, now, zone), field == "seen_at"
    raise ValueError("seen_at: is missing, and so are dateModified and datePublished")


def _moment(value: Any, name: str, now: datetime, zone: tzinfo | None) -> datetime:
    if isinstance(value, Mapping):
        value = _of_mongoexport(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime):
        raise ValueError(f"{name}: {str(value)[:40]!r} is no time")
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip().removesuffix(" UTC") + "+00:00" * value.endswith(" UTC"))
        elif isinstance(value, datetime):
            moment = value
        else:
            moment = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{name}: {str(value)[:40]!r} is no time, as 2026-01-06T08:00:00Z") from error
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(f"{name}: {str(value)[:40]!r} has no time zone; --zone NAME says which is meant")
        moment = moment.replace(tzinfo=zone)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{name}: {str(value)[:40]!r} is out of range") from error
    if moment.year < FIRST_YEAR or moment > now + MAX_AHEAD:
        raise ValueError(f"{name}: {str(value)[:40]!r} is before the web, or in the future")
    return moment


def _of_mongoexport(value: Mapping[str, Any]) -> Any:
    """Return the time that mongoexport wrote: as text, or as milliseconds where its format is canonical."""
    date = value.get("$date")
    try:
        return datetime.fromtimestamp(int(date["$numberLong"]) / 1000, UTC) if isinstance(date, Mapping) else date
    except (LookupError, ValueError, TypeError, OverflowError, OSError):
        return None


def _string(row: Mapping[str, Any], field: str) -> str | None:
    value = _value(row, field)
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise ValueError(f"{_name_in(row, field)}: {str(value)[:40]!r} is no text")
    return value


def _date(row: Mapping[str, Any], field: str) -> str | None:
    value = _value(row, field)
    if isinstance(value, Mapping):
        value = _of_mongoexport(value)
    return None if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _name_in(row: Mapping[str, Any], field: str) -> str:
    return next((name for name in NAMES[field] if row.get(name) not in (None, "", [], {})), field)


def _names(value: Any, field: str) -> tuple[str, ...]:
    """Return names, which may be texts, schema.org's persons, or lists of them."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Mapping):
        return _names(value.get("name"), field)
    if isinstance(value, list):
        return tuple(name for each in value for name in _names(each, field))
    raise ValueError(f"{field}: {str(value)[:40]!r} is no name")


def _paragraphs(row: Mapping[str, Any]) -> tuple[str, ...]:
    found = row.get("paragraphs")
    if found not in (None, "", []):
        if isinstance(found, str):
            listed = _listed(found)
            return _divided(found, "paragraphs") if listed is None else listed
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise ValueError("paragraphs: is no list of texts")
        paragraphs = tuple(each for each in found if each.strip())
        if paragraphs:
            return paragraphs
    text = _string(row, "text")
    if text is None:
        raise ValueError("paragraphs: is missing, and so is text")
    return _divided(text, _name_in(row, "text"))


def _listed(text: str) -> tuple[str, ...] | None:
    """Return the texts of a JSON list, as cells of CSV have it; None if it is none."""
    try:
        found = json.loads(text) if text.lstrip().startswith("[") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        return None
    return tuple(each for each in found if each.strip()) or None


def _divided(text: str, name: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: by its elements if it is HTML, else by blank lines, else by lines."""
    if _HTML.search(text):
        text = _plain(text)
    parts = _BLANK_LINE.split(text) if _BLANK_LINE.search(text.strip()) else text.split("\n")
    paragraphs = tuple(part.strip() for part in parts if part.strip())
    if not paragraphs:
        raise ValueError(f"{name}: has no text")
    return paragraphs


def _plain(html: str) -> str:
    """Return the text of HTML, with blank lines between its blocks."""
    try:
        root = lxml.html.fragment_fromstring(html.replace("\0", ""), create_parent="div")
    except (lxml.etree.ParserError, ValueError, AssertionError):
        return _HTML.sub("\n\n", html)
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            element.text = None
        if element.tag in _BLOCKS:
            element.text = f"\n\n{' '.join((element.text or '').split())}"
            element.tail = f"\n\n{' '.join((element.tail or '').split())}"
    return str(root.text_content())


def _reader(row: Mapping[str, Any], default: str | None) -> str:
    """Return the name of what read the text from its page: texts of different readers are not compared."""
    stated = _string(row, "reader") or default
    if stated is None:
        stated = next((name for name, fields in _PROGRAMS if all(row.get(each) for each in fields)), "texts")
    return _READER.sub("_", stated).strip("_")[:64] or "texts"
