from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newscrawl.change.judge import judge
from newscrawl.items import (
    Article,
    Capture,
    Cause,
    CheckHistory,
    Extraction,
    Head,
    Outcome,
    PageKind,
    ParsedPage,
    State,
    Verdict,
)

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
URL = "https://paper.example/1"
BODY = tuple(
    f"Paragraph {n} tells of the {n}th boat, its crew of {n * 7} and the harbour it left for." for n in range(1, 9)
)


def article(
    paragraphs: tuple[str, ...] = BODY, *, headline: str = "Boats", stamp: str = "s1", url: str = URL
) -> Article:
    text = "\n".join((headline, *paragraphs))
    return Article(
        source="paper", guid="1", url=url, headline=headline, paragraphs=paragraphs,
        wording_digest=f"w:{text.casefold()}",
        display_digest=f"t:{text}", stamp=stamp, kind=PageKind.ARTICLE, rules="R",
    )  # fmt: skip


def observed(current: Article | None, kind: PageKind = PageKind.ARTICLE) -> ParsedPage:
    capture = Capture(target_uri=URL, final_uri=URL, status=200, headers=(), body=b"x", fetched_at=NOW)
    extraction = Extraction(rules="R", kind=kind, evidence=("marker",))
    return ParsedPage("paper", "1", "id", capture, extraction, current, "" if current else "no headline")


def head_of(standing: Article, *, state: State = State.WATCHED, number: int = 3) -> Head:
    return Head(
        article_id="id", source="paper", guid="1", url=standing.url, number=number,
        wording_digest=standing.wording_digest,
        display_digest=standing.display_digest, stamp=standing.stamp, chain="c", payload_digest="d", seen_at=NOW,
        headline=standing.headline,
        state=state, check_history=CheckHistory(source="paper", first_seen_at=NOW),
    )  # fmt: skip


def verdict(before: Article, now: Article, **how: object) -> Verdict:
    options = {"baseline": before, "is_reextracted": False, "earlier": {}} | how
    state = options.pop("state", State.WATCHED)
    return judge(head_of(before, state=state), observed(now), **options)  # type: ignore[arg-type]


def test_first_sight_is_new() -> None:
    found = judge(None, observed(article()), baseline=None, is_reextracted=False, earlier={})
    assert (found.outcome, found.cause) == (Outcome.NEW, Cause.FIRST)


def test_same_text_is_unchanged() -> None:
    assert verdict(article(), article()).outcome is Outcome.UNCHANGED


def test_only_typography_is_trivial_and_makes_no_version() -> None:
    found = verdict(article(), replace(article(), display_digest="t:other quotes"))
    assert (found.outcome, found.cause) == (Outcome.TRIVIAL, None)


def test_another_paragraph_is_an_edit() -> None:
    found = verdict(article(), article((*BODY, "And a ninth boat came late.")))
    assert (found.outcome, found.cause) == (Outcome.CHANGED, Cause.EDIT)


def test_wording_of_an_earlier_version_is_a_reversal() -> None:
    back = article((*BODY, "And a ninth boat came late."))
    found = verdict(article(), back, earlier={back.wording_digest: 1})
    assert (found.outcome, found.cause, found.reason) == (Outcome.REVERTED, Cause.EDIT, "back to version 1")


@pytest.mark.parametrize(
    "kind", [PageKind.CONSENT, PageKind.LOGIN, PageKind.SOFT_404, PageKind.ERROR_PAGE, PageKind.EMPTY]
)
def test_pages_that_are_no_articles_are_quarantined(kind: PageKind) -> None:
    found = judge(head_of(article()), observed(None, kind), baseline=None, is_reextracted=False, earlier={})
    assert (found.outcome, found.cause) == (Outcome.QUARANTINED, None)
    assert "marker" in found.reason


def test_bot_wall_is_blocked() -> None:
    found = judge(
        head_of(article()), observed(None, PageKind.BOT_WALL), baseline=None, is_reextracted=False, earlier={}
    )
    assert found.outcome is Outcome.BLOCKED


def test_shrunk_body_is_doubted_once_and_believed_twice() -> None:
    short = article(BODY[:1])
    assert verdict(article(), short).outcome is Outcome.QUARANTINED
    assert verdict(article(), short, suspected={short.wording_digest}).outcome is Outcome.CHANGED


def test_wholly_strange_text_is_doubted() -> None:
    strange = article(
        ("Sign in to your account to go on with reading what you came here for today please.",) * 2, headline="X"
    )
    assert verdict(article(), strange).outcome is Outcome.QUARANTINED


def test_repeated_boilerplate_is_doubted() -> None:
    box = (
        "Get our newsletter every morning with all that matters in the town and in the harbour, for free and for ever."
    )
    assert verdict(article(), article((*BODY, box, box, box))).outcome is Outcome.QUARANTINED


def test_same_text_under_new_rules_is_unchanged() -> None:
    old, new = article(), article(stamp="s2")
    found = judge(
        head_of(old),
        observed(new),
        baseline=replace(new, display_digest=new.display_digest),
        is_reextracted=True,
        earlier={},
    )
    assert (found.outcome, found.cause) == (Outcome.UNCHANGED, None)


def test_difference_that_new_rules_alone_may_have_made_is_a_rebase() -> None:
    found = verdict(article(), article(BODY[:6], stamp="s2"))
    assert (found.outcome, found.cause) == (Outcome.REBASED, Cause.REBASE)


def test_gone_story_that_is_back_is_restored() -> None:
    assert verdict(article(), article(), state=State.GONE).outcome is Outcome.RESTORED
    edited = verdict(article(), article((*BODY, "One more.")), state=State.GONE)
    assert (edited.outcome, edited.cause) == (Outcome.RESTORED, Cause.RESTORED)


def test_same_text_at_another_address_is_moved() -> None:
    found = verdict(article(), article(url="https://paper.example/new/1"), is_moved=True)
    assert (found.outcome, found.reason) == (Outcome.MOVED, "now at https://paper.example/new/1")
