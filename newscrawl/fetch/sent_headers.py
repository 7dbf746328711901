"""The headers of a request as it is sent: those that its source states, and none that were meant for another URL."""

from __future__ import annotations

from typing import Any

from scrapy.http import Headers, Request


def with_stated_headers(request: Request, spider: Any) -> Request:
    """Return a request with the headers that its source states; not for other domains, nor kept for redirects."""
    headers = getattr(spider, "headers", None)
    if not headers or not spider.is_ours(request.url):
        return request
    stated = {name: value.encode("latin-1") for name, value in headers.items()}  # as headers are decoded
    sent: Request = request.replace(headers={**request.headers, **Headers(stated)})
    return sent


def drop_conditional_headers(request: Request) -> None:
    """Drop the headers of a redirected request that were meant only for its first URL.

    Validators belong to one URL: a front page that an article redirects to may well be unmodified since the article was
    last seen. Scrapy drops the two secrets itself only if the origin changes.
    """
    for name in ("If-None-Match", "If-Modified-Since", "Authorization", "Cookie"):
        request.headers.pop(name, None)
