"""Measure quality and speed of extraction: `python -m benchmarks.extract_bench [--pin] [--peers PYTHON]`.

Scores every source of the corpus, and measures CPU milliseconds per page from bytes to a normalised Article, with rules
and with the generic extractor, and for trafilatura in the same run. `--peers` names a Python that has fundus 0.5.7 and
newspaper4k, which are then measured on the same pages. `--pin` writes the scores that tests/extract/test_corpus.py
requires as a minimum.

What is compared is not the same work. Both sides decode and parse the HTML and read headline, authors, dates, section
and body. newscrawl also decides the kind of the page, the byline, what is optional, whether the text is complete, and
normalises all of it; fundus also reads the pictures, and takes each page's publisher for granted. fundus keeps parsers
for older layouts by date: with the newest one it fails early, and thus quickly, on pages of an older layout. So it is
measured twice, with the parser of the page's date ("fundus") and with the newest ("fundus, newest parser"), each with
the number of pages whose body it read. The passes of fundus and newscrawl alternate, since the load of a machine
changes; figures of different runs are not comparable, ratios within one are.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import importlib.util
import io
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import trafilatura

from newscrawl.cli.extract_pages import extract_pages, read_page
from newscrawl.extract import layouts_of
from newscrawl.sources.catalogue import load_spider

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tests" / "extract" / "scores.json"
FIELDS = ("title", "date_exact", "authors", "rouge_f", "para_f")
PASSES = 3
PEER_NAMES = ("fundus", "fundus, newest parser", "newspaper4k")
# Publishers whose rules are younger than the score of unknown sites: their pages still count in it, lest it be eased.
RULES_SINCE = ("bigbrandsystem", "br", "cbssports", "detroitnews", "srf", "thehill")

PEERS = """
import gzip, json, sys, time
from datetime import datetime
from pathlib import Path
lines = [json.loads(line) for line in iter(sys.stdin.readline, "\\n")]
bodies = [gzip.decompress(Path(line["html"]).read_bytes()) for line in lines]
from fundus import PublisherCollection
from newspaper import Article
groups = PublisherCollection.get_subgroup_mapping().values()
parsers = {publisher.__name__: publisher for group in groups for publisher in group}
def fundus(body, line):
    captured = line["captured"]
    return parsed(body, line, datetime.fromisoformat(captured[:10]) if captured else datetime.now())
def newest(body, line):
    return parsed(body, line, datetime.now())
def parsed(body, line, at):
    return parsers[line["publisher"]].parser(at).parse(body, "suppress").get("body")
def newspaper(body, line):
    article = Article(line["url"] or "http://unknown.invalid/", fetch_images=False)
    article.download(input_html=body)
    article.parse()
    return article.text
