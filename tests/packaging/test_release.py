"""A release: one version, a changelog in one form, known licences, and distributions that anybody can build again."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from newscrawl import __version__
from newscrawl.config import PROJECT_ROOT
from tests.conftest import missing

from .installation import succeed
from .test_wheel import expected_files

DIST = PROJECT_ROOT / ".ci" / "dist.py"
CHANGELOG = (PROJECT_ROOT / "CHANGELOG.md").read_text("utf-8")
TOOLS = ("twine", "check-wheel-contents", "cyclonedx-bom")
# Keep a Changelog, and what this project adds.
PARTS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Decisions"]
# Permissive ones, and those that bind changes of the package itself alone; docs/licences.md says so.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CNRI-Python", "ISC", "LGPL-3.0-only", "MIT", "MIT-0",
    "MPL-1.1", "MPL-2.0", "PSF-2.0", "ZPL-2.1",
}  # fmt: skip


def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_licences", PROJECT_ROOT / "docs" / "write_licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The version


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "newscrawl.__version__"}
    places = [
        str(path.relative_to(PROJECT_ROOT))
        for folder in ("newscrawl", "spiders", "pipelines", "docs", ".ci")
        for path in (PROJECT_ROOT / folder).rglob("*.py")
        if f'"{__version__}"' in path.read_text("utf-8")
    ]
    assert places == ["newscrawl/__init__.py"]
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", __version__)


def test_command_and_images_have_the_version() -> None:
    assert succeed(sys.executable, "-m", "newscrawl", "--version", cwd=PROJECT_ROOT) == f"newscrawl {__version__}\n"
    manifests = (PROJECT_ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8")
    assert set(re.findall(r"image: newscrawl:(\S+)", manifests)) == {__version__}


# The changelog


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", CHANGELOG, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_changelog_has_releases_newest_first_and_known_parts() -> None:
    assert CHANGELOG.startswith("# Changelog\n")
    named = list(sections())
    assert named[0] == "Unreleased" or re.fullmatch(r"\d+\.\d+\.\d+ – \d{4}-\d\d-\d\d", named[0])
    releases = [
        re.fullmatch(r"(\d+)\.(\d+)\.(\d+) – (\d{4}-\d\d-\d\d)", each) for each in named if each != "Unreleased"
    ]
    assert all(releases), named
    numbers = [(tuple(map(int, each.groups()[:3])), each[4]) for each in releases if each]
    assert numbers == sorted(numbers, reverse=True)
    for name, text in sections().items():
        parts = re.findall(r"^### (.+)$", text, re.M)
        known = [each for each in parts if not each.startswith("Upgrading from ")]
        assert known == [each for each in PARTS if each in known], f"{name}: {parts}"
        assert len(parts) - len(known) <= 1
        for part in re.split(r"^### .+$", text, flags=re.M)[1:]:
            lines = [line for line in part.splitlines() if line]
            assert lines, f"{name}: an empty part"
            assert all(re.match(r"- |  |#### |\d\. ", line) for line in lines[1:]), name


def test_links_of_the_changelog_and_of_security_lead_somewhere() -> None:
    for name in ("CHANGELOG.md", "SECURITY.md"):
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (PROJECT_ROOT / name).read_text("utf-8"))
        assert targets
        assert [target for target in targets if not (PROJECT_ROOT / target).exists()] == []


def test_guides_say_how_to_report_to_release_and_to_upgrade() -> None:
    security = (PROJECT_ROOT / "SECURITY.md").read_text("utf-8")
    contributing = (PROJECT_ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for heading in ("How to report", "What is defended", "Supply chain"):
        assert f"## {heading}\n" in security
    for heading in (
        "Set-up",
        "Where things are",
        "Style",
        "Commits",
        "Requirements",
        "Stored data",
        "Release",
        "Decisions",
    ):
        assert f"## {heading}\n" in contributing
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.M))
    for text in (security, contributing):
        assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets


# Licences


def test_licences_are_listed_as_they_are() -> None:
    script = PROJECT_ROOT / "docs" / "write_licences.py"
    done = subprocess.run([sys.executable, str(script), "--check"], cwd=PROJECT_ROOT, check=False)
    assert done.returncode == 0, "run `make picture`, and look at the licence of what is new"


def test_every_pinned_package_has_a_row_with_a_licence_that_may_be() -> None:
    page = (PROJECT_ROOT / "docs" / "licences.md").read_text("utf-8")
    rows = {
        name: (version, text) for name, version, text in re.findall(r"^\| (\S+) \| (\d\S*) \| ([^|(]+)", page, re.M)
    }
    pins = dict(re.findall(r"^([\w.-]+)==([^ \\;]+)", (PROJECT_ROOT / "requirements.txt").read_text("utf-8"), re.M))
    assert pins.keys() - rows.keys() == {"setuptools"}, "it builds, and is not installed"
    assert {name: rows[name][0] for name in pins if name in rows} == {n: v for n, v in pins.items() if n in rows}
    for name, (_, text) in rows.items():
        ways = [set(way.strip().split(" AND ")) for way in text.strip().split(" OR ")]
        assert any(way <= ALLOWED for way in ways), f"{name}: {text}"
    assert len(rows) > len(pins)


def test_a_licence_that_is_not_understood_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = licences()
    monkeypatch.setattr(module, "READ", {})
    with pytest.raises(ValueError, match="jinja2: read its licence"):
        module.licence("jinja2")


# Ready or not


def git(folder: Path, *words: str) -> str:
    author = ("-c", "user.name=ada", "-c", "user.email=ada@press.example", "-c", "init.defaultBranch=main")
    return succeed("git", *author, *words, cwd=folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with all files of this one as they are now, in one commit, and a changelog with a release."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    listed = succeed("git", "ls-files", "-co", "--exclude-standard", cwd=PROJECT_ROOT)
    for name in listed.splitlines():
        path = PROJECT_ROOT / name
        if (path.is_file() and not name.startswith(("tests/", "benchmarks/"))) or name.startswith(
            "tests/extract/golden"
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / name)
    if f"## {__version__} – " not in CHANGELOG:
        (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n## {__version__} – 2026-11-27\n\n### Added\n\n- All.\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all of it", "--date", "2026-11-27T12:00:00Z")
    return folder


def is_ready(checkout: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(DIST), "ready", "--project", str(checkout)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_what_is_committed_named_and_not_tagged_is_ready(checkout: Path) -> None:
    assert is_ready(checkout) == (0, f"release: {__version__} is ready to be built\n")


def test_what_is_not_ready_is_said(checkout: Path) -> None:
    (checkout / "forgotten.py").write_text("", "utf-8")
    assert is_ready(checkout)[0] == 1
    assert "the tree is not clean" in is_ready(checkout)[1]
    assert "forgotten.py" in is_ready(checkout)[1]
    (checkout / "forgotten.py").unlink()
    git(checkout, "tag", f"v{__version__}")
    assert f"v{__version__} is tagged already" in is_ready(checkout)[1]
    git(checkout, "tag", "-d", f"v{__version__}")
    (checkout / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n### Added\n\n- All.\n", "utf-8")
    git(checkout, "commit", "-qam", "not named yet")
    code, told = is_ready(checkout)
    assert (code, f"has no section `## {__version__} – YYYY-MM-DD`" in told) == (1, True)


# Distributions


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("release") / "venv"
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    command = [uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", *TOOLS]
    if (done := subprocess.run(command, capture_output=True, text=True, check=False)).returncode:
        missing(f"uv cannot install {', '.join(TOOLS)}: {done.stderr[-200:]}")
    yield folder / "bin"
    shutil.rmtree(folder)


def make(checkout: Path, tools: Path, to: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    folders = ("--project", str(checkout), "--tools", str(tools), "--to", str(to))
    command = [sys.executable, str(DIST), "build", *folders, *options]
    return subprocess.run(command, cwd=to.parent, env=os.environ | environ, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_distributions_are_the_same_wherever_and_whenever_they_are_built(
    checkout: Path, tools: Path, tmp_path: Path
) -> None:
    done = make(checkout, tools, tmp_path / "dist")
    assert done.returncode == 0, done.stdout + done.stderr
    first = {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()}
    name = f"newscrawl-{__version__}"
    assert first.keys() == {f"{name}.tar.gz", f"{name}-py3-none-any.whl", "sbom.json", "SHA256SUMS"}
    assert succeed("sha256sum", "--check", "SHA256SUMS", cwd=tmp_path / "dist").count(": OK") == 3
    elsewhere = tmp_path / "somewhere" / "else"
    elsewhere.parent.mkdir()
    git(tmp_path, "clone", "-q", str(checkout), str(elsewhere))
    for path in elsewhere.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (1e9, 1e9))
    # What a machine has of its own, the index that it installs from among it, is in none of them.
    previous = os.umask(0o077)
    try:
        done = make(elsewhere, tools, tmp_path / "again", "--once", TZ="Pacific/Chatham", LC_ALL="C")
    finally:
        os.umask(previous)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first
    with tarfile.open(tmp_path / "dist" / f"{name}.tar.gz") as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
        owners = {(member.uid, member.gid, member.uname, member.gname) for member in sdist.getmembers()}
    assert owners == {(0, 0, "", "")}
    golden = {each.replace("newscrawl/spiders/golden", "tests/extract/golden") for each in expected_files()}
    beside = {re.sub(r"^newscrawl/(spiders|pipelines)/", r"\1/", each) for each in golden}
    assert beside | {"LICENSE", "NOTICE", "README.md", "pyproject.toml", "setup.py"} <= names | {
        "spiders/__init__.py", "pipelines/__init__.py",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("where", ["folder", "index"])
def test_what_names_this_machine_is_not_released(checkout: Path, tools: Path, tmp_path: Path, where: str) -> None:
    index = "https://packages.press.example/simple"
    named = str(checkout) if where == "folder" else index
    with (checkout / "newscrawl" / "clock.py").open("a", encoding="utf-8") as file:
        file.write(f"\n# {named}\n")
    git(checkout, "commit", "-qam", "oh")
    done = make(checkout, tools, tmp_path / "dist", PIP_EXTRA_INDEX_URL=index)
    assert done.returncode == 1
    assert f"names {named}, which is of this machine" in done.stderr
    assert "clock.py" in done.stderr
    assert not (tmp_path / "dist" / "SHA256SUMS").exists()
