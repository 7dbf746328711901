"""How well and how fast pages are read: `python -m benchmarks.extract_bench [--pin] [--peers PYTHON]`.

Scores every source of the corpus, and measures CPU milliseconds per page from bytes to normalised Article, rules and
generic, side by side with trafilatura in one run. `--peers` names a Python that has fundus 0.5.7 and newspaper4k, which
are measured by it on the same pages. `--pin` writes the scores that tests/extract/test_corpus.py holds us to.
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
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import trafilatura

from newscrawl.cli.extract_pages import extract_pages, read_page

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tests" / "extract" / "scores.json"
FIELDS = ("title", "date_exact", "authors", "rouge_f", "para_f")
PASSES = 3

PEERS = """
import gzip, json, statistics, sys, time
from pathlib import Path
lines = [json.loads(line) for line in sys.stdin]
pages = [(one["id"], one["publisher"], gzip.decompress(Path(one["html"]).read_bytes()), one["url"]) for one in lines]
from fundus import PublisherCollection
from newspaper import Article
groups = PublisherCollection.get_subgroup_mapping().values()
parsers = {publisher.__name__: publisher for group in groups for publisher in group}
def fundus(body, publisher, url):
    from datetime import datetime
    parsers[publisher].parser(datetime.now()).parse(body.decode("utf-8", "replace"), "suppress")
def newspaper(body, publisher, url):
    article = Article(url or "http://unknown.invalid/", fetch_images=False)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
for name, call in (("fundus", fundus), ("newspaper4k", newspaper)):
    passes = 3 if name == "fundus" else 1  # newspaper4k takes a minute for one
    took = {}
    for key, publisher, body, url in pages * passes:
        if name == "fundus" and publisher not in parsers:
            continue
        started = time.process_time()
        try:
            call(body, publisher, url)
        except Exception as error:
            print(name, key, error, file=sys.stderr)
        took.setdefault(key, []).append(1000 * (time.process_time() - started))
    print(json.dumps({"name": name, "took": {key: statistics.median(all_of) for key, all_of in took.items()}}))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--corpus", type=Path, default=os.environ.get("NEWSCRAWL_CORPUS", ROOT.parent / "shared" / "corpus")
    )
    options.add_argument("--pin", action="store_true")
    options.add_argument("--peers", help="a Python with fundus and newspaper4k")
    chosen = options.parse_args()
    corpus = Path(chosen.corpus)
    by_source = scores(corpus)
    for source, found in by_source.items():
        print(f"{source:24}" + "  ".join(f"{field} {found[field]:6.2f}" for field in FIELDS if field in found))
    if chosen.pin:
        PINS.write_text(json.dumps({"corpus": digest(corpus), "scores": by_source}, indent=1, sort_keys=True) + "\n")
        return
    speed(corpus, chosen.peers)


def digest(corpus: Path) -> str:
    return hashlib.sha256((corpus / "pages.jsonl").read_bytes()).hexdigest()


def has_rules(source: str) -> bool:
    return (ROOT / "spiders" / f"{source}.py").is_file()


def predictions(corpus: Path) -> dict[str, Any]:
    out = io.StringIO()
    extract_pages(corpus / "pages.jsonl", corpus, out)
    return {one["id"]: one for one in map(json.loads, out.getvalue().splitlines())}


def scorer(corpus: Path) -> Any:
    """Return the corpus' own scorer as a module."""
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(corpus / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entries(corpus: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (corpus / "pages.jsonl").read_text("utf-8").splitlines()]


def scores(corpus: Path, found: Mapping[str, Any] | None = None) -> dict[str, dict[str, float]]:
    """Return the scores in percent of every source with rules, and of all others together as `generic`."""
    found = predictions(corpus) if found is None else found
    score = scorer(corpus)
    rouge = score.Rouge(score.load_punkt(None))
    rows: dict[str, list[dict[str, Any]]] = {}
    for entry in entries(corpus):
        if entry.get("variant_of") or entry["kind"] in ("invalid", "live"):
            continue
        source = entry["source"] if has_rules(entry["source"]) else "generic"
        rows.setdefault(source, []).append(score.score_page(entry, found.get(entry["id"]), rouge))
    return {source: _means(group) for source, group in sorted(rows.items())}


def _means(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    values = {field: [row[field] for row in rows if row.get(field) is not None] for field in FIELDS}
    return {field: round(100 * statistics.mean(found), 2) for field, found in values.items() if found}


def speed(corpus: Path, peers: str | None) -> None:
    """Print CPU milliseconds per page on the same pages, the median of three passes."""
    pages = [one for one in entries(corpus) if not one.get("variant_of")]
    bodies = {one["id"]: gzip.decompress((corpus / one["html"]).read_bytes()) for one in pages}
    ruled = [one for one in pages if has_rules(one["source"])]
    plain = [{**one, "source": "no_such_source"} for one in pages]
    whole = {
        "newscrawl rules": timed(ruled, lambda one: read_page(one, bodies[one["id"]])),
        "newscrawl generic": timed(plain, lambda one: read_page(one, bodies[one["id"]])),
        "trafilatura with metadata": timed(pages, lambda one: _trafilatura(bodies[one["id"]])),
    }
    if peers:
        whole |= _peers(pages, corpus, peers)
    for name, took in whole.items():
        shared = [key for key in took if key in whole["newscrawl rules"]]
        on_shared = statistics.mean(took[key] for key in shared) if shared else float("nan")
        mean = statistics.mean(took.values())
        print(f"{name:28} {len(took):4} pages {mean:7.1f} ms; on pages with rules {on_shared:7.1f} ms")
    if "fundus" in whole:
        both = sorted(whole["fundus"].keys() & whole["newscrawl rules"].keys())
        ours, theirs = (statistics.mean(whole[name][key] for key in both) for name in ("newscrawl rules", "fundus"))
        print(f"both have rules for {len(both)} pages: newscrawl {ours:.1f} ms, fundus {theirs:.1f} ms")
        by_page = statistics.median(whole["newscrawl rules"][key] / whole["fundus"][key] for key in both)
        print(f"ratio {ours / theirs:.2f}; median of the ratios by page {by_page:.2f}")


def timed(pages: Iterable[Mapping[str, Any]], call: Callable[[Mapping[str, Any]], Any]) -> dict[str, float]:
    """Return CPU milliseconds by page id."""
    found: dict[str, list[float]] = {}
    for _ in range(PASSES):
        for one in pages:
            started = time.process_time()
            call(one)
            found.setdefault(one["id"], []).append(1000 * (time.process_time() - started))
    return {key: statistics.median(took) for key, took in found.items()}


def _trafilatura(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        trafilatura.bare_extraction(body, with_metadata=True, include_comments=False)


def _peers(pages: Iterable[Mapping[str, Any]], corpus: Path, python: str) -> dict[str, dict[str, float]]:
    lines = "".join(
        json.dumps(
            {
                "id": one["id"],
                "publisher": one.get("fundus_publisher"),
                "html": str(corpus / one["html"]),
                "url": one["url"],
            }
        )
        + "\n"
        for one in pages
    )
    done = subprocess.run([python, "-c", PEERS], input=lines, capture_output=True, text=True, check=True)
    return {one["name"]: one["took"] for one in map(json.loads, done.stdout.splitlines())}


if __name__ == "__main__":
    main()
