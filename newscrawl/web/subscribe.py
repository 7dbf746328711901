"""Subscribe to a page: its feeds, and where the operator allows it a form for a mail address or a webhook.

Nothing is sent from here: whoever delivers asks the address first. The answer is the same whether or not it is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise
from urllib.parse import urlsplit

import idna
from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.humanize import N_, Locale, current, gettext
from newscrawl.items import Channel, Every, OptIn, Schedule, Subscription, Wanted
from newscrawl.notify import definitions
from newscrawl.notify.channels.webhook import new_secret
from newscrawl.notify.definitions import Invalid
from newscrawl.notify.reader_links import form_token, is_form_token, reader_name
from newscrawl.secret_text import SecretUrl
from newscrawl.store.session import Store
from newscrawl.store.subscriptions import new_token
from newscrawl.web.context import AppContext, Context
from newscrawl.web.entries import SIGNIFICANCE_OPTIONS
from newscrawl.web.forms import FORM_HEADERS, form_fields, is_same_origin, refused
from newscrawl.web.subscribed_views import Subscribed, View

router = APIRouter(include_in_schema=False)
form = APIRouter(include_in_schema=False)
MAX_FORM_BYTES = 8_000
MAX_ADDRESS, MAX_LOCAL = 254, 64  # RFC 5321, 4.5.3.1
MAX_URL = 1_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAX_OF_NETWORK = 10  # an hour
MAX_OF_ALL = 60  # an hour, over all processes
MAX_OF_ADDRESS = 3  # a day; of webhooks of a host
MAX_UNCONFIRMED, MAX_SUBSCRIPTIONS = 500, 5_000
CONFIRM_MAIL, CONFIRM_WEBHOOK = timedelta(hours=48), HOUR
EVERY = (("change", N_("each change at once")), ("day", N_("once a day")), ("week", N_("once a week")))
_LOCAL = re.compile(r"[A-Za-z0-9!#$&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$&'*+/=?^_`{|}~-]+)*", re.ASCII)
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


@router.get("/subscribe")
async def subscribe_page(request: Request, context: Context, view: Subscribed) -> Response:
    return await _page(request, context, view)


@form.post("/subscribe")
async def subscribe(request: Request, context: Context, view: Subscribed) -> Response:
    """Note what a reader asks for, and let them be asked whether it was they."""
    store: Store = request.app.state.store
    now, key = context.clock.now(), request.app.state.reader_key
    fields = await form_fields(request, MAX_FORM_BYTES)
    if not is_same_origin(request, context.root_url):
        return refused(request, context, 403, gettext("Sent from another site"), gettext("Use the form on this site."))
    if fields is None or not is_form_token(key, fields.get("token", ""), now):
        return refused(
            request, context, 403, gettext("This form is too old"), gettext("Open the page again, and use its form.")
        )
    await view.title(context)  # raises Hidden for what may not be shown
    try:
        wish = await _wish(context, view, fields)
    except Invalid as error:
        return await _page(request, context, view, problem=str(error), fields=fields)
    if not await _may_ask(request, context, store, now):
        return refused(request, context, 429, gettext("Too many requests"), gettext("Try again in an hour."))
    if await store.take_request(f"address\0{wish.limited}", MAX_OF_ADDRESS, DAY, now):
        await store.ask_opt_in(wish.subscription(key, now), now)
    values = {"title": gettext("Please confirm"), "is_private": True, "is_mail": wish.is_mail, "secret": wish.secret}
    return _private(context.page(request, "subscribe_sent.html", values))


@dataclass(frozen=True, slots=True)
class Wish:
    """A form that is valid."""

    address: str
    wanted: Wanted
    schedule: Schedule
    secret: str  # of a webhook

    @property
    def is_mail(self) -> bool:
        return not self.secret

    @property
    def limited(self) -> str:
        """What requests are counted by: a mailbox, whatever is added to its name; or a host."""
        if not self.is_mail:
            return urlsplit(self.address).netloc.lower()
        local, _, host = self.address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{host}"

    def subscription(self, key: bytes, now: datetime) -> Subscription:
        parts = (self.address, self.secret, repr(self.wanted), repr(self.schedule))
        kind, wait = ("mail", CONFIRM_MAIL) if self.is_mail else ("webhook", CONFIRM_WEBHOOK)
        locale = current() if self.is_mail else Locale()
        return Subscription(
            name=reader_name(key, *parts),
            channel=Channel(kind, address=SecretUrl(self.address), secret=self.secret),
            created_at=now,
            feed_token=new_token(),
            wanted=self.wanted,
            schedule=self.schedule,
            opt_in=OptIn(erase_at=now + wait, language=locale.language, zone=locale.zone),
        )


async def _wish(context: AppContext, view: View, fields: dict[str, str]) -> Wish:
    """Return what a form asks for; raises Invalid."""
    stated = dict(await view.stated(context))
    least = fields.get("least", "")
    if least and least not in {str(level) for level, _ in SIGNIFICANCE_OPTIONS}:
        raise Invalid("least", "must be 0, 25, 50 or 75")
    if least:
        stated["min_significance"] = int(least)
    stated["every"] = fields.get("every", "")
    wanted, schedule = definitions.wanted(stated), definitions.schedule(stated)
    if schedule.every is not Every.CHANGE:
        schedule = replace(schedule, zone=current().zone)  # in which a digest has its hour
    text, allowed = fields.get("address", "").strip(), context.subscribes_by
    if "webhook" in allowed and text.lower().startswith(("https://", "http://")):
        return Wish(_webhook_url(text), wanted, schedule, new_secret())
    if "mail" not in allowed:
        raise Invalid("address", "must be the URL of a webhook, https://…")
    return Wish(mail_address(text), wanted, schedule, "")


def mail_address(text: str) -> str:
    """Return a mail address with its domain in ASCII (IDNA 2008); raises Invalid."""
    local, _, host = text.rpartition("@")
    try:
        host = idna.encode(host.rstrip("."), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        host = ""
    if _LOCAL.fullmatch(local) is None or _HOST.fullmatch(host) is None:
        raise Invalid("address", "must be a mail address such as ada@paper.example, in ASCII before its @")
    if len(local) > MAX_LOCAL or len(local) + len(host) + 1 > MAX_ADDRESS:
        raise Invalid("address", "is longer than mail addresses are")
    return f"{local}@{host}"


def _webhook_url(text: str) -> str:
    parts = urlsplit(text)
    is_plain = text.isascii() and text.isprintable() and " " not in text and "@" not in parts.netloc
    if len(text) > MAX_URL or not is_plain or not parts.hostname:
        raise Invalid("address", f"must be a URL of at most {MAX_URL:,} ASCII characters, without a password")
    return text


async def _may_ask(request: Request, context: AppContext, store: Store, now: datetime) -> bool:
    if not request.app.state.allowance.take(now):
        return False
    if not await store.take_request(f"network\0{_network(request, context)}", MAX_OF_NETWORK, HOUR, now):
        return False
    every, unconfirmed = await store.opt_in_counts()
    if every >= MAX_SUBSCRIPTIONS or unconfirmed >= MAX_UNCONFIRMED:
        return False
    return await store.take_request("all", MAX_OF_ALL, HOUR, now)


def _network(request: Request, context: AppContext) -> str:
    """Return the network of a client, behind a trusted proxy as that names it; it only bounds requests."""
    trusted = [ip_network(each) for each in context.trusted_proxies]
    named = request.headers.get("x-forwarded-for", "").split(",")
    hops = [request.client.host if request.client else "", *(hop.strip() for hop in reversed(named))]
    client = hops[0]
    for before, hop in pairwise(hops):
        try:
            if not any(ip_address(before) in network for network in trusted):
                break
            client = str(ip_address(hop))
        except ValueError:
            break
    try:
        address = ip_address(client)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


async def _page(
    request: Request, context: AppContext, view: View, *, problem: str = "", fields: dict[str, str] | None = None
) -> Response:
    fields = fields or {}
    title, allowed = await view.title(context), context.subscribes_by
    blocked = ""
    if allowed:
        try:
            definitions.wanted(await view.stated(context))
        except Invalid as error:
            blocked = str(error)
    values = {
        "title": gettext("Subscribe"),
        "subject": title,
        "query": view.query,
        "root": context.root_url,
        "address_feed": view.feed,
        "allowed": allowed,
        "blocked": blocked,
        "problem": "" if blocked else problem,
        "address": fields.get("address", "")[:MAX_URL],
        "levels": SIGNIFICANCE_OPTIONS,
        "level": fields.get("least") or str(view.filters.min_significance),
        "every": EVERY,
        "chosen": fields.get("every", "change"),
        "token": form_token(request.app.state.reader_key, context.clock.now()) if allowed else "",
        "months": context.subscriptions_keep_months,
        "is_private": True,
    }
    is_refused = bool(fields and (blocked or problem))
    response = context.page(request, "subscribe.html", values, status=400 if is_refused else 200)
    response.headers.update(FORM_HEADERS)
    return response


def _private(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response
