"""`newscrawl subscribe`: announce changes by mail, webhook, command or feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("subscribe")(subscribe)


def subscribe(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the subscription: lower-case letters, digits and -.")
    ],
    apprise: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Address of a service as Apprise writes it, such as mailto://USER:PASSWORD@HOST."
        ),
    ] = None,
    apprise_env: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds that address.")
    ] = None,
    webhook: Annotated[
        str | None, typer.Option(metavar="URL", help="URL that signed announcements are posted to.")
    ] = None,
    webhook_env: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds that URL.")
    ] = None,
    secret_env: Annotated[
        str | None,
        typer.Option(
            metavar="VARIABLE",
            help="Environment variable that holds the secret of a webhook (whsec_…); default: a new one.",
        ),
    ] = None,
    command: Annotated[
        list[str] | None,
        typer.Option(help="Program, then each of its arguments; it reads JSON from standard input; may be repeated."),
    ] = None,
    feed: Annotated[
        bool, typer.Option("--feed", help="Send nothing; the web reader serves a feed of the subscription.")
    ] = False,
    notifier: Annotated[str | None, typer.Option(metavar="NAME", help="Notifier of another Python package.")] = None,
    address: Annotated[str | None, typer.Option(help="Address for --notifier.")] = None,
    address_env: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Environment variable that holds the address for --notifier.")
    ] = None,
    about: Annotated[
        list[str] | None,
        typer.Option(
            help="What to announce: edits, first, deletions, retractions or alarms; default: edits and retractions; "
            "may be repeated."
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Announce only what is of this source; may be repeated.", autocompletion=sources_like),
    ] = None,
    article: Annotated[
        list[str] | None, typer.Option(help="Announce only what is of this article, by URL or id; may be repeated.")
    ] = None,
    words: Annotated[str | None, typer.Option(help='Announce only changes with these words and "phrases".')] = None,
    words_in: Annotated[
        str | None,
        typer.Option(help="Where --words are searched: any, added, removed or wording (the whole text); default: any."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Announce only changes of this kind, such as headline or numbers; may be repeated."),
    ] = None,
    min_significance: Annotated[
        int, typer.Option(metavar="N", help="Announce only changes of at least this significance, 0 to 100.")
    ] = 0,
    only_silent: Annotated[
        bool, typer.Option("--only-silent", help="Announce only silent edits: changes of facts without a note.")
    ] = False,
    only_unnoted: Annotated[
        bool, typer.Option("--only-unnoted", help="Announce only unnoted edits: changes of facts that no note names.")
    ] = False,
    include: Annotated[
        list[str] | None, typer.Option(help="Announce these versions too: late, rebased or held; may be repeated.")
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(help="When to send: change (each at once), day or week (as a digest); default: change."),
    ] = None,
    at: Annotated[str | None, typer.Option(help="Time of day of a digest; default: 07:00.")] = None,
    on: Annotated[str | None, typer.Option(help="Day of a weekly digest; default: monday.")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Time zone of --at and --quiet, such as Europe/Oslo; default: UTC.")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(help="Hours in which nothing is sent, such as 22:00-07:00; default: none.")
    ] = None,
    burst: Annotated[
        int | None,
        typer.Option(metavar="N", help="Announcements in ten minutes; more become one digest; default: 10."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Announce what is published from now on; `newscrawl notify --test NAME` shows whether it arrives."""
    from newscrawl.notify.descriptions import channel_label, times_label, wanted_label
    from newscrawl.notify.links import feed_path

    stated = {
        "apprise": apprise, "apprise_env": apprise_env, "webhook": webhook, "webhook_env": webhook_env,
        "secret_env": secret_env, "command": command, "feed": feed, "notifier": notifier, "address": address,
        "address_env": address_env, "about": about, "sources": source, "articles": article, "words": words,
        "words_in": words_in, "kinds": kind, "min_significance": min_significance, "only_silent": only_silent,
        "only_unnoted": only_unnoted, "include": include, "every": every, "at": at, "on": on, "zone": zone,
        "quiet": quiet, "burst": burst,
    }  # fmt: skip
    subscription, secret = with_store(lambda store: _add(store, name, stated))
    config = Config.from_env()
    feed_url = (config.public_url or config.serve_url).rstrip("/") + feed_path(subscription.feed_token)
    if as_json:
        print_json({"name": name, "feed": feed_url, "secret": secret or None})
        return
    out = console()
    out.print(f"{name}: {wanted_label(subscription)}; {times_label(subscription)}", markup=False, soft_wrap=True)
    out.print(f"by {channel_label(subscription.channel)}, and as a feed: {feed_url}", markup=False, soft_wrap=True)
    if secret:
        out.print(f"secret of its signature, which is not shown again: {secret}", markup=False, soft_wrap=True)


async def _add(store: Store, name: str, stated: dict[str, Any]) -> Any:
    from newscrawl.notify.channels.webhook import new_secret
    from newscrawl.notify.definitions import Invalid, define

    given = {key: value for key, value in stated.items() if value not in (None, False, 0, [])}
    if stated["burst"] == 0:
        given["burst"] = 0
    try:
        given["articles"] = [await store.article_id_of(text) for text in given.get("articles", ())]
        definition = define(name, given, datetime.now(UTC), is_of_file=False, make_secret=new_secret)
    except Invalid as error:
        raise ConfigError(f"subscription {name}: {error}") from None
    if not await store.add_subscription(definition.subscription):
        raise ConfigError(f"there is a subscription {name} already; `newscrawl subscriptions remove {name}` ends it")
    return definition.subscription, definition.made_secret
