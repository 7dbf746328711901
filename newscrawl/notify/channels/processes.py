"""Channels that are processes: commands of the operator, and notifiers of others, whose calls nothing else ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from newscrawl.notify.channels import notifier_process
from newscrawl.notify.channels.errors import ChannelFailed

MAX_OUTPUT = 2000  # characters of what a command prints that are kept
# As a file of its own: the package would import the store, half a second of processor time a mail. -P: its folder is on
# no path of imports.
NOTIFIER = (sys.executable, "-P", notifier_process.__file__)


async def run_command(command: Sequence[str], value: Mapping[str, Any]) -> None:
    """Run a command, without a shell, with a message as JSON on its standard input.

    Raises ChannelFailed unless it exits with 0.
    """
    code, output = await run(command, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if code != 0:
        raise ChannelFailed(f"exit code {code}" + (f": {output}" if output else ""))


async def run_notifier(kind: str, address: str, message: Mapping[str, Any]) -> None:
    """Deliver a message by Apprise or a notifier of another package; raises ChannelFailed.

    The address goes by standard input: arguments of a process are seen by all users of a machine.
    """
    document = {"kind": kind, "address": address, "message": message}
    code, output = await run(NOTIFIER, json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    if code != 0:
        raise ChannelFailed(output or f"its process ended with {code}")


async def run(command: Sequence[str], text: bytes) -> tuple[int, str]:
    """Run a command with a text on its standard input; return its exit code and the end of its errors."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ChannelFailed(f"{command[0]} cannot be run: {reason}") from None
    try:
        _, errors = await process.communicate(text)
        return process.returncode or 0, " ".join(errors.decode("utf-8", "replace").split())[-MAX_OUTPUT:]
    finally:
        # Whatever it left running is ended with it: also when this attempt is cancelled.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.returncode is None:
            await process.wait()
