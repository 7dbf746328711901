"""The whole account of one run: what its checks found, why some failed, which versions it recorded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newscrawl.errors import NotFound
from newscrawl.items import Alarm, AlarmKind, Outcome, RunRecord
from newscrawl.store.session import Store
from newscrawl.store.takedowns import Row

MAX_EXAMPLES = 3
FAILED = frozenset({Outcome.ERROR, Outcome.BLOCKED, Outcome.QUARANTINED, Outcome.SUPERSEDED})
MAX_ALARMS = 100  # episodes of a source among which a run's are sought


@dataclass(frozen=True, slots=True)
class Failures:
    """Checks that failed, or whose page is doubtful, for the same reason."""

    outcome: str
    reason: str  # its first word
    count: int
    examples: tuple[str, ...]  # URLs


@dataclass(frozen=True, slots=True)
class RecordedVersion:
    """A version that a run added; texts are None where they were taken down."""

    article_id: str
    number: int
    cause: str
    headline: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class RunFinding:
    """A fault that a run found, with the alarm that stands or stood for it."""

    kind: str
    message: str
    alarm: Alarm | None


@dataclass(frozen=True, slots=True)
class RunAccount:
    run: RunRecord
    outcomes: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[RunFinding, ...] = ()
    failures: tuple[Failures, ...] = ()
    versions: tuple[RecordedVersion, ...] = ()
    has_checks: bool = True  # the check log still has its lines

    @property
    def errors(self) -> tuple[tuple[str, int], ...]:
        """The errors of the record that are no findings."""
        return tuple((text, count) for text, count in self.run.errors if _finding(text) is None)


async def find_run(store: Store, text: str) -> RunRecord:
    """Return the run with this id, or the only one whose id begins so; raises NotFound otherwise."""
    found = await store.runs_like(text, 5) if text else []
    exact = [run for run in found if run.run_id == text]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise NotFound(f"no run has an id that begins with {text!r}; `newscrawl runs` lists them")
    raise NotFound(f"several runs have ids that begin with {text!r}: {', '.join(run.run_id[:12] for run in found)}, …")


async def run_account(store: Store, run: RunRecord) -> RunAccount:
    """Return the account of a run; its checks are known while the check log is kept, the record longer."""
    lines = await store.checks_of(run)
    alarms = await store.past_alarms(run.source, MAX_ALARMS)
    outcomes = {word.value: int(str(run.stats[word])) for word in Outcome if run.stats.get(word)}
    return RunAccount(
        run=run,
        outcomes=outcomes or dict(Counter(line["outcome"] for line in lines)),
        findings=tuple(_with_alarm(each, run, alarms) for text, _ in run.errors if (each := _finding(text))),
        failures=tuple(_failures(await _as_shown(store, [line for line in lines if line["outcome"] in FAILED]))),
        versions=tuple(await _versions(store, lines)),
        has_checks=bool(lines) or not outcomes,
    )


def _finding(text: str) -> tuple[str, str] | None:
    """Return kind and message of an error that is the sentence of a finding."""
    kind, colon, message = text.partition(": ")
    return (kind, message) if colon and kind in set(AlarmKind) else None


def _with_alarm(finding: tuple[str, str], run: RunRecord, alarms: Sequence[Alarm]) -> RunFinding:
    """Return a finding with the episode of its kind that the run belongs to."""
    kind, message = finding
    of_kind = [alarm for alarm in alarms if alarm.kind.partition(":")[0] == kind and _spans(alarm, run)]
    same = [alarm for alarm in of_kind if alarm.message == message]
    return RunFinding(kind, message, next(iter(same or of_kind), None))


def _spans(alarm: Alarm, run: RunRecord) -> bool:
    is_begun = run.ended_at is None or alarm.opened_at <= run.ended_at
    return is_begun and (alarm.resolved_at is None or alarm.resolved_at >= run.started_at)


async def _as_shown(store: Store, lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return lines with the URLs that may be shown; of an article that is taken down none."""
    rows = [Row(line["article_id"] or "", {"url": line["url"]}, is_page=True) for line in lines]
    shown = await store.all_as_shown(rows)
    return [{**line, "url": fields["url"] if fields else None} for line, fields in zip(lines, shown, strict=True)]


def _failures(lines: Sequence[Mapping[str, Any]]) -> list[Failures]:
    """Group failed checks by outcome and reason, the most frequent first."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for line in lines:
        groups.setdefault((line["outcome"], _word(line["reason"])), []).append(line)
    found = [
        Failures(outcome, reason, len(each), tuple([line["url"] for line in each if line["url"]][:MAX_EXAMPLES]))
        for (outcome, reason), each in groups.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.outcome, each.reason))


def _word(reason: str) -> str:
    """Return the stable first word of a reason; of one that is a sentence, which may repeat a page, that it is one."""
    word = reason.partition(":")[0]
    return word if re.fullmatch(r"[a-z0-9_]+", word) else "other"


async def _versions(store: Store, lines: Sequence[Mapping[str, Any]]) -> list[RecordedVersion]:
    moments: set[tuple[str, object]] = {(line["article_id"], line["at"]) for line in lines if line["article_id"]}
    versions: list[dict[str, Any]] = await store.versions_seen(moments) if moments else []
    texts = [{name: version[name] for name in ("headline", "url")} for version in versions]
    rows = [Row(each["article_id"], fields, each["number"]) for each, fields in zip(versions, texts, strict=True)]
    return [
        RecordedVersion(each["article_id"], each["number"], each["cause"], **(fields or dict.fromkeys(texts[0])))
        for each, fields in zip(versions, await store.all_as_shown(rows), strict=True)
    ]


def took(run: RunRecord) -> float | None:
    """Return how many seconds a run took; None while it is under way."""
    return None if run.ended_at is None else (run.ended_at - run.started_at).total_seconds()


def is_running(run: RunRecord, now: datetime, max_silence_seconds: float) -> bool:
    """Return whether a run that has not ended had a heartbeat lately."""
    last = run.heartbeat_at or run.started_at
    return run.ended_at is None and (now - last).total_seconds() <= max_silence_seconds
