"""What was found of the log, and the comparison of checkpoints with the tree that its entries give. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newscrawl.store.tlog.state import LogState
from newscrawl.tlog import BadNote, Checkpoint, Verifier, is_signed_by, parse_checkpoint

MAX_PROBLEMS = 100  # a log of which everything was altered is not listed entry by entry


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that somebody kept outside of the archive; `name` is that of its file."""

    name: str
    note: str
    checkpoint: Checkpoint


@dataclass(slots=True)
class LogReport:
    """What was verified of the log, the problems and what else is to be known, one sentence each."""

    entries: int = 0
    checkpoints: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    _of_entries: int = 0

    def add(self, problem: str) -> None:
        self.problems.append(problem)

    def add_of_entry(self, problem: str) -> None:
        """Add a problem of one entry; of many, that there are more."""
        self._of_entries += 1
        if self._of_entries <= MAX_PROBLEMS:
            self.add(problem if self._of_entries < MAX_PROBLEMS else "there are problems of more entries of the log")


def check_stored(
    document: Mapping[str, Any], seen: LogState, roots: Mapping[int, bytes], keys: Sequence[Verifier], report: LogReport
) -> None:
    """Compare a checkpoint that the archive itself keeps."""
    name = f"checkpoint {document['_id']}"
    try:
        checkpoint = parse_checkpoint(document["note"])
        is_signed = any(is_signed_by(document["note"], key) for key in keys)
    except BadNote as error:
        report.add(f"{name}: {error}")
        return
    if (checkpoint.origin, checkpoint.size) != (seen.name, document["_id"]) or not is_signed:
        report.add(f"{name} is not one that the log signed")
    elif checkpoint.size > seen.size:
        report.add(f"{name} is larger than the log, which has {seen.size} entries")
    elif roots.get(checkpoint.size, checkpoint.root) != checkpoint.root:
        report.add(f"{name} is of another tree than the log's entries")


def check_kept(
    kept: Sequence[KeptCheckpoint],
    seen: LogState,
    roots: Mapping[int, bytes],
    keys: Sequence[Verifier],
    report: LogReport,
) -> None:
    """Compare the checkpoints that were kept outside, with the log and with one another."""
    first_of_size: dict[int, KeptCheckpoint] = {}
    for each in kept:
        checkpoint, size = each.checkpoint, each.checkpoint.size
        if checkpoint.origin != seen.name:
            report.add(f"{each.name} is of the log {checkpoint.origin!r}; this archive's is {seen.name!r}")
            continue
        try:
            signers = [key for key in keys if is_signed_by(each.note, key)]
        except BadNote as error:
            report.add(f"{each.name}: {error}")
            continue
        other = first_of_size.setdefault(size, each)
        if not signers:
            report.add(
                f"{each.name} is signed by a key that this log never had: its past was replaced, or it is forged"
            )
        elif size > seen.size:
            report.add(
                f"{each.name} is of {size} entries and the log has {seen.size}: it was set back, or some were removed"
            )
        elif other.checkpoint.root != checkpoint.root:
            report.add(
                f"split view: {other.name} and {each.name} are of different trees of {size} entries, both signed"
            )
        elif size in roots and roots[size] != checkpoint.root:
            report.add(f"the past was rewritten: the log does not begin with the {size} entries of {each.name}")
        elif signers and signers[-1] != keys[-1]:
            report.notes.append(f"{each.name} is signed by a key of the log that was replaced since")
