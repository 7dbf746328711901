"""The page of words: what a check comes to, and every other closed set of words that logs, pages and records have."""

from __future__ import annotations

from collections.abc import Iterator

from docs.reference.tables import code, described, page, table
from newscrawl.fetch import failures
from newscrawl.fetch.failures import REFUSALS, FetchFailed
from newscrawl.items import Cause, Hold, OptionalType, Outcome, PageKind, Shown, State
from newscrawl.items.check import NOT_ASKED, NOT_REQUESTED
from newscrawl.jobs import exit_codes
from newscrawl.store import quarantine

INTRODUCTION = """
The words that logs, statistics, run records, the API and pages have in common. They stay the same; new ones may be added.
"""
OUTCOMES = {
    Outcome.NEW: "The article was seen for the first time: version 1.",
    Outcome.CHANGED: "The newspaper changed the wording: a version with the cause `edit`.",
    Outcome.REVERTED: "Changed, and the wording is that of an earlier version.",
    Outcome.RESTORED: "The article was gone, and is back: with another wording a version, with the same none.",
    Outcome.MOVED: "The same wording at another URL of the source.",
    Outcome.REBASED: "Our rules read something else: a version with the cause `rebase`, which is no edit (promise [P8](promises.md)).",
    Outcome.TRIVIAL: "Only typography differs, such as the form of quotation marks; no version.",
    Outcome.UNCHANGED: "The page was read, or known by its bytes or containers, and says the same.",
    Outcome.NOT_MODIFIED: "The server answered 304: what is stored is current.",
    Outcome.GONE: "The second answer in a row with 404, 410 or 451, or a redirect to the front page. The first one is not enough.",
    Outcome.QUARANTINED: "The page is doubtful, and changes nothing until a further check or a person decides.",
    Outcome.SUPERSEDED: "Fetched before the article's newest check and recorded after it: no part of the history.",
    Outcome.BLOCKED: "The server refuses us, or robots.txt or our own limits kept the request from being sent.",
    Outcome.ERROR: "No usable response; the reason says why.",
}
KINDS = {
    PageKind.ARTICLE: "An article.",
    PageKind.LIVE: "A live blog: only its newest entries are on the page.",
    PageKind.GALLERY: "Pictures, and hardly a text.",
    PageKind.LISTING: "A front page, section, tag or search page.",
    PageKind.INTERACTIVE: "A quiz or a game.",
    PageKind.SERVICE: "What a site has beside articles: a shop, an event, a form, terms, a table of data.",
    PageKind.PAYWALL: "An offer in the place of the text.",
    PageKind.CONSENT: "A page that asks for consent.",
    PageKind.BOT_WALL: "A page that keeps programs away; the outcome is `blocked`.",
    PageKind.LOGIN: "A page that asks to sign in.",
    PageKind.SOFT_404: "“Not found”, with the status 200.",
    PageKind.ERROR_PAGE: "An error of the server, with the status 200.",
    PageKind.EMPTY: "No text, or hardly any.",
    PageKind.TOO_COSTLY: "Its reading took more CPU time or memory than a page may ([bounds](bounds.md)).",
}
SHOWN = {
    Shown.WHOLE: "All of the article.",
    Shown.CUT: "The beginning, for readers who do not pay.",
    Shown.FIRST_PAGE: "The first of several pages.",
    Shown.WINDOW: "The newest entries of a live blog.",
}
CAUSES = {
    Cause.FIRST: "The first version of an article.",
    Cause.BACKFILLED: "The first version of an article that was found in an archive ([backfill](backfill.md)): no news.",
    Cause.EDIT: "The newspaper changed the wording.",
    Cause.REBASE: "Our rules, normaliser or libraries changed, or another reader read the page: no edit.",
    Cause.IMPORTED: "A text that others kept without its page ([import](import.md#texts-without-pages)): no edit, without evidence.",
    Cause.RESTORED: "The article was gone, and came back with another wording.",
}
HOLDS = {
    Hold.PENDING: "Other checks of the source have not yet shown that the edit is no part of a [mass change](mass-changes.md).",
    Hold.MASS_CHANGE: "Most of the source changed at the same time.",
    Hold.NEW_STAMP: "Read under a stamp that has not yet been proven on other articles of the source.",
    Hold.DISMISSED: "A person decided that it is no edit by the newspaper.",
    Hold.RETRACTED: "It was public, and our error ([retractions](retractions.md)).",
}
STATES = {
    State.WATCHED: "Checked when it is due.",
    State.RETIRED: "No longer checked regularly; rare audits may remain.",
    State.GONE: "Gone from its site; checked rarely, in case it comes back.",
    State.HIDDEN: "Taken out of every output by an order ([takedowns](takedowns.md)).",
}
OPTIONAL = {
    OptionalType.BYLINE: "A byline within the text.",
    OptionalType.CAPTION: "What stands below a picture.",
    OptionalType.CONTRIBUTOR: "Who reported with the authors.",
    OptionalType.CREDIT: "Of an agency, an editor, a photographer.",
    OptionalType.EMBED: "A post of a social network.",
    OptionalType.HOUSE_LINE: "The newspaper about itself: rights, where it appeared first, dividers.",
    OptionalType.PROMOTION: "Advertising for the newspaper's own offers.",
    OptionalType.PULL_QUOTE: "A sentence of the text, repeated large.",
    OptionalType.TIMESTAMP: "When the text was published or updated.",
    OptionalType.OTHER: "What the source's rules drop, of no known type.",
}
# Kinds of doubt beside the kinds of pages, by the name of their constant in newscrawl.store.quarantine.
DOUBTS = {
    "LAYOUT_LOST": "No reader reads both this page and the article's last version, so they cannot be compared.",
    "EMPTIED": "The page shows the headline of its article, and nothing of the text.",
    "LATE": "The page is older than the article's newest check, and has a wording that the history does not have.",
    "IDENTITY_CLASH": "The page claims to be an article that another URL has ([identity](identity.md)).",
}
# Of exceptions of others; those of ours say it in their docstrings.
REASONS = {
    "not_recorded": "In a replay: the recording has no response to this request; none is sent.",
    "recording": "A recording cannot be read or written.",
    "timeout": "No complete response within `NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS`.",
    "dns": "The name of the host does not resolve.",
    "tls": "The certificate is not valid, or no secure connection could be made ([sources](sources.md#certificates)).",
    "refused": "The host refuses connections.",
    "truncated": "The body is incomplete.",
    "cancelled": "The request was cancelled.",
    "scheme": "The URL is neither http nor https.",
    "bad_address": "A redirect leads to what is no URL.",
    "connection": "The connection broke before or within the headers.",
    "redirect_loop": "Too many redirects.",
    "ignored": "A middleware of Scrapy refused the request.",
    "failed": "Any other failure; the detail says which.",
}
ENDINGS = {
    "finished": "Everything that was to be requested was.",
    "yielded": "A long turn ended so that other sources have theirs, or the source's hours were over; it goes on in the next one.",
    "stalled": "Minutes without progress.",
    "lease_held": "Another run has the source.",
    "store_unavailable": "MongoDB could not be reached or written for longer than a crawl waits.",
    "schema_mismatch": "A newer newscrawl wrote the database.",
    "shutdown": "SIGTERM or SIGINT.",
    "usage": "An argument or a setting cannot be used.",
}


