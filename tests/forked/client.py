"""Ask the process that forks for a command, and end as that ends: a program in the place of `newscrawl`.

It imports nothing but sockets and what the interpreter starts with, which takes a fiftieth of a second.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys

SERVER = "TESTS_FORK_SERVER"


def main() -> None:
    variables = dict(os.environ)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.connect(variables.pop(SERVER))
    message = json.dumps({"words": sys.argv[1:], "folder": os.getcwd(), "variables": variables})  # noqa: PTH109  pathlib is imported slowly
    socket.send_fds(client, [message.encode()], [0, 1, 2])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: client.send(str(int(number)).encode()))
    code = int(client.recv(64) or 70)  # negative where a signal ended the command, as subprocess has it
    if code < 0:
        if -code != signal.SIGKILL:  # which cannot be handled
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    main()
