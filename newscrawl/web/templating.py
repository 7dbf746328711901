"""Jinja2 templates: escaping is on for every file name, undefined names are errors, every text is made harmless."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from newscrawl import humanize
from newscrawl.harmless_text import harmless
from newscrawl.humanize.locales import filled, raw, raw_plural
from newscrawl.languages import arrow, text_direction
from newscrawl.web import text

HERE = Path(__file__).parent
STATIC = HERE / "static"


def _harmless(value: Any) -> Any:
    # Markup is the output of our own macros: its parts have passed here already.
    return harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _gettext(message: str, /, **values: Any) -> Markup:
    """Return a message as markup; what is filled in is harmless and escaped, and marks of the message itself stay."""
    return Markup(raw(message)) % _safe(values)  # noqa: S704  of our catalogues


def _ngettext(singular: str, plural: str, number: int, /, **values: Any) -> Markup:
    return Markup(raw_plural(singular, plural, number)) % _safe({"num": number, **values})  # noqa: S704


def _safe(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _harmless(value) for name, value in filled(values).items()}


def stored(text: str) -> str:
    """Return English text of ours as a part of a page in any language: translated where it is recognised."""
    is_english = humanize.current().language == "en"
    if not text or (is_english and text.isascii()):
        return text
    said = humanize.recognised(text)
    if said is None:
        return text if is_english else Markup('<span lang="en" dir="ltr">{}</span>').format(harmless(text))
    # Values are of the article, in its language and direction, with an arrow between them in that of the page.
    parts = [_markup(each) for each in said]
    line = escape(humanize.gettext("; ")).join(parts)
    return line[:1].upper() + line[1:] if text[:1].isupper() else line


def _markup(said: humanize.Said) -> Markup:
    values: dict[str, Markup] = {}
    for name, value in said.filling().items():
        given = said.values.get(name)
        if isinstance(given, humanize.Said):
            values[name] = _markup(given)
        elif said.is_apart(name):
            values[name] = Markup("<bdi>{}</bdi>").format(harmless(value))
        else:
            values[name] = escape(value)
    return Markup(said.form()) % values  # noqa: S704  of our catalogues


def joined(parts: Iterable[Markup]) -> Markup:
    """Return parts of a page as one."""
    return Markup("".join(parts))  # noqa: S704  of markup


def with_query(path: str, **parameters: str | int | None) -> str:
    """Return a path with its query; parameters that are None or empty are left out."""
    given = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


@cache
def static(name: str) -> str:
    """Return the URL of a static file, which changes with its content."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def environment() -> Environment:
    """Return a Jinja2 environment with the filters and functions of all pages."""
    jinja = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        # Not select_autoescape: whether text is escaped must not depend on a file's suffix.
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.filters |= {
        "moment": humanize.moment,
        "day": humanize.day,
        "clock": humanize.clock,
        "in_words": text.in_words,
        "hold_label": text.hold_label,
        "linkable_url": text.linkable_url,
        "number": humanize.number_text,
        "date": lambda when: humanize.date_text(humanize.local(when)),
        "iso": lambda when: when.isoformat(timespec="seconds"),
    }
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]  # of the extension
    jinja.globals |= {
        "gettext": _gettext,
        "_": _gettext,
        "ngettext": _ngettext,
        "N_": humanize.N_,
        "local": humanize.local,
        "stored": stored,
        "translated": humanize.translated,
        "number": humanize.number_text,
        "zone_text": humanize.zone_text,
        "locale": humanize.current,
        "later": humanize.later,
        "approximate_duration": humanize.approximate_duration,
        "rounded_duration": humanize.rounded_duration,
        "change_interval": humanize.change_interval,
        "with_query": with_query,
        "arrow": text.arrow_after,
        "arrow_between": arrow,
        "cut": text.cut,
        "text_direction": text_direction,
        "style": static("newscrawl.css"),
        "keys": static("keys.js"),
        "static": static,
    }
    return jinja


class Templates:
    """Renders pages and parts of pages."""

    def __init__(self) -> None:
        self._environment = environment()

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        return self._environment.get_template(template).render(values)

    def markup(self, template: str, values: Mapping[str, Any]) -> Markup:
        """Render a part of a page. Our templates escape every value, so their output is safe to insert."""
        return Markup(self.text(template, values))  # noqa: S704
