"""The process that forks: `python server.py SOCKET_FD`; it ends with the process that started it.

Who asks connects to the socket and sends one message: words, folder and variables as JSON, and the three streams as
descriptors. The answer is the exit code as of `wait`, as text. A number sent later is a signal for the command; who
hangs up before the answer has it killed.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import inspect
import io
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
import traceback
from multiprocessing import util
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import newscrawl
from newscrawl.preloaded import SCRAPY
from newscrawl.project import CHECKOUT, find_project, project
from newscrawl.sources import catalogue, folders, unverified

MESSAGE_BYTES = 1 << 20
# It reads at import the variables, and in which project it is; so nothing that imports it is imported here.
SETTINGS = "newscrawl.settings"
FORK_SERVER = "from multiprocessing.forkserver import main;"
# The last ones are imported by typer for a page of help, or an error of usage: markdown-it and Pygments come with them.
OTHERS = (
    *("dateparser", "described", "itemadapter"),
    *("rich._emoji_codes", "typer._click.decorators", "typer.rich_utils"),
    *SCRAPY,
)
SPIDERS = ("spiders", "newscrawl.spiders")  # as the checkout has the shipped ones, and as all others have them


def main() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    _import_all()
    asked = _serve(listener)
    if asked is not None:  # in a fork
        code = 0
        try:
            _be(asked)
        except SystemExit as ending:
            code = _code(ending)
        except BaseException:  # noqa: BLE001  as the interpreter prints what nothing caught
            traceback.print_exc()
            code = 1
        _end(code)


def _code(ending: SystemExit) -> int:
    if ending.code is None or isinstance(ending.code, int):
        return ending.code or 0
    sys.stderr.write(f"{ending.code}\n")
    return 1


def _end(code: int) -> NoReturn:
    """End as the interpreter does, but do not tear down what was imported: to copy those pages takes .1 s."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = 120
    os._exit(code & 0xFF)


