"""Which URLs are a source's articles, which of them mean one article, and which stated ones are believed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from newscrawl.items import MAX_URL_LENGTH, Capture, Head, Source
from newscrawl.normalize.urls import (
    authority_of,
    canonical_url,
    domain_as_compared,
    escaped_id,
    request_url,
    same_site,
    without_port,
    without_unsaid_port,
)

# Copies of one article for other devices, and what their hosts and paths begin with.
_DEVICE_HOST = re.compile(r"(?:www\d?|m|mobile|mobil|amp|touch|lite|edition)\.(?=.*\.)")
_LANGUAGE_HOST = re.compile(r"([a-z]{2}(?:-[a-z]{2})?)\.(?=.*\.)")
_AMP_PARAMETER = re.compile(r"amp|outputtype", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:\.amp)?(?:\.s?html?|\.amp)?$", re.IGNORECASE)
_INDEX = re.compile(r"index(?:\.\w+)?$|default\.aspx?$", re.IGNORECASE)
_NAMES_AN_ARTICLE = re.compile(r"\d|[^/_-][-_][^/_-]++[-_]")  # in the last part of a path
# Programs that show whichever article their parameters name, and parameters that do.
_PROGRAM = re.compile(
    r"\.(?:php\d?|phtml|aspx?|ashx|jspx?|jsf|do|action|cgi|cfm|pl|py|dll|exe|mvc|nsf|shtm)$", re.IGNORECASE
)
_NAMES = (
    "id", "idx", "no", "nr", "nid", "aid", "sid", "story", "article", "artikel", "articulo", "nota", "noticia", "news",
    "post", "item", "entry", "doc", "slug", "title", "titel", "titulo", "name", "path", "url", "uri", "permalink",
    "headline", "key", "guid", "uuid", "code",
)  # fmt: skip
_NAMING_PARAMETER = re.compile(
    rf"(?:.*[-_])?(?:{'|'.join(_NAMES)})|(?:art|news|article|item|content)(?:id|no|nr)|idxno", re.IGNORECASE
)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")  # where a word begins in "urlTitle"
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*", re.IGNORECASE)


def is_of_source(url: str, source: Source) -> bool:
    """Return whether a URL is on a domain of the source, or on one that it had."""
    return any(_is_on_domain(url, domain) for domain in (*source.domains, *source.former_domains))


def is_former(url: str, source: Source) -> bool:
    """Return whether a URL is on a domain that the source has left."""
    return any(_is_on_domain(url, domain) for domain in source.former_domains) and not any(
        _is_on_domain(url, domain) for domain in source.domains
    )


def is_article_url(url: str, source: Source) -> bool:
    """Return whether a URL may be an article of the source; a front page never is, whatever the pattern.

    Neither is what `canonical_url` refuses: as one entry of a listing it costs itself alone.
    """
    if len(url) > MAX_URL_LENGTH or (source.domains and not is_of_source(url, source)):
        return False
    url = without_unsaid_port(url)
    return not is_front_page(url) and re.search(source.article_pattern, url) is not None and _is_plain(url)


def _is_plain(url: str) -> bool:
    try:
        canonical_url(url)
    except ValueError:
        return False
    return True


def is_front_page(url: str) -> bool:
    """Return whether a URL has neither a path nor a query that could name an article."""
    try:
        parts = urlsplit(request_url(url))
    except ValueError:
        return False
    return not _INDEX.sub("", parts.path).strip("/") and not parts.query


def site_id(url: str, source: Source) -> str | None:
    """Return the site's own id of the article in a URL: what `guid_pattern` finds.

    That is its first group that matched; named groups are joined. An id in the query counts only if the pattern names
    the parameter: campaigns are passed on as queries and have ids too.
    """
    if source.guid_pattern is None or len(url) > MAX_URL_LENGTH:
        return None
    path, _, query = url.partition("#")[0].partition("?")
    match = re.search(source.guid_pattern, path)
    if match is None and query and "=" in source.guid_pattern:
        match = re.search(source.guid_pattern, url)
    if match is None:
        return None
    if match.re.groupindex:
        return escaped_id("-".join(group for group in match.groupdict().values() if group))
    return escaped_id(next((group for group in match.groups() if group), match.group(0)))


def guid_of(url: str, source: Source) -> str:
    """Return the stable id that a URL alone gives its article: the site's own, else the canonical URL."""
    return site_id(url, source) or canonical_url(at_present(url, source))


def at_present(url: str, source: Source) -> str:
    """Return a URL of a former domain as it is on the present one; any other URL unchanged."""
    if is_former(url, source):
        domain = next(former for former in source.former_domains if _is_on_domain(url, former))
        return _on_domain(url, domain, source.domains[0])
    return url


