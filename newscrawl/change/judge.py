"""Decide what one look at a page means for the article's history."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from newscrawl.change.plausibility import doubts
from newscrawl.items import Article, Cause, Head, Outcome, PageKind, ParsedPage, State, Verdict


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
    """Return the verdict on one observed page; what changed in detail is described elsewhere.

    `baseline` is the text to compare with: the head's version, or where today's stamp is another than the head's, the
    head's stored payload read by today's rules (`is_reextracted`); without one that today's rules can read, it is the
    stored version and `is_reextracted` is false. `earlier` maps wordings to the numbers of the versions that had them,
    `suspected` are wordings in quarantine: a doubtful one that is seen again is believed. `is_moved`: the page names
    another address than the head's.
    """
    refused = _refused(page)
    if refused is not None:
        return refused
    current = page.article
    if current is None:
        return Verdict(Outcome.QUARANTINED, page.problem or "unreadable")
    if head is None or baseline is None:
        return Verdict(Outcome.NEW, "first sight", cause=Cause.FIRST)
    if current.wording_digest == baseline.wording_digest:
        return _same(head, baseline, current, is_moved=is_moved)
    if head.stamp != current.stamp and not is_reextracted:
        return Verdict(Outcome.REBASED, "our rules changed and the old page cannot be read again", cause=Cause.REBASE)
    doubt = doubts(baseline, current)
    if doubt is not None and current.wording_digest not in suspected:
        return Verdict(Outcome.QUARANTINED, doubt)
    if head.state is State.GONE:
        return Verdict(Outcome.RESTORED, "back with another text", cause=Cause.RESTORED)
    if current.wording_digest in earlier:
        return Verdict(Outcome.REVERTED, f"back to version {earlier[current.wording_digest]}", cause=Cause.EDIT)
    return Verdict(Outcome.CHANGED, "confirmed by a second look" if doubt else "edited", cause=Cause.EDIT)


def _refused(page: ParsedPage) -> Verdict | None:
    kind = page.extraction.kind
    evidence = page.extraction.evidence[0] if page.extraction.evidence else kind.value
    if kind is PageKind.BOT_WALL:
        return Verdict(Outcome.BLOCKED, f"bot_wall: {evidence}")
    if not kind.is_readable:
        return Verdict(Outcome.QUARANTINED, f"{kind.value}: {evidence}")
    return None


def _same(head: Head, baseline: Article, current: Article, *, is_moved: bool) -> Verdict:
    if head.state is State.GONE:
        return Verdict(Outcome.RESTORED, "back as it was")
    if is_moved:
        return Verdict(Outcome.MOVED, f"now at {current.url}")
    if current.display_digest != (head.display_digest if head.stamp == current.stamp else baseline.display_digest):
        return Verdict(Outcome.TRIVIAL, "only typography differs")
    return Verdict(Outcome.UNCHANGED, "same text" if head.stamp == current.stamp else "same text under new rules")
