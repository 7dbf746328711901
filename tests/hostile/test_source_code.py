"""What newscrawl never does, whatever it reads: no code, template, command or import comes from data."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.referer import NoReferrerPolicy, RefererMiddleware

from newscrawl import settings as project
from newscrawl.config import PROJECT_ROOT
from newscrawl.errors import ExtractionError
from newscrawl.extract import Page
from tests.hostile.test_pages import capture_of

CLIENTS = {"requests", "urllib.request", "http.client", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "treq"}
# What opens a connection by itself, in the standard library, asyncio and Twisted; `connect` of a signal is none.
OPENERS = {"create_connection", "open_connection", "create_unix_connection", "open_unix_connection", "sock_connect"}
OPENERS |= {"create_datagram_endpoint", "connect", "connect_ex", "sendto", "sock_sendto", "socket", "wrap_socket"}
OPENERS |= {"urlopen", "urlretrieve", "connectTCP", "connectSSL", "connectUNIX", "clientFromString", "fromfd", "Agent"}
OPENERS |= {"TCP4ClientEndpoint", "TCP6ClientEndpoint", "HostnameEndpoint", "UNIXClientEndpoint", "getPage"}
# Requests the address that an operator names, which may be in a private network; nothing that was fetched leads there.
ADDRESS = "newscrawl/jobs/operator_address.py"
MAIL = "newscrawl/notify/channels/mail_process.py"
# Goes to an address that an operator names too, and refuses private networks as the download handler does.
WEBHOOK = ("newscrawl/notify/channels/webhook.py", "asyncio.open_connection")
# None of them leads to a host: a pair of sockets of our own, a check of a Unix socket, opened databases and files.
LOCAL = {
    ("newscrawl/bounds/fork_server.py", "socket.socket"),
    ("newscrawl/store/mongod_supervisor.py", "socket.socket"),
    ("newscrawl/store/mongod_supervisor.py", "probe.connect_ex"),
    ("newscrawl/store/connection.py", "connect"),
    ("newscrawl/archive/capture_index.py", "sqlite3.connect"),
    ("newscrawl/archive/row_index.py", "sqlite3.connect"),
    ("newscrawl/archive/copy_queue.py", "sqlite3.connect"),
    ("newscrawl/store/backup/known.py", "sqlite3.connect"),
}
# To the operator's proxy, as part of the download handler; what it is asked for has passed the egress filter.
TUNNELS = "newscrawl/fetch/tunnels.py"
TUNNEL = {(TUNNELS, name) for name in ("TCP4ClientEndpoint", "TCP6ClientEndpoint", "endpoint.connect")}
RUNNERS = {"eval", "exec", "compile", "__import__"}
TEMPLATES = {"Template", "Environment", "from_string"}
# Only messages between processes of our own are pickled: never what is stored, fetched or put in.
PICKLES = {"newscrawl/bounds/frames.py", "newscrawl/bounds/worker.py", "newscrawl/bounds/fork_server.py"}
PICKLES |= {"newscrawl/bounds/inherited.py"}


Named = tuple[str, str, ast.Call]


@cache
def read() -> tuple[tuple[str, ast.Import | ast.ImportFrom | ast.Call], ...]:
    """Return every import and call of newscrawl, its pipelines and its spiders, with the file."""
    files = [path for folder in ("newscrawl", "pipelines", "spiders") for path in (PROJECT_ROOT / folder).rglob("*.py")]
    return tuple(
        (str(path.relative_to(PROJECT_ROOT)), node)
        for path in sorted(files)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)
    )


def imported() -> Iterator[tuple[str, str]]:
    for file, node in read():
        if isinstance(node, ast.Import):
            yield from ((file, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield file, node.module
            yield from ((file, f"{node.module}.{name.name}") for name in node.names)


@cache
def calls() -> tuple[Named, ...]:
    return tuple(named(read()))


def named(found: Iterable[tuple[str, ast.AST]]) -> Iterator[Named]:
    """Yield each call with its file and the name that is called, as written."""
    for file, node in found:
        if isinstance(node, ast.Call):
            yield file, ast.unparse(node.func), node


def test_only_the_download_handler_reaches_the_network() -> None:
    # The recording of an answer needs the standard reason phrases; the ping and mails go to an operator's address.
    assert {(file, name) for file, name in imported() if name in CLIENTS} <= {
        ("newscrawl/fetch/warc_writer.py", "http.client"),
        ("newscrawl/fetch/warc_writer.py", "http.client.responses"),
        (ADDRESS, "urllib.request"),
        (ADDRESS, "http.client"),
        ("newscrawl/fetch/copy_writer.py", "http.client"),  # names of status codes
        (MAIL, "smtplib"),
    }


def test_no_connection_is_opened_past_the_download_handler() -> None:
    assert opened(calls()) == LOCAL | TUNNEL | {
        (ADDRESS, "urllib.request.urlopen"),
        WEBHOOK,
    }
    assert opened(named(LOOPHOLES)) == {("here", name) for name in NAMES_OF_LOOPHOLES}


NAMES_OF_LOOPHOLES = ("socket.create_connection", "asyncio.open_connection", "loop.create_connection", "Agent")
LOOPHOLES = [("here", node) for name in NAMES_OF_LOOPHOLES for node in ast.walk(ast.parse(f"{name}('10.0.0.1', 80)"))]


def opened(found: Iterable[Named]) -> set[tuple[str, str]]:
    """Return the calls, by file and name as written, that open a connection."""
    openers = ((file, name) for file, name, _ in found if name.rpartition(".")[2] in OPENERS)
    return {(file, name) for file, name in openers if not name.endswith("signals.connect")}


def test_no_text_is_run_as_code() -> None:
    # A spider file that newscrawl wrote is loaded once before it is saved: see test_spider_files.py.
    assert {file for file, name, _ in calls() if name in RUNNERS} == {"newscrawl/sources/spider_files.py"}


def test_nothing_from_outside_is_unpickled() -> None:
    assert {file for file, name in imported() if name in {"pickle", "marshal", "shelve", "dill"}} <= PICKLES


def test_no_command_goes_through_a_shell() -> None:
    through_shell = [file for file, _, call in calls() if any(each.arg == "shell" for each in call.keywords)]
    assert through_shell == []
    assert [file for file, name, _ in calls() if name in {"os.system", "os.popen", "subprocess.getoutput"}] == []


def test_templates_are_files_of_ours() -> None:
    made = {file for file, name, _ in calls() if name.rpartition(".")[2] in TEMPLATES}
    assert made <= {"newscrawl/web/templating.py", "newscrawl/demo/pages.py"}


def test_no_request_carries_a_body_or_credentials() -> None:
    carried = {"body", "formdata", "method", "auth"}
    requests = [call for _, name, call in calls() if name.rpartition(".")[2] == "Request"]
    assert requests
    assert [ast.unparse(each) for call in requests for each in call.keywords if each.arg in carried] == []
    assert not any("http_user" in path.read_text("utf-8") for path in (PROJECT_ROOT / "newscrawl").rglob("*.py"))


@pytest.mark.parametrize("stated", ["tests.hostile.test_source_code.Evil", "os.system"])
def test_a_referrer_policy_of_a_page_imports_nothing(stated: str) -> None:
    middleware = RefererMiddleware(Settings({"REFERRER_POLICY": project.REFERRER_POLICY}))
    response = Response("https://paper.example/", headers={"Referrer-Policy": stated})
    with pytest.warns(RuntimeWarning, match="import paths from the response"):
        policy = middleware.policy(response, Request("https://other.example/"))
    assert isinstance(policy, NoReferrerPolicy)
    assert IMPORTED == []


IMPORTED: list[str] = []


class Evil:
    """Named by a page; whoever makes one shows that the page's word was imported."""

    def __init__(self) -> None:
        IMPORTED.append("made")


@pytest.mark.parametrize(
    "selector", ["//p[unparsed-text('file:///etc/passwd')]", "//p[doc('file:///x')]", "json-doc('file:///x')"]
)
def test_rules_have_no_function_that_opens_a_file(selector: str) -> None:
    with pytest.raises((ValueError, ExtractionError)):
        Page(capture_of(b"<p>Text.</p>")).select(selector)
