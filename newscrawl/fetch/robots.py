"""The Robots Exclusion Protocol (RFC 9309): parsing robots.txt, and the middleware that obeys it."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from newscrawl.blanks import UNSEEN
from newscrawl.bounds import within_bounds
from newscrawl.errors import NotRecorded, TooCostly
from newscrawl.fetch.captures import open_ended_meta, resource_meta
from newscrawl.fetch.downloader import exchanges_of
from newscrawl.fetch.failures import RobotsRefused, RobotsUnreachable, classify_status
from newscrawl.fetch.politeness import retry_at_of
from newscrawl.fetch.scope import fetch_scope_of
from newscrawl.items import GZIP_MAGIC, Resource
from newscrawl.percent_encoding import normalize_escapes

MAX_BYTES = 512 * 1024  # RFC 9309, 2.5 requires at least 500 KiB; the rest is ignored
MAX_BYTES_AT_ONCE = 64 * 1024  # that the crawl reads itself: 30 ms of CPU time at most, and nearly every real file
MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2
_TOKEN = re.compile(r"[A-Za-z_-]+")
# The names that Google's parser takes for each directive, and what may follow them ("disallowed"); crawl-delay is ours.
_NAMES = {
    "user-agent": r"user[-_ \u2010-\u2015]?agent",
    "allow": r"allow",
    "disallow": r"d(?:isallow|issallow|issalow|isalow|iasllow|isallaw)",
    "crawl-delay": r"crawl[-_ \u2010-\u2015]?delay",
}
_DIRECTIVES = {name: re.compile(spellings, re.IGNORECASE) for name, spellings in _NAMES.items()}
_BARE = re.compile(r"(?:dis)?allow", re.IGNORECASE)  # without colon and value: an empty one, as its author means it
_COLON = re.compile("[:\uff1a]")  # also as the keyboards of East Asia have it
_AROUND = " \t\x0b\x0c" + UNSEEN
_SECONDS = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?(?![\d.,]|e[+-]?\d)\s*+(ms\b|milli|m\b|min)?", re.IGNORECASE)
_UNITS = {"ms": 0.001, "milli": 0.001, "m": 60.0, "min": 60.0}
_MAX_MEMBERS = 4  # of a gzip file
_WITHOUT_COLON = re.compile(rf"({'|'.join(_NAMES.values())})[ \t]+([^\s:]\S*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One allow or disallow line, its pattern in comparable form."""

    is_allow: bool
    pattern: str

    def matches(self, path: str) -> bool:
        """Return whether the pattern matches the beginning of a path; in linear time, however many `*` it has."""
        pattern, is_anchored = (self.pattern[:-1], True) if self.pattern.endswith("$") else (self.pattern, False)
        first, *rest = pattern.split("*")
        if not path.startswith(first):
            return False
        if not rest:
            return not is_anchored or path == first
        at = len(first)
        for part in rest[:-1] if is_anchored else rest:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return not is_anchored or (path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= at)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one robots.txt for one crawler."""

    rules: tuple[Rule, ...] = ()  # longest pattern first, allow before disallow: the first match decides
    crawl_delay_seconds: float | None = None

    @classmethod
    def parse(cls, body: bytes, agent: str) -> Self:
        """Parse a robots.txt for the crawler with this product token; invalid lines are ignored."""
        own, everybody = agent.lower(), "*"
        groups: dict[str, list[tuple[str, str]]] = {}  # the crawler's and everybody's: the lines of others are skipped
        current: set[str] = set()
        in_agent_lines = False  # consecutive user-agent lines share the rules that follow
        for name, value in _lines(body):
            if name == "user-agent":
                current = current if in_agent_lines else set()
                in_agent_lines = True
                if (token := _product_token(value)) in (own, everybody):
                    current.add(token)
                    groups.setdefault(token, [])
            else:
                in_agent_lines = False
                for token in current:
                    groups[token].append((name, value))
        return cls._from_lines(groups.get(own, groups.get(everybody, [])))

    @classmethod
    def _from_lines(cls, lines: list[tuple[str, str]]) -> Self:
        rules = {Rule(name == "allow", _pattern(value)) for name, value in lines if value and name != "crawl-delay"}
        delays = [seconds for name, value in lines if name == "crawl-delay" and (seconds := _seconds(value))]
        ordered = sorted(rules, key=lambda rule: (-len(rule.pattern), not rule.is_allow, rule.pattern))
        return cls(tuple(ordered), max(delays, default=None))

    def allows(self, url: str) -> bool:
        parts = urlsplit(url)
        path = _literal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        return next((rule.is_allow for rule in self.rules if rule.matches(path)), True)


class RobotsMiddleware:
    """Downloader middleware in place of Scrapy's, which allows everything if robots.txt has a server error."""

    def __init__(self, crawler: Crawler, agent: str) -> None:
        self._crawler = crawler
        self._product_token = agent
        self._scope = fetch_scope_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler, crawler.settings["ROBOTSTXT_USER_AGENT"])

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise RobotsRefused, RobotsUnreachable, or the error of fetching robots.txt."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with exchanges_of(self._crawler).activity.exchange():  # it may wait for another crawl that requests the file
            robots = await self._scope.robots_of(origin, lambda: self._fetch_robots(origin))
        if not robots.allows(request.url):
            raise RobotsRefused(f"forbidden by {origin}/robots.txt: {request.url}")

    async def _fetch_robots(self, origin: str) -> Robots:
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            priority=1000,
            meta={
                "dont_obey_robotstxt": True,
                "allow_offsite": True,
                "redirect_ttl": MAX_REDIRECTS,
                **open_ended_meta(),
                **resource_meta(Resource.ROBOTS),
            },
        )
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except (NotRecorded, IgnoreRequest):
            # A recording was made under the rules of that time. Too many redirects count as no file (2.3.1.2).
            return Robots()
        robots = await self._robots_of(response, origin)
        if robots.crawl_delay_seconds:
            exchanges_of(self._crawler).politeness.set_crawl_delay(origin, robots.crawl_delay_seconds)
        return robots

    async def _robots_of(self, response: Response, origin: str) -> Robots:
        if 200 <= response.status < 300:
            return await self._parsed(response.body[:MAX_BYTES], origin)
        if response.status == 429 or response.status >= 500:
            raise RobotsUnreachable(
                f"{origin}/robots.txt answered {response.status}, which forbids all for now",
                retry_at=retry_at_of(response),
                outcome=classify_status(response.status)[0],
            )
        return Robots()  # 2.3.1.3: no such file, no rules

    async def _parsed(self, body: bytes, origin: str) -> Robots:
        """Return the rules of a file; of a large one as another process reads it, in up to half a second."""
        if len(body) <= MAX_BYTES_AT_ONCE and not body.startswith(GZIP_MAGIC):
            return Robots.parse(body, self._product_token)
        try:
            return await within_bounds(origin, Robots.parse, body, self._product_token)
        except TooCostly as error:
            raise RobotsUnreachable(f"{origin}/robots.txt: {error}, which forbids all for now") from error