def _import_all() -> None:
    root = Path(newscrawl.__path__[0])
    sys.modules[SETTINGS] = None  # type: ignore[assignment]  # so that its import fails
    for path in sorted(root.rglob("*.py")):
        name = ".".join(("newscrawl", *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        if path.stem != "__main__" and "spiders" not in path.parts:
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name != SETTINGS:
                    raise
    del sys.modules[SETTINGS]
    for name in OTHERS:
        importlib.import_module(name)
    _evaluate_annotations()
    _load_shipped_spiders()
    assert project.cache_info().currsize == 0, "a module reads at import in which project it is"
    assert "twisted.internet.reactor" not in sys.modules
    gc.collect()
    gc.freeze()


def _evaluate_annotations() -> None:
    """Evaluate the annotations of all commands' functions, as typer would in each fork: .05 s of CPU time."""
    groups: list[Any] = [importlib.import_module("newscrawl.cli.main").app]
    for group in groups:
        groups += [each.typer_instance for each in group.registered_groups]
        callbacks = [each.callback for each in (*group.registered_commands, group.registered_callback) if each]
        for callback in callbacks:
            callback.__annotations__ = inspect.get_annotations(callback, eval_str=True)


def _load_shipped_spiders() -> None:
    """Load the sources that most commands load all of, .17 s of CPU time; who finds a file edited loads it anew.

    Not in a copy of the checkout, of which a test may edit anything.
    """
    if CHECKOUT is None or not Path(__file__).is_relative_to(CHECKOUT):
        return
    sys.path.insert(0, str(CHECKOUT))
    for package in SPIDERS:
        folder = folders.SourceFolder(package, CHECKOUT / "spiders", folders.SHIPPED)
        for name in (*folder.file_names(), *unverified.rows_of(folder)):
            catalogue.load_from(folder, name)
    del sys.path[0]


def _forget_spiders_of_the_checkout() -> None:
    """In another project `spiders` is that project's own package."""
    own, _ = SPIDERS
    for known in (sys.modules, catalogue._LOADED):
        for name in [each for each in known if each == own or each.startswith(f"{own}.")]:
            del known[name]


def _serve(listener: socket.socket) -> dict[str, Any] | None:
    """Fork for whoever asks until the parent is gone; in a fork, returns what was asked."""
    commands: dict[int, socket.socket] = {}
    waking, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    parent = os.getppid()
    while os.getppid() == parent:
        ready, _, _ = select.select([listener, waking, *commands.values()], [], [], 1)
        if waking in ready:
            waking.recv(4096)
        for pid, client in list(commands.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with contextlib.suppress(OSError):
                    client.send(str(os.waitstatus_to_exitcode(status)).encode())
                client.close()
                del commands[pid]
            elif client in ready:
                os.kill(pid, int(client.recv(64) or signal.SIGKILL))
        if listener in ready:
            client, _ = listener.accept()
            message, streams, _, _ = socket.recv_fds(client, MESSAGE_BYTES, 3)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for each in (listener, waking, wake, client, *commands.values()):
                    each.close()
                for number, stream in enumerate(streams):
                    os.dup2(stream, number)
                    os.close(stream)
                return dict(json.loads(message))
            for stream in streams:
                os.close(stream)
            commands[pid] = client
    for pid in commands:
        os.kill(pid, signal.SIGKILL)
    return None


def _be(asked: dict[str, Any]) -> None:
    """Be the command: as the interpreter would be after its start."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["variables"])
    time.tzset()
    streams = ((0, "r", "strict"), (1, "w", "strict"), (2, "w", "backslashreplace"))
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(
            os.fdopen(number, f"{mode}b", closefd=False),
            "utf-8",
            errors,
            line_buffering=number == 2 or os.isatty(number),
        )
        for number, mode, errors in streams
    )
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    first, *arguments = asked["words"]
    more = [path for path in asked["variables"].get("PYTHONPATH", "").split(os.pathsep) if path]
    is_file = first not in {"-c", "-m"}
    sys.path[:1] = [str(Path(first).parent) if is_file else asked["folder"], *more]
    sys.argv = [first, *arguments] if is_file else [first, *arguments[1:]]
    # A program of a test may choose its project itself.
    if first == "-c" or not find_project(Path.cwd(), os.environ).is_checkout:
        _forget_spiders_of_the_checkout()
    _prepare_fork_server()
    if first == "-m":
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
        return
    script = ModuleType("__main__")
    sys.modules["__main__"] = script
    if first == "-c":
        exec(compile(arguments[0], "<string>", "exec"), vars(script))  # noqa: S102  a program of a test
    else:
        script.__file__ = first
        sys.exit(importlib.import_module("newscrawl.cli").main())


def _prepare_fork_server() -> None:
    """Fork what becomes the command's fork server of `multiprocessing`, if it starts one.

    A new process would import a thousand modules, one second of CPU time. It is forked before the command has threads.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        ours.close()
        _be_fork_server(theirs)
    theirs.close()
    start = util.spawnv_passfds
    waiting = [pid]

    def given(path: bytes, args: list[str], passed: list[int]) -> int:
        if not waiting or not args[-1].startswith(FORK_SERVER):
            return start(path, args, passed)
        message = {"folder": str(Path.cwd()), "variables": dict(os.environ), "code": args[-1], "passed": passed}
        socket.send_fds(ours, [json.dumps(message).encode()], passed)
        return waiting.pop()

    util.spawnv_passfds = given


def _be_fork_server(asks: socket.socket) -> NoReturn:
    try:
        message, received, _, _ = socket.recv_fds(asks, MESSAGE_BYTES, 8)
        if not message:  # the command has ended, and needed none
            os._exit(0)
        asks.close()
        asked = json.loads(message)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["variables"])
        # Two steps: a number that was received may be one that another is to have.
        aside = [fcntl.fcntl(number, fcntl.F_DUPFD, 256) for number in received]
        for number in received:
            os.close(number)
        for number, wanted in zip(aside, asked["passed"], strict=True):
            os.dup2(number, wanted, inheritable=False)
            os.close(number)
        exec(asked["code"], {"__name__": "__main__"})  # noqa: S102  as `python -c` would
    except SystemExit:
        os._exit(0)
    except BaseException:  # noqa: BLE001  as the interpreter prints what nothing caught
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    main()
