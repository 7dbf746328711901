"""Judge what one check of a page means for the history of its article."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from newscrawl.change.plausibility import reason_to_doubt
from newscrawl.items import (
    RENDERED,
    Article,
    Cause,
    Head,
    Outcome,
    PageKind,
    ParsedPage,
    State,
    Verdict,
    without_readers,
)


def judge(
    head: Head | None,
    page: ParsedPage,
    *,
    baseline: Article | None,
    is_reextracted: bool,
    earlier: Mapping[str, int],
    suspected: Collection[str] = (),
    is_moved: bool = False,
) -> Verdict:
    """Return the verdict on one checked page; `describe` finds what changed in detail.

    `baseline` is the text to compare with: the head's version if the page has the head's stamp; otherwise the head's
    stored payload read by today's rules (`is_reextracted`), or the head's version if those rules cannot read it
    (`is_reextracted` is false). `earlier` maps wording digests to the numbers of the versions that had them.
    `suspected` are the wording digests in quarantine: a doubtful wording that is seen again is accepted. `is_moved`:
    the page states another URL than the head's.
    """
    unreadable = _unreadable(page)
    if unreadable is not None:
        return unreadable
    current = page.article
    if current is None:
        return Verdict(Outcome.QUARANTINED, page.problem or "unreadable")
    if head is None or baseline is None:
        return Verdict(Outcome.NEW, "first sight", cause=Cause.FIRST)
    if current.wording_digest == baseline.wording_digest:
        return _same_wording(head, baseline, current, is_moved=is_moved)
    if (RENDERED in head.stamp) != (RENDERED in current.stamp) and not is_reextracted:
        how = "as scripts draw it" if RENDERED in current.stamp else "without its scripts"
        return Verdict(Outcome.REBASED, f"the page is read {how} now", cause=Cause.REBASE)
    if head.stamp != current.stamp and not is_reextracted:
        return Verdict(Outcome.REBASED, "our rules changed and the old page cannot be read again", cause=Cause.REBASE)
    doubt = reason_to_doubt(baseline, current)
    if doubt is not None and current.wording_digest not in suspected:
        return Verdict(Outcome.QUARANTINED, doubt)
    if head.state is State.GONE:
        return Verdict(Outcome.RESTORED, "back with another text", cause=Cause.RESTORED)
    if current.wording_digest in earlier:
        return Verdict(Outcome.REVERTED, f"back to version {earlier[current.wording_digest]}", cause=Cause.EDIT)
    return Verdict(Outcome.CHANGED, "confirmed by a second check" if doubt else "edited", cause=Cause.EDIT)


def judge_lost_layout(reason: str, *, is_confirmed: bool) -> Verdict:
    """Return the verdict on a text that cannot be compared with the last version, since no reader reads both.

    Only a person can confirm that it is read well; what is then recorded is no edit.
    """
    if is_confirmed:
        return Verdict(Outcome.REBASED, "its layout was lost, and a person confirmed the text", cause=Cause.REBASE)
    return Verdict(Outcome.QUARANTINED, f"layout_lost: {reason}")


def _unreadable(page: ParsedPage) -> Verdict | None:
    """Return the verdict on a page of a kind that is not read, else None."""
    kind = page.extraction.kind
    evidence = page.extraction.evidence[0] if page.extraction.evidence else kind.value
    if kind is PageKind.BOT_WALL:
        return Verdict(Outcome.BLOCKED, f"bot_wall: {evidence}")
    if not kind.is_readable:
        return Verdict(Outcome.QUARANTINED, f"{kind.value}: {evidence}")
    return None


def _same_wording(head: Head, baseline: Article, current: Article, *, is_moved: bool) -> Verdict:
    if head.state is State.GONE:
        return Verdict(Outcome.RESTORED, "back as it was")
    if is_moved:
        return Verdict(Outcome.MOVED, f"now at {current.url}")
    if current.display_digest != (head.display_digest if head.stamp == current.stamp else baseline.display_digest):
        return Verdict(Outcome.TRIVIAL, "only typography differs")
    return Verdict(Outcome.UNCHANGED, _unchanged(head, baseline, current))


def _unchanged(head: Head, baseline: Article, current: Article) -> str:
    """Return the reason, with a note if a headline differs that only search engines and social networks show."""
    if without_readers(head.stamp) != without_readers(current.stamp):
        return "same text under new rules"
    if head.stamp != current.stamp:
        return "same text, read in another way"
    if set(baseline.alternative_headlines) == set(current.alternative_headlines):
        return "same text"
    return "same text, another alternative headline"
