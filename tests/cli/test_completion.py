"""Completion as a shell does it: commands and options, names of sources, ids of runs; fast, and never with an error."""

from __future__ import annotations

import asyncio
import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from newscrawl.cli.completion import runs_like, sources_like
from newscrawl.cli.main import app
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.items import RunRecord
from newscrawl.store import Store
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

from .conftest import environment

BASH = shutil.which("bash") or ""
PROGRAM = Path(sys.executable).parent / "newscrawl"
pytestmark = pytest.mark.skipif(not PROGRAM.exists() or not BASH, reason="needs bash and an installed newscrawl")
NO_DATABASE = {"NEWSCRAWL_MONGO_URI": "mongodb://127.0.0.1:9/"}


def environ(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    path = f"{PROGRAM.parent}:{inherited['PATH']}"
    return {**inherited, "PATH": path, "PYTHONPATH": str(PROJECT_ROOT), "TERM": "dumb", **NO_DATABASE, **variables}


def completed(line: str, cwd: Path = PROJECT_ROOT, **variables: str) -> list[str]:
    """Return what bash offers for the last word of a line, by the script that newscrawl prints for it."""
    words = line.split(" ")
    script = f"""
        eval "$(_NEWSCRAWL_COMPLETE=source_bash newscrawl)"
        COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; COMP_LINE={shlex.quote(line)}
        $(complete -p newscrawl | sed 's/.*-F \\([^ ]*\\) .*/\\1/') newscrawl {shlex.quote(words[-1])}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        [BASH, "--norc", "-c", script],
        cwd=cwd,
        env=environ(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("newscrawl sta", {"status"}),
        ("newscrawl quarantine ", {"list", "show", "confirm", "dismiss"}),
        ("newscrawl status --j", {"--json"}),
        ("newscrawl status washp", {"washpo"}),
        ("newscrawl status berlinermorgenp", {"berlinermorgenpost"}),  # a row of the unverified
        ("newscrawl crawl washpo bb", {"bbc"}),
        ("newscrawl try https://a.example/ --source nyt", {"nyt"}),
        ("newscrawl run ", set()),  # no database answers
        ("newscrawl status no-such-source", set()),
    ],
)
def test_bash_offers_what_can_follow(line: str, offered: set[str]) -> None:
    assert set(completed(line)) == offered


def test_bash_offers_the_ids_of_stored_runs(config: Config) -> None:
    async def two_runs() -> None:
        store = await Store.open(config)
        for run_id, source in (("4a5b", "washpo"), ("4a6c", "bbc"), ("ffff", "bbc")):
            await store.start_run(RunRecord(run_id, source, datetime.now(UTC)), dead_run="4a6c")
        await store.close()

    asyncio.run(two_runs())
    variables = {name: value for name, value in environment(config).items() if name.startswith("NEWSCRAWL_")}
    assert set(completed("newscrawl run 4a", **variables)) == {"4a5b", "4a6c"}
    assert {run for run, _ in runs_like_in(config, "")} == {"4a5b", "4a6c", "ffff"}


def runs_like_in(config: Config, prefix: str) -> list[tuple[str, str]]:
    from newscrawl.store.recent_runs import recent_runs

    return recent_runs(config, prefix, 50)


def test_a_database_that_does_not_run_is_not_started_for_a_completion(tmp_path: Path) -> None:
    assert completed("newscrawl run ", NEWSCRAWL_MONGO_URI="", NEWSCRAWL_HOME=str(tmp_path / "home")) == []
    assert not (tmp_path / "home").exists()


def test_wrong_variables_and_a_broken_project_offer_nothing_and_print_nothing(tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newscrawl.project_settings\n")
    (tmp_path / "sources.toml").write_text("shipped = = []")
    assert completed("newscrawl status washp", cwd=tmp_path) == []
    assert completed("newscrawl run a", NEWSCRAWL_DELAY="1") == []


def test_sources_of_watched_addresses_are_offered_as_others(tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newscrawl.project_settings\n")
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "__init__.py").touch()
    (tmp_path / "spiders" / "watched.toml").write_text('[lake_example]\ndomains = ["lake.example"]\naddresses = []\n')
    assert completed("newscrawl status lake_", cwd=tmp_path) == ["lake_example"]


def test_names_are_completed_without_scrapy_and_the_driver() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(PROGRAM)],
        cwd=PROJECT_ROOT,
        env=environ(_NEWSCRAWL_COMPLETE="complete_bash", COMP_WORDS="newscrawl status washp", COMP_CWORD="2"),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.stdout.split() == ["washpo"]
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded & {"scrapy", "pymongo", "twisted", "lxml", "trafilatura", "starlette"} == set()


def test_the_help_loads_neither_scrapy_nor_the_driver() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "newscrawl", "--help"],
        cwd=PROJECT_ROOT,
        env=environ(),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert loaded & {"scrapy", "pymongo", "twisted", "lxml", "trafilatura", "starlette"} == set()


def test_an_interactive_bash_completes_a_typed_name(tmp_path: Path) -> None:
    master, terminal = os.openpty()
    with subprocess.Popen(
        [BASH, "--norc", "--noprofile", "-i"],
        cwd=PROJECT_ROOT,
        env=environ(HISTFILE=str(tmp_path / "history"), PS1="$ "),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as bash:
        os.close(terminal)
        os.write(master, b'eval "$(_NEWSCRAWL_COMPLETE=source_bash newscrawl)"; echo re""ady\n')
        until(master, b"ready")
        os.write(master, b"newscrawl status washp\t")
        until(master, b"newscrawl status washpo ")
        bash.kill()
    os.close(master)


def until(master: int, expected: bytes) -> None:
    """Read from a terminal until it shows some text."""
    shown, deadline = b"", time.monotonic() + PATIENCE_SECONDS
    while expected not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([master], [], [], 1)[0]:
            shown += os.read(master, 4096)


@pytest.mark.parametrize(
    ("shell", "variables"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "newscrawl status washp"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "newscrawl status washp", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_zsh_and_fish_are_answered_too(shell: str, variables: dict[str, str]) -> None:
    for kind, expected in (("complete", "washpo"), ("source", "_NEWSCRAWL_COMPLETE")):
        done = subprocess.run(
            [PROGRAM],
            cwd=PROJECT_ROOT,
            env=environ(_NEWSCRAWL_COMPLETE=f"{kind}_{shell}", **variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert expected in done.stdout, done.stderr


def test_fish_completes_a_name() -> None:
    fish = shutil.which("fish")
    if fish is None:
        missing("no fish on this machine")
    script = 'env _NEWSCRAWL_COMPLETE=source_fish newscrawl | source; complete -C "newscrawl status washp"'
    done = subprocess.run([fish, "-N", "-c", script], cwd=PROJECT_ROOT, env=environ(), capture_output=True, text=True,
                          check=True, timeout=PATIENCE_SECONDS)  # fmt: skip
    assert done.stdout.split() == ["washpo"]


def test_zsh_can_read_its_script() -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        missing("no zsh on this machine")
    script = """
        autoload -U compinit; compinit -u -D
        eval "$(_NEWSCRAWL_COMPLETE=source_zsh newscrawl)"; whence -w _newscrawl_completion
    """
    done = subprocess.run([zsh, "-f", "-c", script], cwd=PROJECT_ROOT, env=environ(), capture_output=True, text=True,
                          check=True, timeout=PATIENCE_SECONDS)  # fmt: skip
    assert "function" in done.stdout


def parameters(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every parameter of the command line with the words of its command."""
    for name, each in getattr(command, "commands", {}).items():
        yield from parameters(each, f"{path} {name}".strip())
    yield from ((path, parameter) for parameter in command.params)


def test_every_parameter_that_names_a_source_or_run_is_completed() -> None:
    found = {}
    for path, parameter in parameters(typer.main.get_command(app)):
        metavar = parameter.metavar or ""
        if re.fullmatch(r"sources?", parameter.name or "") or "SOURCE" in metavar:
            found[path, parameter.name] = sources_like
        elif parameter.name == "run_id":
            found[path, parameter.name] = runs_like
    missing = [
        key for key, function in found.items()
        for path, parameter in parameters(typer.main.get_command(app))
        if (path, parameter.name) == key and not offers(parameter, function)
    ]  # fmt: skip
    assert len(found) > 15
    assert missing == [], "give autocompletion= to typer.Argument or typer.Option (newscrawl/cli/completion.py)"


def offers(parameter: Any, function: Any) -> bool:
    """Return whether a parameter offers the names of sources; of runs, whether it offers anything of its own."""
    context = typer.Context(typer.main.get_command(app), info_name="newscrawl")
    offered = [item.value for item in parameter.shell_complete(context, "washp")]
    return offered == ["washpo"] if function is sources_like else parameter._custom_shell_complete is not None