def text() -> str:
    return page(
        "Outcomes, causes and reasons",
        "docs/reference/outcomes.py",
        INTRODUCTION,
        "## Outcomes of a check",
        table(("outcome", "meaning", "reads a wording", "an edit"), _outcomes()),
        "A verdict is an outcome with its reason in words, and with what it means for the history.",
        "## Causes of a version",
        table(("cause", "meaning"), described(Cause, CAUSES)),
        "## Why an edit is not public",
        table(("hold", "meaning"), described(Hold, HOLDS)),
        "## States of an article",
        table(("state", "meaning"), described(State, STATES)),
        "## Kinds of a page",
        "Versions are made of `article` and `live` alone. A page of another kind is quarantined with its kind as the first word of the reason.",
        table(("kind", "meaning"), described(PageKind, KINDS)),
        "How much of the article a page shows ([partial pages](partial-pages.md)):",
        table(("shown", "meaning"), described(Shown, SHOWN)),
        "## Kinds of doubt",
        "Kinds of entries in quarantine are those of pages, and these. A page of a known kind may also be doubtful by itself: it lost its "
        "headline, most of its text, or reads as rubbish; the reason says which.",
        table(("kind", "meaning"), doubts()),
        "## Types of text beside the article",
        "They are kept, and never compared ([beside the text](beside-the-text.md)).",
        table(("type", "meaning"), described(OptionalType, OPTIONAL)),
        "## Reasons of failures",
        f"Of checks with the outcome `error` or `blocked`. `http_404` and the like are the server's status; {_refusals()} mean that it "
        "refuses us. With a reason that is not sent, the request never left: our own limits, or a stop, came before it.",
        table(("reason", "meaning", "outcome", "sent"), reasons()),
        "## Endings of a run",
        "The reason in the record of a run, and its [exit code](exit-codes.md) if no page failed. Any other reason is a defect.",
        table(("reason", "meaning", "code"), _endings()),
        "Other sets of words have pages of their own: kinds of [alarms](alarms.md), types of [changes](changes.md), subjects of "
        "[subscriptions](subscriptions.md).",
    )


