"""Queries to CDX servers, the indexes of web archives: what is asked for, and where what they list is fetched from."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from newscrawl.errors import ConfigError
from newscrawl.secret_text import masked

WAYBACK = "https://web.archive.org/cdx/search/cdx"
COMMON_CRAWL = "index.commoncrawl.org"  # its captures lie elsewhere, in files
NAMES = {"wayback": WAYBACK, "ia": WAYBACK, "arquivo": "https://arquivo.pt/wayback/cdx"}
MATCH_TYPES = ("exact", "prefix", "host", "domain")
ROWS = 5000  # of one answer, 1 MB; more would be read again as a whole after a failure
_OURS = {"url", "matchType", "from", "to", "limit"}
_NOT_PASSED_ON = {  # what decides how an answer is written, and which part of all comes
    "output", "fl", "fields", "page", "pageSize", "showNumPages", "resumeKey", "showResumeKey", "gzip", "callback",
    "sort", "closest", "offset", "fastLatest", "showPagedIndex", "lastSkipTimestamp",
}  # fmt: skip
_TIMESTAMP = re.compile(r"\d{4}(\d\d(\d\d(\d\d(\d\d(\d\d)?)?)?)?)?")
_PATH_OF_WAYBACK = "/cdx/search/cdx"
_HOST_OF_WAYBACK = "web.archive.org"
MAX_OF_WAYBACK = 24  # requests a minute; who asks faster is refused every connection for an hour, then longer


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxQuery:
    """One question to one server, and how its captures are requested.

    `captures_at` is a template with {timestamp} and {url} (replays of single captures), or {filename} (parts of files).
    `since` and `until` are timestamps of 4 to 14 digits, "" where there is no limit.
    """

    endpoint: str
    url: str
    captures_at: str
    match_type: str = ""
    since: str = ""
    until: str = ""
    limit: int | None = None
    further: tuple[tuple[str, str], ...] = ()
    per_minute: int = MAX_OF_WAYBACK
    obeys_robots: bool = True

    @property
    def host(self) -> str:
        return (urlsplit(self.endpoint).hostname or "").lower()

    @property
    def name(self) -> str:
        """Return a name for its folder: the same for the same question, at whatever pace."""
        parts = (self.endpoint, self.url, self.captures_at, self.match_type, self.since, self.until, str(self.limit))
        text = "\0".join((*parts, *(each for pair in self.further for each in pair)))
        return f"{re.sub(r'[^a-z0-9.]+', '-', self.host)}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def are_files(self) -> bool:
        """Whether captures are parts of files, in place of replays."""
        return "{filename}" in self.captures_at

    @property
    def has_pages(self) -> bool:
        """Whether answers come by page: the servers of Common Crawl; others give a key by which the next one begins."""
        return self.host == COMMON_CRAWL or urlsplit(self.endpoint).path.endswith("-index")

    def address(self, *, resume_key: str = "", page: int = 0, rows: int = ROWS) -> str:
        """Return the URL of one answer."""
        values = [("url", self.url), *self.further, ("output", "json")]
        for name, value in (("matchType", self.match_type), ("from", self.since), ("to", self.until)):
            values += [(name, value)] if value else []
        if self.has_pages:
            values.append(("page", str(page)))
        else:
            values += [("limit", str(rows)), ("showResumeKey", "true")]
            values += [("resumeKey", resume_key)] if resume_key else []
        return f"{self.endpoint}?{urlencode(values)}"

    @property
    def pages_address(self) -> str:
        """Return the URL that says how many pages there are."""
        return f"{self.address()}&showNumPages=true"

    def is_within(self, timestamp: str) -> bool:
        """Return whether a capture of this time was asked for, whatever a server lists."""
        return self.since.ljust(14, "0") <= timestamp and (not self.until or timestamp <= self.until.ljust(14, "9"))


def is_address(text: str) -> bool:
    """Return whether an argument names no file, but a URL."""
    return text.lower().startswith(("http://", "https://"))


def query_of(
    server: str, pattern: str, *, match_type: str = "", since: str = "", until: str = "", captures_at: str = "",
    per_minute: int | None = None,
) -> CdxQuery:  # fmt: skip
    """Return the query for a URL or pattern (`example.org/news/*`); a server is named, or given by its address.

    `pattern` may also be the whole query, as it is written for the server: `https://…/cdx?url=…&from=…`; what it states
    itself counts. Raises ConfigError.
    """
    stated: dict[str, str] = {}
    further: list[tuple[str, str]] = []
    endpoint = NAMES.get(server, server)
    if not endpoint:
        parts = urlsplit(pattern)
        for name, value in parse_qsl(parts.query):
            if name in _OURS:
                stated[name] = value
            elif name not in _NOT_PASSED_ON:
                further.append((name, value))
        endpoint, pattern = parts._replace(query="", fragment="").geturl(), stated.get("url", "")
    _check_endpoint(endpoint, pattern)
    query = CdxQuery(
        endpoint=endpoint,
        url=pattern,
        match_type=stated.get("matchType", match_type),
        since=_timestamp("from", stated.get("from", since)),
        until=_timestamp("to", stated.get("to", until)),
        captures_at=captures_at or _captures_at(endpoint),
        limit=_limit(stated.get("limit")),
        further=tuple(further),
        per_minute=per_minute or MAX_OF_WAYBACK,
    )
    _check(query)
    return query


def _check_endpoint(endpoint: str, pattern: str) -> None:
    parts = urlsplit(endpoint)
    if not is_address(endpoint) or not parts.hostname or "@" in parts.netloc:
        names = ", ".join(NAMES)
        raise ConfigError(f"--cdx-server {masked(endpoint)!r} is none of {names}, and no http URL without a user name")
    if parts.query or parts.fragment:
        raise ConfigError(f"--cdx-server {endpoint}: without its query; what is asked for is an argument of its own")
    if not pattern.strip():
        raise ConfigError(
            f"{endpoint}: which captures? Ask with ?url=…, or with --cdx-server SERVER and the URL or pattern of pages"
        )


def _check(query: CdxQuery) -> None:
    if query.match_type and query.match_type not in MATCH_TYPES:
        raise ConfigError(f"matchType {query.match_type!r} is none of {', '.join(MATCH_TYPES)}")
    if query.until and query.since.ljust(14, "0") > query.until.ljust(14, "9"):
        raise ConfigError(f"captures from {query.since} to {query.until}: the first is later than the last")
    if query.host == _HOST_OF_WAYBACK and query.per_minute > MAX_OF_WAYBACK:
        raise ConfigError(
            f"--per-minute {query.per_minute}: {query.host} blocks for an hour who asks more than "
            f"{MAX_OF_WAYBACK} times a minute"
        )
    is_replay = "{timestamp}" in query.captures_at and "{url}" in query.captures_at
    if not is_address(query.captures_at) or is_replay == query.are_files:
        raise ConfigError(
            f"--captures-at {query.captures_at!r} must be an http URL with {{timestamp}} and {{url}}, "
            "or with {filename}"
        )


def _captures_at(endpoint: str) -> str:
    """Return where captures are fetched from: beside the index, as Wayback machines and pywb have them."""
    parts = urlsplit(endpoint)
    root, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    if parts.hostname == COMMON_CRAWL:
        return "https://data.commoncrawl.org/{filename}"
    if path.endswith(_PATH_OF_WAYBACK):
        return f"{root}{path.removesuffix(_PATH_OF_WAYBACK)}/web/{{timestamp}}id_/{{url}}"
    if re.search(r"/(-?cdx|index)$", path):  # …/COLLECTION/cdx
        return f"{root}{path.rpartition('/')[0]}/{{timestamp}}id_/{{url}}"
    raise ConfigError(
        f"{endpoint}: where are its captures? Say it by --captures-at, as https://HOST/web/{{timestamp}}id_/{{url}} "
        "or, of files, https://HOST/{filename}"
    )


def _timestamp(name: str, text: str) -> str:
    """Return a timestamp; a date is one without its hyphens. Raises ConfigError."""
    value = text.replace("-", "")
    if value and _TIMESTAMP.fullmatch(value) is None:
        raise ConfigError(f"{name} {text!r} is no date, nor a timestamp of 4 to 14 digits")
    try:
        if value:
            date(int(value[:4]), int(value[4:6] or 1), int(value[6:8] or 1))
    except ValueError as error:
        raise ConfigError(f"{name} {text!r}: {error}") from error
    return value


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:12]) > 0):
        raise ConfigError(f"limit {text!r}: must be a number from 1 on")
    return int(text[:12])


def capture_address(query: CdxQuery, timestamp: str, url: str, filename: str) -> str:
    """Return the URL from which a capture is fetched."""
    if query.are_files:
        return query.captures_at.replace("{filename}", quote(filename.lstrip("/"), safe="/%:=+~,"))
    return query.captures_at.replace("{timestamp}", timestamp).replace("{url}", url.partition("#")[0])
