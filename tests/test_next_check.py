"""Sentences about the next check of an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawl.humanize import next_check_sentence
from newscrawl.items import ERASED_BY_ORDER, State

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Retired:
    first_seen_at: datetime
    state_reason: str = "old"
    state: State = State.RETIRED
    state_since: datetime | None = NOW
    next_check_at: datetime | None = None
    last_changed_at: datetime | None = None


def test_an_article_that_was_old_when_first_seen_is_not_said_to_be_unchanged_for_no_days() -> None:
    assert next_check_sentence(Retired(NOW), NOW).startswith("Regular checks ended on 2 March 2026")
    assert "not changed in over 9 days" in next_check_sentence(Retired(NOW - timedelta(days=9)), NOW)


def test_an_article_of_which_something_was_erased_is_not_called_old() -> None:
    said = next_check_sentence(Retired(NOW - timedelta(days=9), ERASED_BY_ORDER), NOW)
    assert said == "Something of it was erased by order on 2 March 2026, 07:00 UTC; it is no longer checked by itself."
