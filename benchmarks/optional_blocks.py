"""Blocks beside an article's text: each one of a page removed, and invented ones of each kind put between paragraphs.

`python -m benchmarks.optional_blocks [--step N] [--list]` counts, over every Nth page of the corpus, how many of these
variations are read as another wording, with rules and without; `--list` names them.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lxml import etree, html

from benchmarks.extract_bench import default_corpus, entries
from benchmarks.page_variations import Text, copy_of, located
from benchmarks.robustness_bench import Entry, _reader, generically, predicted
from newscrawl.extract.charset import decode
from newscrawl.items import Source
from newscrawl.normalize import wording_digest
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import source_names

_LINKS = "".join(f"<li><a href='/news/{n}'>Island {n} gets its ferry back after the winter</a></li>" for n in range(3))
# By kind: as a template names it, and without a name that says what it is.
BLOCKS = {
    "newsletter": (
        "<div class='newsletter-signup'><h3>Harbour Letter</h3><p>The news of the coast in your inbox every Friday.</p>"
        "<form><input type='email' placeholder='E-mail'><button>Sign up</button></form></div>",
        "<div class='c-box'><h3>Harbour Letter</h3><p>Sign up for our newsletter and get the news of the coast every "
        "Friday.</p><form><input type='email'><button>Sign up</button></form></div>",
    ),
    "related": (
        f"<aside class='related-articles'><h4>Related</h4><ul>{_LINKS}</ul></aside>",
        f"<div class='c-box'><h4>More on this</h4><ul>{_LINKS}</ul></div>",
    ),
    "teaser": (
        "<p class='read-more'>Read more: <a href='/news/9'>Lighthouse keeper retires after forty winters</a></p>",
        "<p><a href='/news/9'>Lighthouse keeper retires after forty winters</a></p>",
    ),
    "advertisement": (
        "<div class='ad-slot' id='ad-3'><span>Advertisement</span></div>",
        "<div class='c-box'><div>Advertisement</div><div id='gpt-4711'></div></div>",
    ),
    "embed": (
        "<div class='embed-placeholder'><p>To show this content from Instagram we need your consent.</p>"
        "<button>Allow</button></div>",
        "<blockquote class='twitter-tweet'><p>Standing at the quay since six. No ferry, no bus, no tea.</p>"
        "&mdash; Ada Quill (@adaquill) <a href='https://twitter.com/adaquill/status/1'>3 March 2026</a></blockquote>",
    ),
    "share bar": (
        "<div class='share-bar'><ul><li><a href='#'>Facebook</a></li><li><a href='#'>WhatsApp</a></li></ul></div>",
        "<ul class='c-box'><li><a href='https://www.facebook.com/sharer/sharer.php?u=x'>Facebook</a></li>"
        "<li><a href='https://api.whatsapp.com/send?text=x'>WhatsApp</a></li>"
        "<li><a href='mailto:?body=x'>E-mail</a></li></ul>",
    ),
    "caption": (
        "<figure><img src='/quay.jpg'><figcaption>The quay in the evening.</figcaption></figure>",
        "<div class='c-box'><img src='/quay.jpg'><p>The quay in the evening, seen from the lighthouse.</p></div>",
    ),
    "credit": (
        "<p class='credit'>Photograph: Ada Quill/Coast Agency</p>",
        "<p>Photo: Ada Quill / Coast Agency</p>",
    ),
    "donation": (
        "<div class='donation-banner'><p>Support independent journalism on the coast with a donation.</p></div>",
        "<p><em>Please consider supporting our work with a donation, however small it may be.</em></p>",
    ),
    "app": (
        "<div class='app-promo'><a href='/app'>Get our app</a></div>",
        "<p><strong>Download our free app to get the news of the coast first.</strong></p>",
    ),
    "poll": (
        "<div class='poll'><h4>Should the ferry sail on Sundays?</h4><form><label><input type='radio'>Yes</label>"
        "<label><input type='radio'>No</label><button>Vote</button></form></div>",
        "<form class='c-box'><p>Should the ferry sail on Sundays?</p><label><input type='radio'>Yes</label>"
        "<label><input type='radio'>No</label><button>Vote</button></form>",
    ),
    "author card": (
        "<div class='author-card'><img src='/ada.jpg'><p>Ada Quill has covered the coast since 2009.</p></div>",
        "<div class='c-box'><img src='/ada.jpg'><p><a href='/author/ada-quill'>Ada Quill</a></p>"
        "<p>Ada Quill has covered the coast for this newspaper since 2009.</p></div>",
    ),
    "offer": (
        "<div class='paywall-teaser'><p>Read on with a trial month for one crown.</p>"
        "<a href='/subscribe'>Subscribe</a></div>",
        "<div class='c-box'><p>Subscribe now and read all articles for one crown in the first month.</p>"
        "<a href='/subscribe'>Subscribe</a></div>",
    ),
}  # fmt: skip
MAX_REMOVED = 12  # blocks of a page
_MAX_SIZE = 600  # characters of a block that is removed
_BOXES = "figure | aside | div | section | ul | iframe | form | blockquote | p"


@dataclass(frozen=True, slots=True)
class Variation:
    """A page with one block more or less."""

    name: str
    tree: etree._Element


def variations(text: Text, left_out: Sequence[str], *, offset: int, step: int) -> Iterator[Variation]:
    """Yield every `step`th variation of a page, from the one at `offset`; `left_out` are its optional texts."""
    last = len(text.paragraphs) - 1
    makers = [
        partial(_with_block, text, kind, number, at)
        for kind, markups in BLOCKS.items()
        for number in range(len(markups))
        for at in sorted({0, last // 2, last - 1})
    ]
    makers += [partial(_without_block, text, index) for index in range(len(_optional_blocks(text, left_out)))]
    for maker in makers[offset % step :: step]:
        yield maker(left_out) if maker.func is _without_block else maker()


def _with_block(text: Text, kind: str, number: int, at: int) -> Variation:
    varied = copy_of(text)
    paragraph, block = varied.paragraphs[at], html.fragment_fromstring(BLOCKS[kind][number])
    block.tail, paragraph.tail = paragraph.tail, None
    paragraph.addnext(block)
    return Variation(f"with {kind} {number + 1} behind paragraph {at + 1}", varied.tree)


def _without_block(text: Text, index: int, left_out: Sequence[str]) -> Variation:
    varied = copy_of(text)
    block = _optional_blocks(varied, left_out)[index]
    name = f"without <{block.tag} class={block.get('class', '')!r}> {_text_of(block)[:60]!r}"
    block.drop_tree()
    return Variation(name, varied.tree)


def _optional_blocks(text: Text, left_out: Sequence[str]) -> list[etree._Element]:
    """Return the blocks beside the paragraphs that hold none of the text: boxes without words, and optional texts."""
    known = {" ".join(each.split()) for each in left_out}
    boxes = [
        element
        for element in text.container.xpath(_BOXES)
        if element not in text.paragraphs and len(_text_of(element)) < _MAX_SIZE
    ]
    return [box for box in boxes if _is_without_words(box) or _text_of(box) in known][:MAX_REMOVED]


def _is_without_words(element: etree._Element) -> bool:
    return not _text_of(element) or (element.tag in ("figure", "aside", "iframe") and element.find(".//table") is None)


def _text_of(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def varied_page(corpus: Path, step: int, numbered: tuple[int, Entry]) -> tuple[Counter[str], list[str]]:
    """Return how many variations of a page were read, by reader, and those that were read as another wording."""
    number, entry = numbered
    _, utf8 = decode(gzip.decompress((corpus / entry["html"]).read_bytes()), None)
    tree = html.document_fromstring(utf8, parser=html.HTMLParser(encoding="utf-8"))
    by_rules = _reader(entry) if entry["source"] in source_names() else None
    readers = {"generic": generically(_generic(entry), "")} | (
        {"rules": by_rules} if by_rules and by_rules.layouts else {}
    )
    counts: Counter[str] = Counter()
    changed = []
    for name, reader in readers.items():
        before = _read(entry, tree, reader)
        text = located(tree, before["paragraphs"])
        if text is None:
            continue
        digest = wording_digest(before["title"] or "", before["paragraphs"])
        for varied in variations(text, before.get("optional", ()), offset=number, step=step):
            read = _read(entry, varied.tree, reader)
            counts[name] += 1
            if wording_digest(read["title"] or "", read["paragraphs"]) != digest:
                changed.append(f"{name} {entry['id']} {varied.name} {_difference(before, read)}")
    return counts, changed


def _difference(before: dict[str, list[str]], after: dict[str, list[str]]) -> str:
    old, new = Counter(before["paragraphs"]), Counter(after["paragraphs"])
    return f"-{[text[:50] for text in (old - new)][:3]} +{[text[:50] for text in (new - old)][:3]}"


def _generic(entry: Entry) -> PageReader:
    return (
        _reader(entry)
        if entry["source"] in source_names()
        else PageReader.of(Source(entry["source"], entry["source"], ()))
    )


def _read(entry: Entry, tree: etree._Element, reader: PageReader) -> dict[str, list[str]]:
    body = etree.tostring(tree, method="html", encoding="utf-8")
    return predicted({**entry, "headers": {"content-type": "text/html; charset=utf-8"}}, body, reader)


def measured(corpus: Path, step: int, step_of_variations: int) -> tuple[Counter[str], list[str]]:
    """Return how many variations were read, and those of another wording, over every `step`th article."""
    articles = [entry for entry in entries(corpus) if entry["kind"] == "article" and not entry.get("variant_of")]
    counts: Counter[str] = Counter()
    changed: list[str] = []
    with ProcessPoolExecutor() as pool:
        read = partial(varied_page, corpus, step_of_variations)
        for of_page, changed_of_page in pool.map(read, enumerate(articles[::step]), chunksize=2):
            counts += of_page
            changed += changed_of_page
    return counts, changed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--step", type=int, default=1, help="every Nth page is varied")
    parser.add_argument("--every", type=int, default=1, help="every Nth variation of a page is read")
    parser.add_argument("--list", action="store_true", help="name the variations that are read as another wording")
    arguments = parser.parse_args()
    counts, changed = measured(arguments.corpus, arguments.step, arguments.every)
    for reader, count in sorted(counts.items()):
        wrong = sum(line.startswith(reader) for line in changed)
        print(f"{reader:8} {count} variations, {wrong} of another wording ({100 * wrong / count:.2f} %)")
    if arguments.list:
        print(*changed, sep="\n")


if __name__ == "__main__":
    main()
