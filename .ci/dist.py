"""Make distributions of the last commit, and examine them; `make dist` and `make release` run this.

    ready   fails unless the tree is clean and the changelog has a dated section for the version
    build   sdist, wheel, SBOM and checksums, the same bytes for the same commit, then all checks of them
    next    says what is left to a person

Nothing is tagged, uploaded or sent anywhere.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = Path(sys.executable)
CHECKSUMS, SBOM = "SHA256SUMS", "sbom.json"
INDEX_VARIABLES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_DEFAULT_INDEX", "UV_FIND_LINKS")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["ready", "build", "next"])
    parser.add_argument("--tools", type=Path, help="folder of twine, check-wheel-contents and cyclonedx-py")
    parser.add_argument("--to", type=Path, default=Path("dist"))
    parser.add_argument("--project", type=Path, default=ROOT, help="checkout to release")
    parser.add_argument("--once", action="store_true", help="do not build again, nor install the wheel to run its demo")
    options = parser.parse_args()
    os.umask(0o022)  # of whoever builds it, a wheel has the modes of files
    if options.step == "ready":
        ready(options.project)
    elif options.step == "build":
        build(options.project, options.tools, options.to, is_checked=not options.once)
    else:
        say_next(options.project, options.to)


def fail(reason: str) -> None:
    sys.exit(f"release: {reason}")


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    """Run a command and return what it printed; its failure is ours."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        fail(f"{' '.join(map(str, command))}: code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def version_of(project: Path) -> str:
    """Return the version, which stands in one place."""
    (version,) = re.findall(r'^__version__ = "(.+)"$', (project / "newscrawl/__init__.py").read_text("utf-8"), re.M)
    return str(version)


def ready(project: Path) -> None:
    if changed := run("git", "status", "--porcelain", cwd=project):
        fail(f"the tree is not clean: commit or remove\n{changed}")
    version = version_of(project)
    if run("git", "tag", "--list", f"v{version}", cwd=project):
        fail(f"v{version} is tagged already: set __version__ in newscrawl/__init__.py")
    changelog = (project / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^## {re.escape(version)} – \d{{4}}-\d\d-\d\d$", changelog, re.M):
        fail(f"CHANGELOG.md has no section `## {version} – YYYY-MM-DD`: name what is under `## Unreleased` so")
    images = re.findall(r"image: newscrawl:(\S+)", (project / "deploy/kubernetes.yaml").read_text("utf-8"))
    if set(images) != {version}:
        fail(f"deploy/kubernetes.yaml names newscrawl:{', '.join(sorted(set(images)))}, not {version}")
    print(f"release: {version} is ready to be built")


def build(project: Path, tools: Path, to: Path, *, is_checked: bool) -> None:
    to = to.resolve()
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    epoch = run("git", "log", "-1", "--format=%ct", cwd=project).strip()
    with tempfile.TemporaryDirectory(prefix="newscrawl-dist-") as scratch:
        first = _built(project, Path(scratch) / "first", int(epoch))
        for path in first:
            shutil.copy2(path, to)
        # What fails in seconds comes first.
        run(PYTHON, "docs/write_licences.py", "--check", cwd=project, PYTHONPATH=str(project))
        run(tools / "twine", "check", "--strict", *_distributions(to), cwd=project)
        run(tools / "check-wheel-contents", *to.glob("*.whl"), cwd=project)
        _write_sbom(project, tools, to, epoch)
        _refuse_names_of_this_machine(project, to)
        if is_checked:
            second = _built(project, Path(scratch) / "second", int(epoch))
            for one, other in zip(first, second, strict=True):
                if one.read_bytes() != other.read_bytes():
                    fail(f"{one.name} is not the same when it is built again")
            _try_installed(project, to, Path(scratch))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(to.iterdir())]
    (to / CHECKSUMS).write_text("".join(sums), "utf-8")
    print("".join(sums), end="")


def _distributions(to: Path) -> list[Path]:
    return sorted([*to.glob("*.tar.gz"), *to.glob("*.whl")])


def _built(project: Path, scratch: Path, epoch: int) -> list[Path]:
    """Build from the files of the last commit alone: what else lies in the checkout is in no distribution."""
    source, out = scratch / "source", scratch / "out"
    source.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "-c", "tar.umask=0022", "archive", "HEAD"], cwd=project, capture_output=True, check=True
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(source, filter="data")
    environ = {"SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0"}
    uv = PYTHON.parent / "uv"
    options = ("build", "-q", "--offline", "--no-build-isolation", "--python", PYTHON, "-o", out)
    run(uv, *options, "--sdist", cwd=source, **environ)
    (sdist,) = out.glob("*.tar.gz")
    _normalise(sdist, epoch)
    run(uv, *options, "--wheel", sdist, cwd=source, **environ)
    return _distributions(out)


