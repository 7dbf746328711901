"""Which subscriptions want to hear of an event. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.items import Announceable, Cause, EventKind, Extra, Subject, Subscription, Wanted, WordsIn
from newscrawl.store.reader.search_query import SearchQuery

_OF_A_CHANGE = {EventKind.EDIT, EventKind.RETRACTION}


def matches(subscription: Subscription, event: Announceable) -> bool:
    """Return whether a subscription is to be sent an event; what is older than the subscription never is."""
    is_heard = subscription.is_open and not subscription.is_paused
    return is_heard and event.at >= subscription.created_at and wants(subscription.wanted, event)


def wants(wanted: Wanted, event: Announceable) -> bool:
    """Return whether an event is what somebody wants, whenever it happened."""
    return (
        event.kind.subject in wanted.about
        and (not wanted.sources or event.source in wanted.sources)
        and (not wanted.articles or event.article_id in wanted.articles)
        and _is_included(wanted, event)
        and (event.kind not in _OF_A_CHANGE or _wants_change(wanted, event))
        and _has_words(wanted, event)
    )


def _is_included(wanted: Wanted, event: Announceable) -> bool:
    extras = {
        Extra.LATE: event.is_late,
        Extra.REBASED: event.cause is Cause.REBASE,
        Extra.HELD: event.is_held,
    }
    return all(extra in wanted.include for extra, has in extras.items() if has)


def _wants_change(wanted: Wanted, event: Announceable) -> bool:
    change = event.change
    return (
        (not wanted.kinds or not set(wanted.kinds).isdisjoint(change.types))
        and round(change.significance * 100) >= wanted.min_significance
        and (not wanted.only_silent or change.silent)
        and (not wanted.only_unnoted or change.unnoted or change.silent)
    )


def _has_words(wanted: Wanted, event: Announceable) -> bool:
    query = SearchQuery.of(wanted.words)
    if query.is_empty or event.kind.subject is Subject.ALARMS:
        return True
    change = event.change
    if wanted.words_in is WordsIn.WORDING:
        return query.has_terms(event.wording) and query.has_phrases(event.wording)
    if wanted.words_in is WordsIn.REMOVED:
        return _is_in_change(query, change.old_sentences or change.removed, change.removed)
    if wanted.words_in is WordsIn.ADDED and event.number != 1:
        return _is_in_change(query, change.new_sentences or change.added, change.added)
    sentences = (*change.added, *change.removed, *change.old_sentences)
    texts = event.texts if wanted.words_in is WordsIn.ADDED else (event.headline, *sentences, *event.texts)
    return query.has_terms(texts) and query.has_phrases(texts)


def _is_in_change(query: SearchQuery, sentences: Sequence[str], changed: Sequence[str]) -> bool:
    """Return whether whole sentences have the words, and at least one of these is among the changed ones."""
    return query.has_terms(sentences) and query.has_phrases(sentences) and query.has_any(changed)
