"""Templates: Jinja2 with escaping forced on for every name, nothing undefined let through, every text made harmless."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from newscrawl import humanize
from newscrawl.languages import text_direction
from newscrawl.web import text

HERE = Path(__file__).parent
STATIC = HERE / "static"
STYLE_HASH = hashlib.sha256((STATIC / "newscrawl.css").read_bytes()).hexdigest()[:12]


def _harmless(value: Any) -> Any:
    # Markup is the output of our own macros: its parts went through here already.
    return text.harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def query(address: str, **values: str | int | None) -> str:
    """Return an address of ours with its query; values that are None or empty stay away."""
    kept = {key: str(value) for key, value in values.items() if value not in (None, "")}
    return f"{address}?{urlencode(kept)}" if kept else address


def environment() -> Environment:
    """Return the environment that all pages share."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        # Not select_autoescape: whether text is escaped must not hang on a file's suffix.
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "moment": humanize.moment,
        "day": humanize.day,
        "clock": humanize.clock,
        "named": text.named,
        "link": text.link,
        "iso": lambda when: when.isoformat(timespec="seconds"),
    }
    made.globals |= {
        "later": humanize.later,
        "approximate_duration": humanize.approximate_duration,
        "change_interval": humanize.change_interval,
        "counted": humanize.counted,
        "query": query,
        "text_direction": text_direction,
        "style": f"/static/newscrawl.css?v={STYLE_HASH}",
    }
    return made


class Templates:
    """Renders pages."""

    def __init__(self) -> None:
        self._environment = environment()

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        return self._environment.get_template(template).render(values)

    def markup(self, template: str, values: Mapping[str, Any]) -> Markup:
        """Render a part of a page; what a template of ours made is escaped already."""
        return Markup(self.text(template, values))  # noqa: S704

    def page(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
        return HTMLResponse(self.text(template, values), status_code=status)
