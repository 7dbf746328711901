"""The one visibility policy: what is hidden for legal reasons appears in no output, whichever way it is requested.

Pages, lists, feeds, API, search, Memento and export all read through newscrawl.store.reader, which applies this policy
to every document that it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newscrawl.errors import NewscrawlError
from newscrawl.items import State
from newscrawl.store.erasure import What

# Fields that every projection must contain, so that the policy can decide.
NEEDED = {"hidden": 1, "held": 1, "erased": 1}
# What `is_listed` asks of a version, as a query: where a list is chosen before its documents are read, and judged.
LISTED = {"hidden": None, "held": None}


class Absent(NewscrawlError):
    """Raised by the reader for an article or version that was never recorded; web answers 404."""

    exit_code = 1


class Hidden(NewscrawlError):
    """Raised by the reader for what was hidden by a logged decision; web answers 410 with the reason."""

    exit_code = 1

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} is hidden: {reason}" if reason else f"{what} is hidden")
        self.reason = reason


class Erased(Hidden):
    """Raised by the reader for what was erased by order; nothing of it is left."""

    def __init__(self, what: str, decision: Mapping[str, Any]) -> None:
        super().__init__(what, "")
        self.reason = str(decision["reason"])
        self.args = (f"{what} was erased by order on {decision['at']:%Y-%m-%d}: {self.reason}",)


def is_hidden(document: Mapping[str, Any]) -> bool:
    """Return whether an article or a version is itself hidden."""
    return bool(document.get("hidden")) or document.get("state") == State.HIDDEN


def is_listed(version: Mapping[str, Any]) -> bool:
    """Return whether a version may appear in lists across articles, if its article may."""
    return not version.get("held") and not is_hidden(version)


def with_visible_facts(article: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an article with the facts of its newest visible version, if its newest version is hidden."""
    mask = article.get("mask")
    if not mask or mask["covers"] != article["head"]["number"]:
        return article
    return {**article, **mask}


def refuse_hidden(document: Mapping[str, Any], what: str) -> None:
    """Raise Hidden, with the stored reason, if the document is hidden; `what` begins its message."""
    if is_hidden(document):
        decision = document.get("hidden")
        erased = document.get("erased") or {}
        if erased.get("what") in {What.ARTICLE, What.VERSION}:
            raise Erased(what, erased)
        reason = decision.get("reason", "") if isinstance(decision, Mapping) else document.get("state_reason", "")
        raise Hidden(what, str(reason or ""))
