"""The method page: how changes are found, what is compared, how often that is wrong, and where to complain."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.change.error_rates import SEEN_BY_NOBODY, error_rates
from newscrawl.humanize import gettext
from newscrawl.web.context import Context

router = APIRouter(include_in_schema=False)


@router.get("/method")
async def method_page(request: Request, context: Context) -> Response:
    rates = error_rates()
    values = {
        "title": gettext("Method"),
        "rates": rates,
        "unseen": rates.part(SEEN_BY_NOBODY),
        "reserved": [
            row
            for row in await context.source_rows()
            if row.rights is not None and (row.rights.noarchive or row.rights.tdm_reservation)
        ],
        "bookmarklet": bookmarklet(context.root_url),
        "watches": context.watches,
        "contact": context.contact,
        "contact_url": contact_url(context.contact),
    }
    return context.page(request, "method.html", values)


def contact_url(contact: str | None) -> str | None:
    """Return where a link to the operator leads: a web page, or the mail program."""
    if contact is None or contact.startswith(("http://", "https://")):
        return contact
    return "mailto:" + quote(contact, safe="@")


def bookmarklet(root: str) -> str:
    """Return a bookmark that opens the history of the page that one reads; browsers run it there, and never here."""
    return f"javascript:location.href='{quote(root, safe=':/[]')}/search?q='+encodeURIComponent(location.href)"
