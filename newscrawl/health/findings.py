"""Judge one run: the faults that it found, and the kinds of fault that it could have found. Pure.

A source that was redesigned, or that blocks us politely, seldom answers with an error: it answers 200, and fewer pages
or fields can be read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newscrawl.health.baselines import MIN_PAGES, WARM_UP_RUNS, Baselines, RunHealth, Samples
from newscrawl.health.page_counts import NOT_READ, QUARANTINED, REFUSALS, PageResult, PartCounts
from newscrawl.humanize import counted
from newscrawl.items import Alarm, AlarmKind, Finding, RunRecord

MIN_VOLUME = 0.5  # share of the usual number of listed articles
MIN_USUAL_LISTED = 5  # listed articles; a source that usually lists fewer is not checked for volume
MAX_LOST = 0.20  # how far a share may lie below its baseline
STANDARD_ERRORS = 2.0
MAX_QUARANTINED, MIN_QUARANTINED = 0.05, 3
CRASHES = (AlarmKind.SET_ASIDE, AlarmKind.WORKER_DIED, AlarmKind.STALLED)
UNREAD_PARTS = "unread"  # key in the evidence: parts of the source of which no page could be read


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of a run, and what it could have found."""

    findings: tuple[Finding, ...]
    kinds: frozenset[AlarmKind]  # that it could find
    parts: frozenset[str]  # of the source, articles or listings, for which it shows whether they can be read

    def resolves(self, alarm: Alarm) -> bool:
        """Return whether the cause of an alarm is gone: the run could have found it, and did not."""
        if any(finding.kind == alarm.kind for finding in self.findings):
            return False
        if parts := unread_parts(alarm):
            return parts <= self.parts
        return AlarmKind.of(alarm.kind) in self.kinds


def judge(run: RunHealth, usual: Baselines) -> Judgement:
    """Judge a run by the source's baselines; the most serious findings come first."""
    samples = Samples.of(run, usual)
    quarantine = list(_quarantine(samples))
    lost = list(_layout_lost(run))
    findings = [
        *_unread(run),
        *_unreadable(samples, usual),
        *lost,
        *_volume(run, usual),
        *_drift(run, samples, usual),
        *quarantine,
        *_certificate_opt_out(run),
    ]
    is_judged = {
        AlarmKind.UNREADABLE: samples.has_pages,
        AlarmKind.LAYOUT_LOST: samples.has_pages or bool(lost),
        AlarmKind.VOLUME: run.is_whole and not run.pages.listings.is_unread,
        AlarmKind.DRIFT: samples.has_fields,
        AlarmKind.QUARANTINE: samples.has_pages or bool(quarantine),
        AlarmKind.CERTIFICATE_OPT_OUT: True,
    }
    return Judgement(
        findings=tuple(findings),
        kinds=frozenset(kind for kind, judged in is_judged.items() if judged),
        parts=frozenset(run.pages.judged_parts),
    )


def stalled(run: RunRecord, asked: int) -> Finding:
    """Return the finding for a run that was ended because it made no progress."""
    message = f"no progress after {counted(asked, 'page')}; the run was ended"
    return Finding(AlarmKind.STALLED, message, {"run_id": run.run_id, "asked": asked})


def worker_died(ending: str, evidence: Mapping[str, object]) -> Finding:
    """Return the finding for a source whose process died twice; `ending` is a signal or an exit code."""
    return Finding(AlarmKind.WORKER_DIED, f"its process ended with {ending}, also when crawled alone", evidence)


def set_aside(ending: str, evidence: Mapping[str, object]) -> Finding:
    """Return the finding for a source that rounds leave out from now on."""
    message = f"left out of rounds until its file changes or a crawl of it ends ({ending})"
    return Finding(AlarmKind.SET_ASIDE, message, evidence)


def unread_parts(alarm: Alarm) -> set[str]:
    """Return the parts of the source of which, by an alarm, no page could be read."""
    parts = alarm.evidence.get(UNREAD_PARTS, ())
    return {str(part) for part in parts} if isinstance(parts, (list, tuple)) else set()


def _unread(run: RunHealth) -> Iterator[Finding]:
    """Yield a finding if pages were requested and none could be read. It needs no baselines."""
    parts = {name: part for name, part in run.pages.parts.items() if part.is_unread}
    if not parts:
        return
    both = PartCounts()
    for part in parts.values():
        both.results += part.results
        both.reasons += part.reasons
    evidence = {
        UNREAD_PARTS: list(parts),
        "asked": both.asked,
        "read": 0,
        "reasons": dict(both.reasons),
        "examples": [url for part in parts.values() for url in part.urls(*NOT_READ)],
    }
    message = "; ".join(_unread_message(name, part) for name, part in parts.items())
    yield Finding(_unread_kind(both), message, evidence)