def _lines(body: bytes) -> list[tuple[str, str]]:
    """Return the directives that matter, by their right names, with their values."""
    found = (_directive(line) for line in re.split(r"[\r\n]+", _text(body[:MAX_BYTES])))
    return [directive for directive in found if directive is not None]


def _text(body: bytes) -> str:
    """Return the text; a file that is packed is unpacked, as one that is unread would open a paper that is closed."""
    return "\n".join(map(_decoded, _unpacked(body)))[:MAX_BYTES]


def _decoded(body: bytes) -> str:
    """Return the text of bytes, which are UTF-8 (2.3) unless a mark says UTF-16.

    Octets that are no UTF-8 stay themselves: a path has octets.
    """
    is_wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = body.decode("utf-16", "replace") if is_wide else body.decode("utf-8", "surrogateescape")
    return text.replace("\0", "")


def _unpacked(body: bytes) -> list[bytes]:
    """Return what the members of a packed file hold, and what stands behind them; what cannot be unpacked as it is."""
    parts: list[bytes] = []
    while body.startswith(GZIP_MAGIC) and len(parts) < _MAX_MEMBERS:
        member = zlib.decompressobj(wbits=31)
        try:
            parts.append(member.decompress(body, MAX_BYTES))
        except zlib.error:
            break
        body = member.unused_data
    return [*parts, body]


def _directive(line: str) -> tuple[str, str] | None:
    """Return one line's directive; as with Google the colon may be missing before a single word."""
    line = line.partition("#")[0].strip(_AROUND)
    if _BARE.fullmatch(line):
        return line.lower(), ""
    if without_colon := _WITHOUT_COLON.fullmatch(line):
        stated, value = without_colon.groups()
    elif colon := _COLON.search(line):
        stated, value = line[: colon.start()].strip(_AROUND), line[colon.end() :]
    else:
        return None
    name = next((name for name, spellings in _DIRECTIVES.items() if spellings.match(stated)), None)
    return (name, value.strip(_AROUND)) if name else None


def _product_token(value: str) -> str:
    """Return the product token of a user-agent line; `*` for everybody, which is the asterisk alone or before a blank.

    What merely begins with it, as `*SomeBot` does, is the token of nobody: taken for everybody, it closed whole papers.
    """
    if value[:1] == "*" and (len(value) == 1 or value[1].isspace()):
        return "*"
    token = _TOKEN.match(value)
    return token.group().lower() if token else ""


def _seconds(value: str) -> float | None:
    """Return the seconds that a value begins with: `10`, `0.5`, `1,5`, `10 s`, `500 ms`, `1 min`."""
    found = _SECONDS.match(value)
    return float(f"{found[1]}.{found[2] or 0}") * _UNITS.get((found[3] or "").lower(), 1.0) if found else None


def _pattern(value: str) -> str:
    """Return a pattern in comparable form, in which `*` and a last `$` alone are special (2.2.3)."""
    path, end = (value[:-1], "$") if value.endswith("$") else (value, "")
    return _comparable(path).replace("$", "%24") + end


def _literal(path: str) -> str:
    """Return a path in comparable form, in which `*` and `$` are themselves: `/a-%2A` means `/a-*` (2.2.3)."""
    return _comparable(path).replace("*", "%2A").replace("$", "%24")


def _comparable(path: str) -> str:
    """Return a path or pattern with one spelling per octet (2.2.2): unreserved plain, all others escaped."""
    escaped = quote(path, safe="/%?&=+:;,@!$'()*[]~#|^{}\"<>\\ `", errors="surrogateescape")
    return normalize_escapes(escaped)