calls = {"fundus": fundus, "fundus, newest parser": newest, "newspaper4k": newspaper}
print("ready", flush=True)
for asked in sys.stdin:
    name, milliseconds, with_body = asked.strip(), {}, 0
    for line, body in zip(lines, bodies):
        if name != "newspaper4k" and line["publisher"] not in parsers:
            continue
        started = time.process_time()
        try:
            read = calls[name](body.decode("utf-8", "replace"), line)
        except Exception as error:
            read = print(name, line["id"], error, file=sys.stderr)
        milliseconds[line["id"]] = 1000 * (time.process_time() - started)
        with_body += bool(read and str(read))
    print(json.dumps({"milliseconds": milliseconds, "with_body": with_body}), flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--peers", help="path of a Python that has fundus and newspaper4k")
    arguments = parser.parse_args()
    corpus = arguments.corpus
    by_source = scores(corpus, predictions(corpus), predictions_as_unknown(corpus))
    for source, means in by_source.items():
        print(f"{source:24}" + "  ".join(f"{field} {means[field]:6.2f}" for field in FIELDS if field in means))
    if arguments.pin:
        PINS.write_text(json.dumps({"corpus": digest(corpus), "scores": by_source}, indent=1, sort_keys=True) + "\n")
        return
    speed(corpus, arguments.peers)


def default_corpus() -> Path:
    return Path(os.environ.get("NEWSCRAWL_CORPUS", ROOT.parent / "shared" / "corpus"))


def digest(corpus: Path) -> str:
    return hashlib.sha256((corpus / "pages.jsonl").read_bytes()).hexdigest()


def has_spider(source: str) -> bool:
    return (ROOT / "spiders" / f"{source}.py").is_file()


def has_rules(source: str) -> bool:
    """Return whether a source has layouts; a generic source has a spider and none."""
    return has_spider(source) and bool(layouts_of(load_spider(source)))


def is_read_as_unknown(source: str) -> bool:
    """Return whether pages of a publisher count in the score of unknown sites."""
    return not has_rules(source) or source in RULES_SINCE


def predictions(corpus: Path) -> dict[str, Any]:
    """Return what is read from each page: with the spider of its source, without one as of an unknown site."""
    return _predictions(entries(corpus), corpus)


def predictions_as_unknown(corpus: Path) -> dict[str, Any]:
    """Return what is read from pages that count in the score of unknown sites, without the files of their sources."""
    pages = [entry for entry in entries(corpus) if is_read_as_unknown(entry["source"])]
    # No file has a name in capitals: of the publisher only the name is known, as of any site before it is a source.
    return _predictions([{**entry, "source": entry["source"].upper()} for entry in pages], corpus)


def _predictions(pages: Sequence[Mapping[str, Any]], corpus: Path) -> dict[str, Any]:
    out = io.StringIO()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as listed:
        listed.writelines(json.dumps(page) + "\n" for page in pages)
        listed.flush()
        extract_pages(Path(listed.name), corpus, out)
    return {prediction["id"]: prediction for prediction in map(json.loads, out.getvalue().splitlines())}


def scorer(corpus: Path) -> Any:
    """Return the corpus' own scorer as a module."""
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(corpus / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entries(corpus: Path) -> list[dict[str, Any]]:
    return json_lines(corpus / "pages.jsonl")


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def scores(corpus: Path, predicted: Mapping[str, Any], as_unknown: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the scores in percent of every source with a spider; `generic` are all without rules, as unknown sites."""
    score = scorer(corpus)
    rouge = score.Rouge(score.load_punkt(None))
    rows: dict[str, list[dict[str, Any]]] = {}
    for entry in entries(corpus):
        if entry.get("variant_of") or entry["kind"] in ("invalid", "live"):
            continue
        key, source = entry["id"], entry["source"]
        if has_spider(source):
            rows.setdefault(source, []).append(score.score_page(entry, predicted.get(key), rouge))
        if is_read_as_unknown(source):
            rows.setdefault("generic", []).append(score.score_page(entry, as_unknown.get(key), rouge))
    return {source: means(group, FIELDS) for source, group in sorted(rows.items())}


def means(rows: Sequence[Mapping[str, Any]], fields: Iterable[str]) -> dict[str, float]:
    """Return the mean of every field in percent, over the rows that have it."""
    values = {field: [row[field] for row in rows if row.get(field) is not None] for field in fields}
    return {field: round(100 * statistics.mean(of_field), 2) for field, of_field in values.items() if of_field}


def speed(corpus: Path, peers: str | None) -> None:
    """Print CPU milliseconds per page, the median of three passes over the same pages."""
    pages = [page for page in entries(corpus) if not page.get("variant_of")]
    bodies = {page["id"]: gzip.decompress((corpus / page["html"]).read_bytes()) for page in pages}
    with_rules = [page for page in pages if has_rules(page["source"])]
    without_rules = [{**page, "source": "no_such_source"} for page in pages]
    passes: dict[str, Callable[[], Mapping[str, float]]] = {
        "newscrawl rules": lambda: timed(with_rules, lambda page: read_page(page, bodies[page["id"]])),
        "newscrawl generic": lambda: timed(without_rules, lambda page: read_page(page, bodies[page["id"]])),
        "trafilatura with metadata": lambda: timed(pages, lambda page: _trafilatura(bodies[page["id"]])),
    }
    with _Peers(pages, corpus, peers) if peers else contextlib.nullcontext() as process:
        if process:
            passes |= {name: partial(process.timed, name) for name in PEER_NAMES}
        milliseconds = _medians(passes)
    newscrawl = milliseconds["newscrawl rules"]
    for name, by_page in milliseconds.items():
        shared = [key for key in by_page if key in newscrawl]
        on_shared = statistics.mean(by_page[key] for key in shared) if shared else float("nan")
        mean = statistics.mean(by_page.values())
        print(f"{name:28} {len(by_page):4} pages {mean:7.1f} ms; on pages with rules {on_shared:7.1f} ms")
    generic, trafilatura_ = (milliseconds[name] for name in ("newscrawl generic", "trafilatura with metadata"))
    _compare("trafilatura", generic, trafilatura_)
    for name in PEER_NAMES[:2] if process else ():
        _compare(name, newscrawl, milliseconds[name])
    if process:
        print("pages with a body:", process.with_body)


def _compare(name: str, newscrawl: Mapping[str, float], peer: Mapping[str, float]) -> None:
    both = sorted(peer.keys() & newscrawl.keys())
    ours, theirs = (statistics.mean(by_page[key] for key in both) for by_page in (newscrawl, peer))
    ratio = statistics.median(newscrawl[key] / peer[key] for key in both)
    print(f"{len(both)} pages: newscrawl {ours:.1f} ms, {name} {theirs:.1f} ms")
    print(f"ratio {ours / theirs:.2f}; median of the ratios by page {ratio:.2f}")


def _medians(passes: Mapping[str, Callable[[], Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Return CPU milliseconds by name and page, the median of passes that take turns, so that load meets all alike."""
    milliseconds: dict[str, dict[str, list[float]]] = {name: {} for name in passes}
    for number in range(PASSES):
        for name, read in passes.items():
            if name == "newspaper4k" and number:
                continue  # one pass of it takes a minute
            for key, value in read().items():
                milliseconds[name].setdefault(key, []).append(value)
    return {
        name: {key: statistics.median(values) for key, values in pages.items()} for name, pages in milliseconds.items()
    }


def timed(pages: Iterable[Mapping[str, Any]], call: Callable[[Mapping[str, Any]], Any]) -> dict[str, float]:
    """Return CPU milliseconds by page id of one pass."""
    milliseconds: dict[str, float] = {}
    for page in pages:
        started = time.process_time()
        call(page)
        milliseconds[page["id"]] = 1000 * (time.process_time() - started)
    return milliseconds


def _trafilatura(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        trafilatura.bare_extraction(body, with_metadata=True, include_comments=False)


class _Peers:
    """A process of another Python that reads the same pages with other libraries, a pass whenever it is asked to."""

    def __init__(self, pages: Iterable[Mapping[str, Any]], corpus: Path, python: str) -> None:
        self.with_body: dict[str, int] = {}
        command, pipe = [python, "-c", PEERS], subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        for page in pages:
            line = {"id": page["id"], "publisher": page.get("fundus_publisher"), "url": page["url"]}
            line |= {"html": str(corpus / page["html"]), "captured": page.get("captured")}
            self._ask(json.dumps(line))
        self._ask("")
        self._answer()

    def timed(self, name: str) -> dict[str, float]:
        """Return CPU milliseconds by page id of one pass of a peer."""
        self._ask(name)
        result: dict[str, Any] = json.loads(self._answer())
        self.with_body[name] = result["with_body"]
        milliseconds: dict[str, float] = result["milliseconds"]
        return milliseconds

    def _ask(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


if __name__ == "__main__":
    main()