def _outcomes() -> Iterator[tuple[str, str, str, str]]:
    for (word, meaning), outcome in zip(described(Outcome, OUTCOMES), Outcome, strict=True):
        yield word, meaning, "yes" if outcome.is_complete_check else "", "yes" if outcome.is_edit else ""


def doubts() -> Iterator[tuple[str, str]]:
    """Yield the kinds of doubt; raises KeyError for a kind of the store that is not described."""
    kinds = {kind.value for kind in PageKind}
    for name, value in vars(quarantine).items():
        if name.isupper() and isinstance(value, str) and value not in kinds:
            yield code(value), DOUBTS[name]


def reasons() -> Iterator[tuple[str, str, str, str]]:
    """Yield every reason of a failure, as exceptions of ours and the table of others' have them."""
    found: dict[str, tuple[str, str]] = {}
    for error in _of_ours(FetchFailed):
        if error.reason != FetchFailed.reason:
            found[error.reason] = (error.__doc__ or "").partition("\n")[0], error.outcome.value
    words = {word for _, word in failures._REASONS}
    for word in sorted(words - set(found)):
        found[word] = REASONS[word], Outcome.ERROR.value
    for word in ("connection", "redirect_loop", "ignored", "failed"):
        found[word] = REASONS[word], Outcome.ERROR.value
    found["proxy_http_407"] = "The proxy answered with this status; and the like.", Outcome.ERROR.value
    found["render_timeout"] = (
        "The browser drew no page in time; also `render_incomplete`, `render_too_many`, `render_browser` "
        "([rendered](rendered.md#what-can-go-wrong)).",
        Outcome.ERROR.value,
    )
    for word in sorted(found):
        meaning, outcome = found[word]
        sent = "no" if word in NOT_REQUESTED else "not to this URL" if word in NOT_ASKED else "yes"
        yield code(word), meaning, code(outcome), sent


def _of_ours(cls: type[FetchFailed]) -> Iterator[type[FetchFailed]]:
    for below in cls.__subclasses__():
        yield below
        yield from _of_ours(below)


def _refusals() -> str:
    return ", ".join(str(status) for status in sorted(REFUSALS))


def _endings() -> Iterator[tuple[str, str, str]]:
    if superfluous := set(ENDINGS) - set(exit_codes.REASONS):
        raise KeyError(f"described, and not there: {sorted(superfluous)}")
    for word, number in exit_codes.REASONS.items():
        yield code(word), ENDINGS[word], str(number)
