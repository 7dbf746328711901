"""An invented newspaper whose articles are drawn by a script from data that it fetches."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Answer, Wire, page

SHELL = """<!doctype html><html lang="en"><head><title>The Reed</title>{head}</head>
<body><h1></h1><div id="text">Loading</div><script>window.article = {number};</script>{body}</body></html>"""
APP = """
const shown = document.getElementById("text");
fetch(`/data/${window.article}.json`).then(answer => answer.json()).then(article => {
    document.querySelector("h1").textContent = article.headline;
    shown.innerHTML = "";
    for (const text of article.paragraphs) {
        const paragraph = document.createElement("p");
        paragraph.textContent = text;
        shown.append(paragraph);
    }
});
"""


def shell(number: int, *, head: str = "", body: str = '<script src="/app.js"></script>') -> bytes:
    return SHELL.format(number=number, head=head, body=body).encode()


def data(number: int, *paragraphs: str) -> bytes:
    article = {"headline": f"Report {number}", "paragraphs": paragraphs or (f"Ship number {number} came in.",)}
    return page(json.dumps(article).encode(), kind="application/json")


def script(text: str) -> Answer:
    return page(text.encode(), kind="text/javascript")


def publish(wire: Wire, number: int, **options: str) -> str:
    """Put an article on the paper and return its URL."""
    wire.answers |= {
        f"/news/{number}": page(shell(number, **options)),
        f"/data/{number}.json": data(number),
        "/app.js": script(APP),
    }
    return wire.url(f"/news/{number}")


def browsers_of(ancestor: int) -> list[int]:
    """Return the processes of Chromium below a process."""
    parents, names = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            name, _, rest = stat.rpartition(")")
            parents[int(folder.name)], names[int(folder.name)] = int(rest.split()[1]), name.partition("(")[2]
    found = []
    for process in parents:
        above = process
        while above not in {0, ancestor}:
            above = parents.get(above, 0)
        if above == ancestor and names[process].startswith("chrom"):
            found.append(process)
    return found