def _unread_kind(part: PartCounts) -> AlarmKind:
    """Return the kind that most of the pages indicate."""
    half = part.count(*NOT_READ) / 2
    if part.count(*REFUSALS) >= half:
        return AlarmKind.WALLED
    return AlarmKind.UNREADABLE if part.count(PageResult.UNREADABLE) > half else AlarmKind.FAILING


def _unread_message(name: str, part: PartCounts) -> str:
    asked = counted(part.asked, "page") if name == "articles" else counted(part.asked, "listing")
    reasons = ", ".join(f"{reason} ×{count}" for reason, count in part.reasons.most_common(3))
    return f"{asked} requested, none could be read ({reasons})"


def _unreadable(samples: Samples, usual: Baselines) -> Iterator[Finding]:
    pages = samples.pages
    if usual.samples < WARM_UP_RUNS or not is_low(pages.complete, pages.answered, usual.readable):
        return
    evidence = {
        "asked": pages.answered,
        "read": pages.complete,
        "usual": usual.readable,
        "reasons": dict(pages.reasons),
        "examples": pages.urls(PageResult.UNREADABLE, PageResult.DOUBTED, *NOT_READ),
    }
    message = f"{_percent(pages.complete, pages.answered)} of the pages can be read, usually {usual.readable:.0%}"
    yield Finding(AlarmKind.UNREADABLE, message, evidence)


def _layout_lost(run: RunHealth) -> Iterator[Finding]:
    """Yield a finding for pages of a layout that only generic reading reads. It needs no baselines."""
    pages = run.pages.articles
    if lost := pages.count(PageResult.LAYOUT_LOST):
        evidence = {"lost": lost, "read": pages.read, "examples": pages.urls(PageResult.LAYOUT_LOST)}
        message = f"{counted(lost, 'page')} cannot be compared: no reader reads both it and its last version"
        yield Finding(AlarmKind.LAYOUT_LOST, message, evidence)


def _volume(run: RunHealth, usual: Baselines) -> Iterator[Finding]:
    if usual.runs < WARM_UP_RUNS or not run.is_whole or usual.listed < MIN_USUAL_LISTED:
        return
    if run.pages.listings.is_unread or run.listed >= MIN_VOLUME * usual.listed:
        return
    message = f"{run.listed} articles are listed, usually {usual.listed:.0f}"
    yield Finding(AlarmKind.VOLUME, message, {"listed": run.listed, "usual": usual.listed})


def _drift(run: RunHealth, samples: Samples, usual: Baselines) -> Iterator[Finding]:
    if usual.field_samples < WARM_UP_RUNS:
        return
    for name, share in sorted((usual.fields or {}).items()):
        count = samples.fields.get(name, 0)
        if is_low(count, samples.read, share):
            message = f"{_percent(count, samples.read)} of the articles have {name}, usually {share:.0%}"
            examples = [run.lacking[name]] if name in run.lacking else []
            evidence = {"read": samples.read, "with": count, "usual": share, "examples": examples}
            yield Finding(f"{AlarmKind.DRIFT}:{name}", message, evidence)


def _quarantine(samples: Samples) -> Iterator[Finding]:
    quarantined, pages = samples.pages.quarantined, samples.pages.read + samples.pages.quarantined
    if quarantined < MIN_QUARANTINED or quarantined <= MAX_QUARANTINED * pages:
        return
    evidence = {
        "pages": pages,
        "quarantined": quarantined,
        "reasons": dict(samples.pages.reasons),
        "examples": samples.pages.urls(*QUARANTINED),
    }
    yield Finding(AlarmKind.QUARANTINE, f"{quarantined} of {pages} pages are doubtful", evidence)


def _certificate_opt_out(run: RunHealth) -> Iterator[Finding]:
    """Yield a finding while a source accepts invalid certificates. It needs no baselines."""
    if run.certificate_faults is None:
        return
    faults = "; ".join(f"{host}: {fault}" for host, fault in sorted(run.certificate_faults.items()))
    message = f"certificates are accepted that are not valid ({faults or 'none was met: remove the exception'})"
    examples = [f"https://{host}/" for host in sorted(run.certificate_faults)]
    yield Finding(
        AlarmKind.CERTIFICATE_OPT_OUT, message, {"faults": dict(run.certificate_faults), "examples": examples}
    )


def is_low(count: int, pages: int, usual: float) -> bool:
    """Return whether a share lies below the usual one by more than MAX_LOST and by more than chance explains."""
    if pages < MIN_PAGES:
        return False
    chance = STANDARD_ERRORS * math.sqrt(usual * (1 - usual) / pages)
    return usual - count / pages > max(MAX_LOST, chance)


def _percent(count: int, pages: int) -> str:
    return f"{count / pages:.0%}" if pages else "none"
