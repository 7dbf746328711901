"""Text in elements that HTML does not know, and what stands at the edges of a text: all of it is read, in order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, Source
from tests.extract.levee import HEADLINE, TEXT, URL

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))


def read(body: str) -> Extraction:
    html = f"<html lang=en><head><title>{HEADLINE}</title></head><body><main>{body}</main></body></html>"
    return extract(Capture(URL, URL, 200, (), html.encode(), datetime(2026, 3, 12, tzinfo=UTC)), (), SOURCE)


def story(inner: str, top: str = "") -> str:
    return f"<article><h1>{HEADLINE}</h1>{top}<div class=copy>{inner}</div></article>"


def each(tag: str, texts: tuple[str, ...] = TEXT, attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>{text}</{tag}>" for text in texts)


@pytest.mark.parametrize(
    "inner",
    [
        each("x-paragraph"),
        f"<x-body>{each('x-paragraph')}</x-body>",
        f"<article-body>{each('text-block', attributes=' class=t')}</article-body>",
        "".join(f"<arc-text><p>{text}</p></arc-text>" for text in TEXT),
        f"<cms-text>{TEXT[0]}</cms-text><cms-image><img src=a.jpg></cms-image>{each('cms-text', TEXT[1:])}",
        each("span", attributes=' style="display:block"'),
        each("span", attributes=' style="margin: 0; display: block"'),
    ],
)
def test_components_and_blocks_by_style_are_paragraphs(inner: str) -> None:
    assert read(story(inner)).paragraphs == TEXT


@pytest.mark.parametrize("link", ["<x-link href=/a>{}</x-link>", "<gu-word>{}</gu-word>", "<span>{}</span>"])
def test_components_within_a_sentence_are_a_part_of_it(link: str) -> None:
    inner = "".join(f"<p>{text[:20]}{link.format(text[20:40])}{text[40:]}</p>" for text in TEXT)
    assert read(story(inner)).paragraphs == TEXT


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("<story-subhead>What it costs</story-subhead>", ("What it costs",)),
        ("<story-heading>What it costs</story-heading>", ("What it costs",)),
    ],
)
def test_component_that_is_named_a_heading_is_a_subhead(between: str, expected: tuple[str, ...]) -> None:
    inner = f"{each('story-text', TEXT[:1])}{between}{each('story-text', TEXT[1:])}"
    assert read(story(f"<story-body>{inner}</story-body>")).paragraphs == (TEXT[0], *expected, *TEXT[1:])


ANSWER = "The province pays a third, and the council the rest."


@pytest.mark.parametrize(
    "box",
    [
        f"<details open><summary>Who pays?</summary><p>{ANSWER}</p></details>",
        f"<details><summary>Who pays?</summary><div><p>{ANSWER}</p></div></details>",
        f"<amp-accordion><section><h4>Who pays?</h4><p>{ANSWER}</p></section></amp-accordion>",
        f"<div class=kg-toggle-card><div><h4>Who pays?</h4></div><div><p>{ANSWER}</p></div></div>",
        f"<div class=faq><h3>Who pays?</h3><div><p>{ANSWER}</p></div></div>",
    ],
)
def test_question_is_read_with_its_answer(box: str) -> None:
    paragraphs = read(story(f"{each('p', TEXT[:2])}{box}{each('p', TEXT[2:])}")).paragraphs
    assert paragraphs == (*TEXT[:2], "Who pays?", ANSWER, *TEXT[2:])


VOTES = "<table><tr><th>Ward</th><th>For</th></tr><tr><td>North</td><td>six</td></tr></table>"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (VOTES, ("Ward For", "North six")),
        ("<ul><li>North ward: six for, none against</li></ul>", ("North ward: six for, none against",)),
        ("<ol><li>Height: 4.2 metres</li><li>Cost: 9 million</li></ol>", ("Height: 4.2 metres", "Cost: 9 million")),
        ("<dl><dt>North bank</dt><dd>4.2 metres</dd></dl>", ("North bank", "4.2 metres")),
    ],
)
def test_tables_and_lists_at_the_edges_of_the_text_are_read(block: str, expected: tuple[str, ...]) -> None:
    assert read(story(each("p") + block)).paragraphs == (*TEXT, *expected)
    assert read(story(each("p", TEXT[:2]) + block + each("p", TEXT[2:]))).paragraphs == (
        *TEXT[:2],
        *expected,
        *TEXT[2:],
    )


@pytest.mark.parametrize(
    "beside",
    [
        "<ul><li><a href=/a>Storm warning issued for Thursday</a></li><li><a href=/b>Mayor resigns</a></li></ul>",
        "<ul class=tags><li><a href=/t/a>Levee</a></li><li><a href=/t/b>Flood</a></li></ul>",
        "<ul><li>Share</li><li>Print</li><li>Save</li></ul>",
    ],
)
def test_links_tags_and_controls_behind_the_text_are_left_out(beside: str) -> None:
    assert read(story(each("p") + beside)).paragraphs == TEXT


STANDFIRST = "The wall along the northern bank rises by a metre, and farmers on the other side of it fear the water"


@pytest.mark.parametrize("name", ["", "standfirst", "css-1x"])
@pytest.mark.parametrize("end", ["", ".", "?"])
def test_standfirst_right_below_the_headline_is_read_whatever_its_name(name: str, end: str) -> None:
    top = f"<p class='{name}'>{STANDFIRST}{end}</p>"
    assert read(story(each("p"), top)).paragraphs == (STANDFIRST + end, *TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "Published on Thursday 12 March 2026 at 14:05 GMT, updated at 15:10 GMT",
        "By Ada Lind and Bo Ek, our correspondents for the marshes and the coast",
        "<a href=/flood>Read all that we have reported on the flood and the levee</a>",
    ],
)
def test_bylines_dates_and_links_below_the_headline_are_no_standfirst(line: str) -> None:
    assert read(story(each("p"), f"<div>{line}</div>")).paragraphs == TEXT


def test_first_paragraph_in_an_element_of_its_own_before_a_box_is_read() -> None:
    box = "<div class=box><h3><a href=/a>Storm warning issued</a></h3></div>"
    lead = f"<div class=q><p>{TEXT[0]}</p></div>{box}<div class=z>{each('p', TEXT[1:])}</div>"
    assert read(f"<h1>{HEADLINE}</h1>{lead}").paragraphs == TEXT
