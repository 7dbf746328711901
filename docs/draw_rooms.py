"""Draw docs/rooms.svg from the import graph: rooms in the layers of their contract, an arrow per import.

An import that another chain of arrows implies is left out, and so are those of the leaves at the bottom, which every
room may import: what is left can be read.

The list of files in docs/architecture.md is made here too, from their docstrings and public names.

`python docs/draw_rooms.py` writes both; `--check` fails if one differs from what the code says now.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # grimp finds packages by it: `spiders` and `pipelines` are installed nowhere
PICTURE = ROOT / "docs" / "rooms.svg"
PAGE = ROOT / "docs" / "architecture.md"
LIST_BEGINNING = "<!-- The list below is written by docs/draw_rooms.py. -->\n"
LEAVES = {
    "config",
    "project",
    "logs",
    "items",
    "policy_spec",
    "errors",
    "clock",
    "languages",
    "percent_encoding",
    "tracking_parameters",
}
WIDTH, ROW, BOX_HEIGHT, MARGIN, CHARACTER = 1120, 66, 32, 20, 7.4
Box = tuple[float, float, float]  # centre x, top y, width


def layers() -> list[list[str]]:
    """Return the rooms from top to bottom, as the contract of layers in pyproject.toml orders them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    stated = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    rooms = [[room.strip().removeprefix("newscrawl.") for room in layer.split("|")] for layer in stated]
    return [["spiders", "pipelines"], *rooms]


def imports() -> Iterator[tuple[str, str]]:
    """Yield the (importer, imported) pairs to draw."""
    graph = grimp.build_graph("newscrawl", "pipelines", "spiders", exclude_type_checking_imports=True)
    known = {room for layer in layers() for room in layer}
    pairs = {
        (_room(importer), _room(imported))
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    drawn = {pair for pair in pairs if pair[0] != pair[1] and set(pair) <= known - LEAVES}
    yield from sorted(pair for pair in drawn if not _is_implied(pair, drawn))


def _is_implied(pair: tuple[str, str], pairs: set[tuple[str, str]]) -> bool:
    """Return whether a longer chain of imports leads from the first room to the second."""
    importer, imported = pair
    seen, waiting = set(), [there for here, there in pairs if here == importer and there != imported]
    while waiting:
        room = waiting.pop()
        if room not in seen:
            seen.add(room)
            waiting += [there for here, there in pairs if here == room]
    return imported in seen


def _room(module: str) -> str:
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "newscrawl" else package


def drawing() -> str:
    boxes = _boxes(layers())
    height = max(top for _, top, _ in boxes.values()) + BOX_HEIGHT + MARGIN
    arrows = "\n".join(_arrow(boxes[importer], boxes[imported]) for importer, imported in imports())
    labels = "\n".join(_box(room, place) for room, place in boxes.items())
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" font-family="sans-serif" '
            'font-size="13">',
            "<title>Rooms of newscrawl and their imports</title>",
            '<defs><marker id="head" markerWidth="7" markerHeight="7" refX="6" refY="3.5" orient="auto">'
            '<path d="M0 0 7 3.5 0 7z" fill="#7a869a"/></marker></defs>',
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            '<g stroke="#7a869a" stroke-width="0.9" fill="none" marker-end="url(#head)">',
            arrows,
            "</g>",
            labels,
            "</svg>\n",
        )
    )


def _boxes(rows: list[list[str]]) -> dict[str, Box]:
    places: dict[str, Box] = {}
    for number, row in enumerate(rows):
        widths = [len(room) * CHARACTER + 28 for room in row]
        gap = (WIDTH - 2 * MARGIN - sum(widths)) / (len(row) + 1)
        left = MARGIN + gap
        for room, width in zip(row, widths, strict=True):
            places[room] = (left + width / 2, MARGIN + number * ROW, width)
            left += width + gap
    return places


def _arrow(importer: Box, imported: Box) -> str:
    (x1, y1, _), (x2, y2, _) = importer, imported
    start, end = y1 + BOX_HEIGHT, y2
    bend = (end - start) / 2
    return f'<path d="M{x1:.0f} {start:.0f}C{x1:.0f} {start + bend:.0f} {x2:.0f} {end - bend:.0f} {x2:.0f} {end:.0f}"/>'


def _box(room: str, place: Box) -> str:
    x, y, width = place
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y:.0f}" width="{width:.0f}" height="{BOX_HEIGHT}" rx="5" fill="#eef3fb" '
        f'stroke="#2f4f7f"/><text x="{x:.0f}" y="{y + 21:.0f}" text-anchor="middle" fill="#10233f">'
        f"{escape(room)}</text>"
    )


def files() -> str:
    """Return the list of files, each with the first line of its docstring and its public names."""
    lines: list[str] = []
    for folder in sorted({path.parent for top in ("newscrawl", "pipelines") for path in (ROOT / top).rglob("*.py")}):
        lines += [line for path in sorted(folder.glob("*.py")) if (line := _file(path))]
    return "\n".join(lines) + "\n"


def _file(path: Path) -> str:
    """Return the line of one file; none for an empty file."""
    module = ast.parse(path.read_text("utf-8"))
    text = (ast.get_docstring(module) or "").partition("\n")[0]
    listed = f" ({', '.join(f'`{name}`' for name in _names(module))})" if _names(module) else ""
    return f"- `{path.relative_to(ROOT)}`: {text.removesuffix('.')}{listed}." if text else ""


def _names(module: ast.Module | ast.ClassDef) -> list[str]:
    """Return the public classes and functions; the methods of a class follow it, each with a dot."""
    names: list[str] = []
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            names.append(node.name)
            if isinstance(node, ast.ClassDef):
                names += [f".{name}" for name in _names(node)]
    return names


def main() -> int:
    page = PAGE.read_text("utf-8")
    now = {PICTURE: drawing(), PAGE: page.partition(LIST_BEGINNING)[0] + LIST_BEGINNING + files()}
    if "--check" in sys.argv[1:]:
        return 0 if all(path.read_text("utf-8") == text for path, text in now.items()) else 1
    for path, text in now.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
