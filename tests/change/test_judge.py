"""The verdicts on single checks."""

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
URL = "https://gazette.example/1"
BODY = tuple(
    f"Paragraph {n} tells of the {n}th boat, its crew of {n * 7} and the harbour it left for." for n in range(1, 9)
)


def article(
    paragraphs: tuple[str, ...] = BODY, *, headline: str = "Boats", stamp: str = "s1", url: str = URL
) -> Article:
    text = "\n".join((headline, *paragraphs))
    return Article(
        source="gazette", guid="1", url=url, headline=headline, paragraphs=paragraphs,
        wording_digest=f"w:{text.casefold()}",
        display_digest=f"t:{text}", stamp=stamp, kind=PageKind.ARTICLE, rules="R",
    )  # fmt: skip


def page_of(current: Article | None, kind: PageKind = PageKind.ARTICLE) -> ParsedPage:
    capture = Capture(target_uri=URL, final_uri=URL, status=200, headers=(), body=b"x", fetched_at=NOW)
    extraction = Extraction(rules="R", kind=kind, evidence=("marker",))
    return ParsedPage("gazette", "1", "id", capture, extraction, current, "" if current else "no headline")


def head_of(newest: Article, *, state: State = State.WATCHED, number: int = 3) -> Head:
    return Head(
        article_id="id", source="gazette", guid="1", url=newest.url, number=number,
        wording_digest=newest.wording_digest,
        display_digest=newest.display_digest, stamp=newest.stamp, chain="c", payload_digest="d", seen_at=NOW,
        headline=newest.headline,
        state=state, check_history=CheckHistory(source="gazette", first_seen_at=NOW),
    )  # fmt: skip


def judged(before: Article, now: Article, **arguments: object) -> Verdict:
    options = {"baseline": before, "is_reextracted": False, "earlier": {}} | arguments
    state = options.pop("state", State.WATCHED)
    return judge(head_of(before, state=state), page_of(now), **options)  # type: ignore[arg-type]


def test_the_first_check_is_new() -> None:
    verdict = judge(None, page_of(article()), baseline=None, is_reextracted=False, earlier={})
    assert (verdict.outcome, verdict.cause) == (Outcome.NEW, Cause.FIRST)


def test_same_text_is_unchanged() -> None:
    assert judged(article(), article()).outcome is Outcome.UNCHANGED


def test_another_alternative_headline_alone_is_a_note_and_no_edit() -> None:
    shown = replace(article(), alternative_headlines=("Boats, boats", "Boats of the north"))
    verdict = judged(shown, replace(shown, alternative_headlines=("Boats, boats", "Boats of the south")))
    assert (verdict.outcome, verdict.cause) == (Outcome.UNCHANGED, None)
    assert verdict.reason == "same text, another alternative headline"
    again = replace(shown, alternative_headlines=shown.alternative_headlines[::-1])
    assert judged(shown, again).reason == "same text", "their order is no difference"


def test_only_typography_is_trivial_and_makes_no_version() -> None:
    verdict = judged(article(), replace(article(), display_digest="t:other quotes"))
    assert (verdict.outcome, verdict.cause) == (Outcome.TRIVIAL, None)


def test_an_added_paragraph_is_an_edit() -> None:
    verdict = judged(article(), article((*BODY, "And a ninth boat came late.")))
    assert (verdict.outcome, verdict.cause) == (Outcome.CHANGED, Cause.EDIT)


def test_the_wording_of_an_earlier_version_is_a_reversal() -> None:
    reverted = article((*BODY, "And a ninth boat came late."))
    verdict = judged(article(), reverted, earlier={reverted.wording_digest: 1})
    assert (verdict.outcome, verdict.cause, verdict.reason) == (Outcome.REVERTED, Cause.EDIT, "back to version 1")


@pytest.mark.parametrize(
    "kind", [PageKind.CONSENT, PageKind.LOGIN, PageKind.SOFT_404, PageKind.ERROR_PAGE, PageKind.EMPTY]
)
def test_pages_that_are_not_articles_are_quarantined(kind: PageKind) -> None:
    verdict = judge(head_of(article()), page_of(None, kind), baseline=None, is_reextracted=False, earlier={})
    assert (verdict.outcome, verdict.cause) == (Outcome.QUARANTINED, None)
    assert "marker" in verdict.reason


def test_bot_wall_is_blocked() -> None:
    verdict = judge(
        head_of(article()), page_of(None, PageKind.BOT_WALL), baseline=None, is_reextracted=False, earlier={}
    )
    assert verdict.outcome is Outcome.BLOCKED


def test_a_shrunk_body_is_quarantined_once_and_accepted_the_second_time() -> None:
    shrunk = article(BODY[:1])
    assert judged(article(), shrunk).outcome is Outcome.QUARANTINED
    assert judged(article(), shrunk, suspected={shrunk.wording_digest}).outcome is Outcome.CHANGED


def test_an_entirely_different_text_is_quarantined() -> None:
    different = article(
        ("Sign in to your account to go on with reading what you came here for today please.",) * 2, headline="X"
    )
    assert judged(article(), different).outcome is Outcome.QUARANTINED


def test_repeated_boilerplate_is_quarantined() -> None:
    box = (
        "Get our newsletter every morning with all that matters in the town and in the harbour, for free and for ever."
    )
    assert judged(article(), article((*BODY, box, box, box))).outcome is Outcome.QUARANTINED


def test_same_text_under_new_rules_is_unchanged() -> None:
    old, new = article(), article(stamp="s2")
    verdict = judge(
        head_of(old),
        page_of(new),
        baseline=replace(new, display_digest=new.display_digest),
        is_reextracted=True,
        earlier={},
    )
    assert (verdict.outcome, verdict.cause) == (Outcome.UNCHANGED, None)


def test_a_difference_that_may_come_from_new_rules_alone_is_a_rebase() -> None:
    verdict = judged(article(), article(BODY[:6], stamp="s2"))
    assert (verdict.outcome, verdict.cause) == (Outcome.REBASED, Cause.REBASE)


def test_a_gone_article_that_is_back_is_restored() -> None:
    assert judged(article(), article(), state=State.GONE).outcome is Outcome.RESTORED
    edited = judged(article(), article((*BODY, "One more.")), state=State.GONE)
    assert (edited.outcome, edited.cause) == (Outcome.RESTORED, Cause.RESTORED)


def test_same_text_at_another_url_is_moved() -> None:
    verdict = judged(article(), article(url="https://gazette.example/new/1"), is_moved=True)
    assert (verdict.outcome, verdict.reason) == (Outcome.MOVED, "now at https://gazette.example/new/1")
