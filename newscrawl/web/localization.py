"""The language and the zone of a request: by its query (`lang`, `zone`), else by Accept-Language and in UTC.

What the query says is kept in the links and forms of a page, and in redirects, so that it survives navigation without
cookies. The API and downloads are English and in UTC; feeds are too, unless their query says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from html import escape
from urllib.parse import parse_qsl, quote, urlencode
from zoneinfo import available_timezones

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newscrawl.humanize import LANGUAGES, Locale, using
from newscrawl.web.requests import PROBES

_UNTRANSLATED = re.compile(r"/api/|/static/|/search/found\.|/robots\.txt|/sitemap")
# The query of these belongs to the URL at the end of their path.
_OF_OTHERS = re.compile(r"/url/|/timegate/|/timemap/")
_FEED = re.compile(r".*\.(?:atom|rss|json)", re.DOTALL)
# The end of a form's tag is near: an unbounded search for it would read the rest of the page at each link.
_LINK = re.compile(
    r'((?:href|action)=")(/(?!/|static/|api/|url/|timegate/|timemap/)[^"]*)("(?: method="get"[^>]{0,60}>)?)'
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request chose: its locale, what its query said of it, and the rest of the query."""

    locale: Locale = Locale()
    carried: tuple[tuple[str, str], ...] = ()
    rest: tuple[tuple[str, str], ...] = ()
    path: str = "/"
    problem: str | None = None

    def url(self, language: str | None) -> str:
        """Return the path and query of this page in a language; None: in the one that the browser asks for."""
        said = dict(self.carried)
        said.pop("lang", None)
        query = urlencode([*self.rest, *([("lang", language)] if language else []), *said.items()])
        return f"{quote(self.path)}?{query}" if query else quote(self.path)

    def canonical(self, language: str | None) -> str:
        """Return the path and query that name this page, whatever its zone and its layout."""
        naming = [pair for pair in self.rest if pair[0] != "view"]
        query = urlencode([*naming, *([("lang", language)] if language else [])])
        return f"{quote(self.path)}?{query}" if query else quote(self.path)

    @property
    def stated_language(self) -> str | None:
        return dict(self.carried).get("lang")


NOTHING_CHOSEN = Choice()


class Localization:
    """Middleware outside of the answers that are kept: what runs within makes its text in the locale of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES or _UNTRANSLATED.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        is_feed = _FEED.fullmatch(scope["path"]) is not None
        choice = choice_of(scope, is_negotiated=not is_feed)
        scope = {**scope, "newscrawl.choice": choice}
        if choice.problem is not None:
            scope["newscrawl.problem"] = choice.problem

        async def send_localized(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                if message["status"] == 304 or headers.get("content-type", "").startswith("text/html"):
                    headers["content-language"] = choice.locale.language
                    if not is_feed:
                        headers.add_vary_header("Accept-Language")
                location = headers.get("location", "")
                if choice.carried and location.startswith("/") and not location.startswith("//"):
                    headers["location"] = carrying(location, choice.carried)
                message = {**message, "headers": headers.raw}
            await send(message)

        with using(choice.locale):
            await self._app(scope, receive, send_localized)


def choice_of(scope: Scope, *, is_negotiated: bool = True) -> Choice:
    """Return what a request chose; what it states and is unknown is a problem, and otherwise ignored."""
    path = scope["path"]
    accepted = Headers(scope=scope).get("accept-language", "") if is_negotiated else ""
    language, zone, problem = preferred(accepted), "UTC", None
    if _OF_OTHERS.match(path):
        return Choice(Locale(language), path="/")
    try:
        pairs = parse_qsl(scope["query_string"].decode("ascii"), errors="strict", max_num_fields=50)
    except ValueError:  # the application says what is wrong
        pairs = []
    said = {name: value for name, value in pairs if name in {"lang", "zone"}}
    if "lang" in said and said["lang"] not in LANGUAGES:
        problem = unknown_language(said.pop("lang"))
    language = said.get("lang", language)
    if "zone" in said and said["zone"] not in zones():
        problem = unknown_zone(said.pop("zone"))
    zone = said.get("zone", zone)
    rest = tuple((name, value) for name, value in pairs if name not in {"lang", "zone"} and "\0" not in value)
    return Choice(Locale(language, zone), tuple(said.items()), rest, path, problem)


@lru_cache(maxsize=256)
def preferred(header: str) -> str:
    """Return the language that Accept-Language likes best of those that there are (RFC 9110, 12.5.4); else English."""
    weighed: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        name, _, value = parameters.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if 0 < weight <= 1:
            weighed.append((weight, tag.strip().lower().partition("-")[0]))
    weighed.sort(key=lambda pair: -pair[0])
    return next((tag for _, tag in weighed if tag in LANGUAGES), "en")


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def unknown_language(text: str) -> str:
    return f"there is no language {text[:40]!r} here; there are {', '.join(LANGUAGES)}"


def unknown_zone(text: str) -> str:
    """Return what is wrong with the name of a zone, and which one is near: by its whole name, or that of its city."""
    by_city = {
        name.rpartition("/")[2].lower().replace("_", " "): name for name in sorted(zones(), key=len, reverse=True)
    }
    whole = {name.lower(): name for name in zones()}
    wanted = text[:60].strip().lower()
    near = get_close_matches(wanted, whole, n=1, cutoff=0.75)
    city = get_close_matches(wanted.rpartition("/")[2].replace("_", " "), by_city, n=1, cutoff=0.75)
    meant = whole[near[0]] if near else by_city[city[0]] if city else None
    hint = f"; did you mean {meant}?" if meant else "; zones have names such as Europe/Berlin"
    return f"there is no time zone {text[:60]!r}{hint}"


def carrying(url: str, carried: Sequence[tuple[str, str]], *, between: str = "&") -> str:
    """Return a path and query of ours with what is carried, unless it says so itself."""
    address, mark, fragment = url.partition("#")
    asked = re.split(r"[?&;]", address)
    added = [pair for pair in carried if not any(part.startswith(f"{pair[0]}=") for part in asked[1:])]
    if not added:
        return url
    joined = between.join(urlencode([pair]) for pair in added)
    return f"{address}{between if '?' in address else '?'}{joined}{mark}{fragment}"


def with_carried(page: str, carried: Sequence[tuple[str, str]]) -> str:
    """Return a page whose links and forms to pages of ours keep what its query chose.

    In its text no quotation mark is unescaped, so that what looks like an attribute is one.
    """
    if not carried:
        return page
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in carried)

    def kept(match: re.Match[str]) -> str:
        before, url, after = match.groups()
        if after.endswith(">"):
            return f"{before}{url}{after}" + ("" if "data-own-choice" in after else fields)
        return f"{before}{carrying(url, carried, between='&amp;')}{after}"

    return _LINK.sub(kept, page)