def _normalise(sdist: Path, epoch: int) -> None:
    """Pack an sdist again: setuptools writes who built it and when."""
    packed = io.BytesIO()
    with (
        tarfile.open(sdist) as old,
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=epoch) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            content = old.extractfile(member) if member.isfile() else None
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            member.mtime, member.pax_headers = epoch, {}
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            new.addfile(member, content)
    sdist.write_bytes(packed.getvalue())


def _write_sbom(project: Path, tools: Path, to: Path, epoch: str) -> None:
    options = ("requirements", "requirements.txt", "--output-format", "JSON", "--output-reproducible")
    run(tools / "cyclonedx-py", *options, "--output-file", to / SBOM, cwd=project, SOURCE_DATE_EPOCH=epoch)
    listed = {each["name"] for each in json.loads((to / SBOM).read_text("utf-8"))["components"]}
    pinned = set(re.findall(r"^([\w.-]+)==", (project / "requirements.txt").read_text("utf-8"), re.M))
    if listed != pinned:
        fail(f"{SBOM} and requirements.txt differ: {', '.join(sorted(listed ^ pinned))}")


def _refuse_names_of_this_machine(project: Path, to: Path) -> None:
    """Fail if a distribution names a folder, host or package index of the machine that builds it."""
    names = {str(project), str(Path.home()), str(ROOT), socket.getfqdn()} - {"/", "/root", "localhost"}
    names |= {word for name in INDEX_VARIABLES for word in os.environ.get(name, "").split()}
    names = {name for name in names if len(name) > 3}
    for path in [*_distributions(to), to / SBOM]:
        for inside, content in _files(path):
            for name in names:
                if name.encode() in content:
                    fail(f"{path.name}: {inside} names {name}, which is of this machine")


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist())
    elif path.suffix == ".gz":
        with tarfile.open(path) as sdist:
            for member in sdist.getmembers():
                if content := sdist.extractfile(member):
                    yield member.name, content.read()
    else:
        yield path.name, path.read_bytes()


def _try_installed(project: Path, to: Path, scratch: Path) -> None:
    """Install the wheel into an environment of its own, at the pinned versions, and run it in an empty folder."""
    (wheel,) = to.glob("*.whl")
    environ, empty = scratch / "venv", scratch / "empty"
    empty.mkdir()
    uv, python = PYTHON.parent / "uv", environ / "bin" / "python"
    run(uv, "venv", "-q", "--python", PYTHON, environ, cwd=empty)
    install = (uv, "pip", "install", "-q", "--python", python)
    run(*install, "--require-hashes", "-r", project / "requirements.txt", cwd=empty)
    run(*install, "--no-deps", wheel, cwd=empty)
    command, home = environ / "bin" / "newscrawl", str(scratch / "home")
    clean = {name: "" for name in os.environ if name.startswith(("NEWSCRAWL_", "PYTHONPATH"))}
    told = run("env", *(f"--unset={name}" for name in clean), command, "--version", cwd=empty)
    if told != f"newscrawl {version_of(project)}\n":
        fail(f"the wheel says that it is {told!r}, not {version_of(project)}")
    demo = run("env", *(f"--unset={name}" for name in clean), f"NEWSCRAWL_HOME={home}", command, "demo", cwd=empty)
    if "newscrawl serve --demo" not in demo:
        fail(f"the demo of the wheel printed\n{demo}")
    if left := list(empty.iterdir()):
        fail(f"the wheel left files in an empty folder: {left}")


def say_next(project: Path, to: Path) -> None:
    version = version_of(project)
    print(
        f"newscrawl {version} passed. Left to a person:\n"
        f"  git tag --sign v{version} --message 'newscrawl {version}' && git push origin v{version}\n"
        f"  {to}/{CHECKSUMS} beside the announcement, and the section of CHANGELOG.md in it\n"
        f"  twine upload {to}/*.tar.gz {to}/*.whl\n"
        f"  the dump of this release: python tests/upgrade/make_dump.py tests/upgrade/data/{version}"
    )


if __name__ == "__main__":
    main()
