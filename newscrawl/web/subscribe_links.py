"""Links in mails to readers: each shows a page with a button, and only its POST changes anything.

A link's token is its authority: no other site knows it. GET changes nothing, as scanners of mails open every link.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from newscrawl.humanize import N_, gettext
from newscrawl.items import Subscription
from newscrawl.notify.reader_links import digest_of, end_path, ended, renewed
from newscrawl.notify.readers import kept_until, label
from newscrawl.store.session import Store
from newscrawl.web.context import AppContext, Context
from newscrawl.web.forms import refused

router = APIRouter(include_in_schema=False, prefix="/subscribe")
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{20,160}$")]
GONE = N_("It was used, has expired, or the subscription is erased.")


@router.get("/confirm/{token}")
async def confirm_page(request: Request, context: Context, token: Token) -> Response:
    found = await _store(request).opt_in_of_token(digest_of(token), context.clock.now())
    return await _question(request, context, "confirm", found)


@router.post("/confirm/{token}")
async def confirm(request: Request, context: Context, token: Token) -> Response:
    store, now, digest = _store(request), context.clock.now(), digest_of(token)
    if _is_foreign(request):
        return refused(request, context, 403, gettext("Sent from another site"), gettext("Use the link in the mail."))
    found = await store.opt_in_of_token(digest, now)
    ends_at = kept_until(now, context.subscriptions_keep_months)
    if found is None or not await store.confirm_opt_in(found.name, now, ends_at, digest=digest):
        return _gone(request, context)
    return _done(request, context, "confirmed", end_path(request.app.state.reader_key, found.name))


@router.get("/end/{token}")
async def end_page(request: Request, context: Context, token: Token) -> Response:
    name = ended(request.app.state.reader_key, token)
    return await _question(request, context, "end", await _store(request).subscription(name) if name else None)


@router.post("/end/{token}")
async def end(request: Request, context: Context, token: Token) -> Response:
    """Erase a subscription; also the one click of mail programs (RFC 8058), which is sent from no page."""
    name = ended(request.app.state.reader_key, token)
    if _is_foreign(request):
        return refused(request, context, 403, gettext("Sent from another site"), gettext("Use the link in the mail."))
    if name is None:
        return _gone(request, context)
    await _store(request).erase_opt_in(name)
    return _done(request, context, "ended", "")


@router.get("/renew/{token}")
async def renew_page(request: Request, context: Context, token: Token) -> Response:
    named = renewed(request.app.state.reader_key, token)
    found = await _store(request).subscription(named[0]) if named else None
    is_last = named is not None and found is not None and found.opt_in is not None and found.opt_in.ends_at == named[1]
    is_last = is_last and found is not None and not found.is_open
    return await _question(request, context, "renew", found if is_last else None)


@router.post("/renew/{token}")
async def renew(request: Request, context: Context, token: Token) -> Response:
    now, named = context.clock.now(), renewed(request.app.state.reader_key, token)
    if _is_foreign(request):
        return refused(request, context, 403, gettext("Sent from another site"), gettext("Use the link in the mail."))
    ends_at = kept_until(now, context.subscriptions_keep_months)
    if named is None or not await _store(request).renew_opt_in(named[0], now, ends_at, ended_at=named[1]):
        return _gone(request, context)
    return _done(request, context, "confirmed", end_path(request.app.state.reader_key, named[0]))


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _is_foreign(request: Request) -> bool:
    """Return whether a browser says that a page of another site sent this."""
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


async def _question(request: Request, context: AppContext, act: str, found: Subscription | None) -> Response:
    if found is None or found.opt_in is None:
        return _gone(request, context)
    values = {
        "title": gettext("Your subscription"),
        "act": act,
        "about": await label(context.reader, found, str),
        "channel": found.channel.kind,
        "opt_in": found.opt_in,
        "months": context.subscriptions_keep_months,
        "is_private": True,
    }
    return _private(context.page(request, "subscribe_link.html", values))


def _done(request: Request, context: AppContext, what: str, end_link: str) -> Response:
    values = {"title": gettext("Your subscription"), "what": what, "end_link": end_link, "is_private": True}
    return _private(context.page(request, "subscribe_done.html", values))


def _gone(request: Request, context: AppContext) -> Response:
    return _private(refused(request, context, 404, gettext("This link leads nowhere any more"), gettext(GONE)))


def _private(response: Response) -> Response:
    response.headers.update({"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"})
    return response
