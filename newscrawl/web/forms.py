"""Forms that write: only from pages of ours, of bounded size, and so many an hour."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.responses import Response

from newscrawl.web.context import AppContext

MAX_AN_HOUR = 20  # of all forms, that one process accepts from all readers together
# With the policy of other pages, browsers send `Origin: null`, and nobody could say that a form is ours.
FORM_HEADERS = {"referrer-policy": "same-origin", "cache-control": "no-store"}


class Allowance:
    """Limits what is accepted in an hour."""

    def __init__(self) -> None:
        self._times: deque[datetime] = deque()

    def take(self, now: datetime) -> bool:
        """Return whether one more is accepted now, and count it."""
        while self._times and now - self._times[0] >= timedelta(hours=1):
            self._times.popleft()
        if len(self._times) >= MAX_AN_HOUR:
            return False
        self._times.append(now)
        return True


def is_same_origin(request: Request, root_url: str) -> bool:
    """Return whether a page of ours sent a form; browsers say so, and do not let other sites' pages say it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", "")).netloc.lower()
    return bool(origin) and origin in {request.headers["host"].lower(), urlsplit(root_url).netloc.lower()}


async def form_fields(request: Request, maximum: int) -> dict[str, str] | None:
    """Return the fields of a form; None for anything that is no such form, or has more bytes."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > maximum:
            return None
    try:
        return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=5))
    except ValueError:
        return None


def refused(request: Request, context: AppContext, status: int, title: str, detail: str) -> Response:
    """Return the page that says why a form is not taken."""
    values = {"title": title, "detail": detail, "status": status, "is_private": True}
    response = context.page(request, "problem.html", values, status=status)
    if status == 429:
        response.headers["retry-after"] = "3600"
    return response