def spellings(url: str, source: Source) -> tuple[str, ...]:
    """Return the forms under which an article with this URL may be stored, also from before the source moved."""
    forms = [url, canonical_url(url)]
    present = at_present(url, source)
    forms += [present, canonical_url(present)]
    for domain in source.domains:
        if _is_on_domain(present, domain):
            forms += [canonical_url(_on_domain(present, domain, former)) for former in source.former_domains]
    return tuple(dict.fromkeys(forms))


def are_one(a: str, b: str, source: Source) -> bool:
    """Return whether two URLs mean one article: they have one id, or are spellings of one URL (amp, mobile host)."""
    ids = site_id(a, source), site_id(b, source)
    if any(ids):
        return ids[0] == ids[1]
    return _spelling_key(a, source) == _spelling_key(b, source)


def head_with_url(heads: Iterable[Head], url: str, source: Source) -> Head | None:
    """Return the first of some articles at a URL that the site's ids do not say to be another article."""
    found = site_id(url, source)
    return next((head for head in heads if found in (None, head.guid) or "://" in head.guid), None)


def own_url(capture: Capture, source: Source) -> str:
    """Return the URL at which a page was got: after its redirects, unless they lead away from the articles."""
    url = capture.final_uri
    if not is_article_url(url, source) and is_article_url(capture.target_uri, source):
        url = capture.target_uri
    try:
        return request_url(url)
    except ValueError:
        return url


def believed_url(stated: str | None, own: str, source: Source, known: Collection[str] = ()) -> str | None:
    """Return the URL that a page states of itself, as it is requested; None if it cannot be that of this article.

    `own` is where the page was got, `known` are URLs that led to the article before. Sites state the front page, a
    section, another article, or the same URL in all pages.
    """
    try:
        url = request_url(stated or "")
    except ValueError:
        return None
    # Pages that moved to https long ago still state http: keep the scheme that the page was fetched with.
    if own.startswith("https:") and url.startswith("http:"):
        url = "https:" + url.removeprefix("http:")
    if not is_article_url(url, source) or not (same_site(url, own) or (source.domains and is_of_source(url, source))):
        return None
    ids = site_id(own, source), site_id(url, source)
    if all(ids):
        return url if ids[0] == ids[1] else None
    is_known = canonical_url(url) in {canonical_url(alias) for alias in known if is_article_url(alias, source)}
    return url if is_known or _has_path_of(url, own, source) else None


def first_believed(stated: Iterable[str | None], own: str, source: Source, known: Collection[str] = ()) -> str | None:
    """Return the first of the stated URLs that is believed."""
    return next((url for each in stated if (url := believed_url(each, own, source, known))), None)


def _has_path_of(stated: str, own: str, source: Source) -> bool:
    """Return whether a stated URL has the path of the page's own, and no less of its query than names an article."""
    stated_host, stated_path, stated_query = _spelling_key(stated, source)
    own_host, own_path, own_query = _spelling_key(own, source)
    if stated_path != own_path or _language(stated_host) != _language(own_host) or stated_query - own_query:
        return False
    dropped = own_query - stated_query
    last = own_path.rpartition("/")[2]
    if any(value and _NAMING_PARAMETER.fullmatch(_CAPITAL.sub("_", name)) for name, value in dropped):
        return False
    if dropped and _PROGRAM.search(last):
        return False
    return not any(re.search(r"\d", value) for _, value in dropped) or bool(_NAMES_AN_ARTICLE.search(last))


def _spelling_key(url: str, source: Source) -> tuple[str, str, frozenset[tuple[str, str]]]:
    """Return host, path and query of a URL without what only says for which device or by which way it is read."""
    try:
        parts = urlsplit(canonical_url(at_present(url, source)))
    except ValueError:
        return "", url, frozenset()
    segments = [segment for segment in _SESSION.sub("", parts.path).split("/") if segment]
    for end in (0, -1):
        if len(segments) > 1 and segments[end].lower() == "amp":
            del segments[end]
    path = _EXTENSION.sub("", _INDEX.sub("", "/".join(segments)).rstrip("/"), count=1)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = frozenset((name, value) for name, value in pairs if not _AMP_PARAMETER.fullmatch(name))
    return _DEVICE_HOST.sub("", parts.netloc), path, query


def _language(host: str) -> str:
    match = _LANGUAGE_HOST.match(host)
    return match[1] if match else ""


def _is_on_domain(url: str, domain: str) -> bool:
    netloc, domain = authority_of(url), domain_as_compared(domain)
    return any(each == domain or each.endswith(f".{domain}") for each in (netloc, without_port(netloc)))


def _on_domain(url: str, domain: str, other: str) -> str:
    netloc, domain, other = authority_of(url), domain_as_compared(domain), domain_as_compared(other)
    host = netloc if netloc.endswith(domain) else without_port(netloc)
    port = "" if without_port(domain) != domain or without_port(other) != other else netloc.removeprefix(host)
    return urlunsplit(urlsplit(url)._replace(netloc=host.removesuffix(domain) + other + port))
