"""The file of the log's key, outside of the database, and beside it the newest checkpoint that was signed with it."""

from __future__ import annotations

import os
from pathlib import Path

from newscrawl.errors import ConfigError
from newscrawl.tlog.notes import BadNote, Checkpoint, Signer, parse_checkpoint


def read(path: Path) -> Signer:
    """Return the key of a file; raises ConfigError, which says what is wrong with it."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no key of the log here (NEWSCRAWL_LOG_KEY_FILE)") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the key of the log cannot be read: {error}") from error
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path}: others may read the key of the log; `chmod 600` it, or rotate it if they did")
    try:
        return Signer.parse(text)
    except BadNote as error:
        raise ConfigError(f"{path}: {error}") from error


def next_path(path: Path) -> Path:
    """Return where the next key waits until the log has taken it."""
    return path.with_name(f"{path.name}.next")


def write(path: Path, signer: Signer) -> None:
    """Write a key for its owner alone, whole or not at all."""
    _write(path, signer.text)


def take_next(path: Path) -> None:
    """Put the next key in the place of the one before."""
    next_path(path).replace(path)
    _sync_folder(path)


def signed_before(path: Path) -> Checkpoint | None:
    """Return the newest checkpoint that was signed here; raises ConfigError if the file of it is damaged."""
    kept = _checkpoint_path(path)
    try:
        return parse_checkpoint(kept.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (BadNote, UnicodeDecodeError) as error:
        raise ConfigError(f"{kept}: {error}; delete it if you know that the database was never set back") from error


def note_signed(path: Path, note: str) -> None:
    """Keep a checkpoint that is about to be published: no other tree of its size is signed from then on."""
    _write(_checkpoint_path(path), note)


def forget_signed(path: Path) -> None:
    """Forget which checkpoint was signed: a new log begins."""
    _checkpoint_path(path).unlink(missing_ok=True)


def _checkpoint_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.checkpoint")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
