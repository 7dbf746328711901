"""What `newscrawl verify` is given of the transparency log: kept checkpoints, and evidence files, verified offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.store.tlog.report import KeptCheckpoint

PROVES_NOTHING = 1
MAX_CHECKPOINT_BYTES = 1_000_000


def kept_checkpoint(path: Path) -> KeptCheckpoint:
    """Return the checkpoint in a file; raises ConfigError, which names it, for what is none."""
    from newscrawl.store.tlog.report import KeptCheckpoint
    from newscrawl.tlog import BadNote, parse_checkpoint

    try:
        note = _read(path, "--checkpoint")[: MAX_CHECKPOINT_BYTES + 1].decode()
        return KeptCheckpoint(str(path), note, parse_checkpoint(note))
    except UnicodeDecodeError as error:
        raise ConfigError(f"--checkpoint {path}: it is no checkpoint: it is not UTF-8 text") from error
    except BadNote as error:
        raise ConfigError(f"--checkpoint {path}: {error}") from error


def verify_proof(path: Path, key: str, authority: Path | None, *, as_json: bool) -> None:
    """Verify an evidence file, print what it proves, and end the command; without a database."""
    from newscrawl.tlog.evidence_check import check

    data = _read(path, "--proof")
    if key and (Path(key).is_file() or "+" not in key):
        key = _read(Path(key), "--key").decode("utf-8", "replace")
    trusted = _read(authority, "--authority") if authority else b""
    problem, proved = "", []
    try:
        proved = check(data, key, trusted)
        if trusted and not proved[2:]:
            problem = "there is no stamp in it that the authority could have made"
    except Exception as error:  # noqa: BLE001  whatever a forged file does to a parser, it proves nothing
        problem = f"{type(error).__name__}: {error}"
    if as_json:
        print_json({"file": str(path), "proved": [] if problem else proved, "problem": problem or None})
    else:
        out = console()
        for line in [f"FAULT {problem}"] if problem else proved:
            out.print(safe(line), markup=False, soft_wrap=True)
        if not key and not problem:
            out.print("note  compare the key with what the archive publishes, or give it by --key", markup=False)
    raise typer.Exit(PROVES_NOTHING if problem else 0)


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{option} {path}: {error.strerror}") from error
