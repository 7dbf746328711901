"""Whether readers can see that facts were changed: by a note, by the date of modification, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from newscrawl.change.fact_changes import FactChanges
from newscrawl.change.noted import names_none, noted_facts
from newscrawl.change.notes_policy import is_policy
from newscrawl.items import Article, Capture, Head, NotedFact

# A page that is made for each request may be dated with it.
_MIN_AGE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What readers can see of changed facts; `noted` are those that a note on the page names."""

    silent: bool
    unnoted: bool
    noted: tuple[NotedFact, ...]


def disclosure(
    previous: Article, current: Article, facts: FactChanges, language: str, *, would_be_noted: bool
) -> Disclosure:
    """Return what readers can see of the changed facts.

    A change without a note is `silent` if both pages state when they were modified, and that date stood still; or if
    neither states it and the page's own line, or `would_be_noted`, says that an edit would be to be seen. Of any other
    nobody knows whether the newspaper conceals it: it is `unnoted`. A note that names some facts leaves the others so.
    """
    noted = noted_facts(facts, language)
    notes = (*facts.corrections, *facts.updates)
    if any(names_none(note, noted) for note in notes):
        return Disclosure(silent=False, unnoted=False, noted=noted)
    rest = _without(facts, noted, is_replaced_only=bool(notes))
    if not rest.changes_stated_facts():
        return Disclosure(silent=False, unnoted=False, noted=noted)
    if notes:
        return Disclosure(silent=False, unnoted=True, noted=noted)
    silent = _stood_still(previous, current, would_be_noted=would_be_noted)
    is_dated = previous.date_modified is not None and current.date_modified is not None
    return Disclosure(silent=silent, unnoted=not silent and not is_dated, noted=noted)


def is_served_as_modified(head: Head, capture: Capture) -> bool:
    """Return whether the server dates an edit between the last check, which found the old wording, and this one.

    Its Last-Modified is believed only if an earlier check found it where it was when the version was first seen: many
    servers state the time of the request, of a deployment, or of the newest comment.
    """
    old, new = _moment(head.validators.last_modified), _moment(capture.header("last-modified"))
    last_check = head.check_history.last_checked_at
    if old is None or new is None or last_check is None or last_check <= head.seen_at:
        return False
    return old <= head.seen_at - _MIN_AGE and last_check < new <= capture.fetched_at - _MIN_AGE


def _moment(stated: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stated) if stated else None
    except ValueError:
        return None  # a server may state anything
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _stood_still(previous: Article, current: Article, *, would_be_noted: bool) -> bool:
    old, new = previous.date_modified, current.date_modified
    if old is not None and new is not None:
        return new.value <= old.value
    if old is not None or new is not None:
        return False
    return would_be_noted or (_states_policy(previous.paragraphs) and _states_policy(current.paragraphs))


def _states_policy(paragraphs: Sequence[str]) -> bool:
    return any(map(is_policy, paragraphs))


def _without(facts: FactChanges, noted: Sequence[NotedFact], *, is_replaced_only: bool) -> FactChanges:
    """Return the facts that no note names; beside a note only those that are stated otherwise, not what was cut."""
    if not noted and not is_replaced_only:
        return facts
    named = {(fact.old, fact.new) for fact in noted}
    others = replace(facts)
    for name in FactChanges.pairs():
        pairs = [pair for pair in getattr(facts, name) if pair not in named and (all(pair) or not is_replaced_only)]
        setattr(others, name, pairs)
    removed = [] if is_replaced_only else facts.quotes_removed
    others.quotes_removed = [text for text in removed if (text, "") not in named]
    return others
