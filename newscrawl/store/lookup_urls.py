"""From a URL as people paste it to the URLs under which an article may be stored."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from newscrawl.normalize import authority_of, request_url
from newscrawl.tracking_parameters import is_ignored_in_lookup

MAX_CANDIDATES = 60
MAX_IDS = 20
MAX_LENGTH = 4096  # characters
_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9]{26}|[0-9]{5,}|[a-z0-9]{10,13}"
)


def candidates(text: str) -> tuple[str, ...]:
    """Return the URLs that `text` may mean: with either scheme, with or without www, tracking and closing slash."""
    url = _completed(text)
    if url is None:
        return ()
    parts = urlsplit(url)
    path, query = _as_stored(url)
    host = authority_of(url)
    bare = host.removeprefix("www.").removeprefix("amp.").removeprefix("m.")
    paths = dict.fromkeys((path, path.rstrip("/") or "/", path.rstrip("/") + "/", unquote(path)))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    pairs = [(key, value) for key, value in pairs if not is_ignored_in_lookup(key)]
    queries = dict.fromkeys((parts.query, query, "", urlencode(pairs), urlencode(sorted(pairs))))
    hosts = dict.fromkeys((host, bare, f"www.{bare}"))
    urls = (
        f"{scheme}://{host}{path}{'?' + query if query else ''}"
        for query in queries for path in paths for host in hosts for scheme in ("https", "http")
    )  # fmt: skip
    return tuple(dict.fromkeys(urls))[:MAX_CANDIDATES]


def _as_stored(url: str) -> tuple[str, str]:
    """Return path and query in the spelling of stored URLs: browsers show letters where these have escapes."""
    try:
        parts = urlsplit(request_url(url))
    except ValueError:
        parts = urlsplit(url)
    return parts.path or "/", parts.query


def ids(text: str) -> tuple[str, ...]:
    """Return the parts of a URL that look like the source's own id of an article: ids stay when slugs change."""
    url = _completed(text)
    if url is None:
        return ()
    path = _as_stored(url)[0]
    matches = _ID.findall(path + " " + urlsplit(url).query)
    last_segment = path.rstrip("/").rpartition("/")[2]
    return tuple(dict.fromkeys([*matches, *([last_segment] if last_segment else [])]))[:MAX_IDS]


def site(url: str) -> str:
    """Return a URL's registered domain, roughly: ids of one domain must not match articles of another."""
    host = urlsplit(f"//{authority_of(url)}").hostname or ""
    labels = host.split(".")
    # Second-level registries: bbc.co.uk, folha.com.br.
    count = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-count:])


def _completed(text: str) -> str | None:
    """Return `text` as a URL with a scheme, or None if it cannot be one."""
    text = text.strip()
    if not text or len(text) > MAX_LENGTH or any(c in text for c in "\0\\\r\n\t "):
        return None
    # Routers and proxies fold the two slashes of a URL within a URL into one.
    text = re.sub(r"^(https?):/*", r"\1://", text, flags=re.IGNORECASE)
    if "://" not in text:
        text = "https://" + text.lstrip("/")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_web = parts.scheme.lower() in {"http", "https"} and ("." in host or ":" in host or host == "localhost")
        _ = parts.port  # raises ValueError if out of range
    except ValueError:
        return None
    return text if is_web else None
