"""Other markup of a page, as another template or day of its publisher has it: for robustness of extraction.

Every variation changes a tree in place and returns the paragraphs that it added; what else the article says stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree, html

FIGURE_SENTENCE = "Officials counted 4,210 households in the district, 318 more than at the end of the previous year."
LABEL = "What the council decided"
ITEMS = ("Fares rise by 4 percent from 1 March.", "The night line keeps its 12 stops.", "Children ride free.")
ROWS = (("District", "Votes"), ("Harbour", "4,118"), ("Old Town", "3,907"), ("Northern Hills", "2,266"))
TABLE = "<table>" + "".join(f"<tr><td>{name}</td><td>{votes}</td></tr>" for name, votes in ROWS) + "</table>"
QUOTE = "We have waited eleven years for this bridge, and we shall not wait for another, the mayor told the assembly."


@dataclass(frozen=True, slots=True)
class Text:
    """The article in a tree: the elements of its paragraphs, in document order, all children of one element."""

    tree: etree._Element
    paragraphs: list[etree._Element]

    @property
    def container(self) -> etree._Element:
        parent = self.paragraphs[0].getparent()
        if parent is None:
            raise ValueError("a paragraph without a parent")
        return parent


Vary = Callable[[Text], Sequence[str]]


def _insert(text: Text, markup: str, after: int = 1) -> None:
    text.paragraphs[after].addnext(html.fragment_fromstring(markup))


# What newsrooms put between paragraphs, and is news.


def with_subhead(text: Text) -> Sequence[str]:
    _insert(text, f"<h2>{LABEL}</h2>")
    return (LABEL,)


def with_list(text: Text) -> Sequence[str]:
    _insert(text, "<ul>" + "".join(f"<li>{item}</li>" for item in ITEMS) + "</ul>")
    return ITEMS


def with_table(text: Text) -> Sequence[str]:
    _insert(text, TABLE)
    return [f"{name} {votes}" for name, votes in ROWS]


def with_quotation(text: Text) -> Sequence[str]:
    _insert(text, f"<blockquote><p>{QUOTE}</p></blockquote>")
    return (QUOTE,)


def with_figures_in_a_figure(text: Text) -> Sequence[str]:
    _insert(text, f"<figure>{TABLE}</figure>")
    return [f"{name} {votes}" for name, votes in ROWS]


def with_paragraph_in_a_box(text: Text) -> Sequence[str]:
    _insert(text, f"<div><p>{FIGURE_SENTENCE}</p></div>")
    return (FIGURE_SENTENCE,)


def with_plain_paragraph(text: Text) -> Sequence[str]:
    _insert(text, f"<p>{FIGURE_SENTENCE}</p>")
    return (FIGURE_SENTENCE,)


# What stands between paragraphs or below, and is not the article.


def with_related_links(text: Text) -> Sequence[str]:
    links = "".join(f"<li><a href='/news/{n}'>Another article about the river, number {n}</a></li>" for n in range(3))
    _insert(text, f"<div class='related-content'><h3>Related</h3><ul>{links}</ul></div>")
    return ()


def with_read_more(text: Text) -> Sequence[str]:
    _insert(text, "<p><strong><a href='/news/9'>READ MORE: Ferry to the islands is late again</a></strong></p>")
    return ()


def with_newsletter(text: Text) -> Sequence[str]:
    sign_up = "<p>Get the news of the day in your inbox every morning.</p><form><input type='email'><button>Sign up"
    _insert(text, f"<div class='newsletter-signup'><h3>Morning letter</h3>{sign_up}</button></form></div>")
    return ()


def with_advertisement(text: Text) -> Sequence[str]:
    _insert(text, "<div class='ad-slot' aria-label='advertisement'><span>Advertisement</span></div>")
    return ()


def with_video(text: Text) -> Sequence[str]:
    _insert(text, "<div class='video-player'><p>Watch: the ferry leaves the port</p><span>02:14</span></div>")
    return ()


def with_captioned_picture(text: Text) -> Sequence[str]:
    caption = "The port in the evening, seen from the lighthouse. Photograph: A. Writer/Agency"
    _insert(text, f"<figure><img src='/port.jpg'><figcaption>{caption}</figcaption></figure>")
    return ()


def with_pull_quote(text: Text) -> Sequence[str]:
    words = "".join(text.paragraphs[0].itertext()).split()
    _insert(text, f"<aside class='pullquote'>{html_text(' '.join(words[:14]))}</aside>")
    return ()


def with_author_box(text: Text) -> Sequence[str]:
    box = "<p>A. Writer has covered the coast for this newspaper since 2009.</p>"
    text.container.append(html.fragment_fromstring(f"<div class='author-bio'>{box}</div>"))
    return ()


# Other markup and templates for the same text.


def with_wrapped_paragraphs(text: Text) -> Sequence[str]:
    for paragraph in text.paragraphs:
        _wrap([paragraph], "div")
    return ()


def with_wrapped_paragraph(text: Text) -> Sequence[str]:
    _wrap(text.paragraphs[1:2], "div")
    return ()


def with_second_container(text: Text) -> Sequence[str]:
    """Let the article go on in a second element beside the first, of the same kind."""
    second = etree.Element(text.container.tag, dict(text.container.attrib))
    second.attrib.pop("id", None)
    _split(text, second)
    return ()


def with_unnamed_second_container(text: Text) -> Sequence[str]:
    """Let the article go on in a second element beside the first, without its name."""
    _split(text, etree.Element("div"))
    return ()


def with_lead_above(text: Text) -> Sequence[str]:
    """Put the first paragraph before the element that holds the text."""
    lead = text.paragraphs[0]
    if text.container.getparent() is None or text.container.tag == "body":
        return ()
    container = text.container
    lead.tail = None
    container.addprevious(lead)
    return ()


def with_line_breaks(text: Text) -> Sequence[str]:
    """Put the second and third paragraph into one element, with two line breaks between them."""
    first, second = text.paragraphs[1:3]
    if first.getnext() is not second:
        return ()
    for _ in range(2):
        etree.SubElement(first, "br")
    first[-1].tail = second.text
    for child in list(second):
        first.append(child)
    second.drop_tree()
    return ()


def with_divisions(text: Text) -> Sequence[str]:
    """Make every paragraph a `<div>`."""
    for paragraph in text.paragraphs:
        paragraph.tag = "div"
    return ()


def with_renamed_classes(text: Text) -> Sequence[str]:
    """Give every class another ending, as style sheets that are compiled anew do."""
    for element in text.tree.xpath("//*[@class]"):
        element.set("class", " ".join(f"{name}--x7f3" for name in element.get("class").split()))
    return ()


def with_new_class_names(text: Text) -> Sequence[str]:
    """Give every class a name without meaning, as utility style sheets do."""
    names: dict[str, str] = {}
    for element in text.tree.xpath("//*[@class]"):
        renamed = (names.setdefault(name, f"u{len(names)}") for name in element.get("class").split())
        element.set("class", " ".join(renamed))
    return ()


def without_ids(text: Text) -> Sequence[str]:
    for element in text.tree.xpath("//*[@id][not(self::script)]"):
        del element.attrib["id"]
    return ()


def without_paragraph_attributes(text: Text) -> Sequence[str]:
    for paragraph in text.paragraphs:
        paragraph.attrib.clear()
    return ()


def without_figures(text: Text) -> Sequence[str]:
    for figure in text.tree.xpath("//figure"):
        figure.drop_tree()
    return ()


def without_asides(text: Text) -> Sequence[str]:
    for aside in text.tree.xpath("//aside"):
        if not any(paragraph in aside.iter() for paragraph in text.paragraphs):
            aside.drop_tree()
    return ()


def without_siblings(text: Text) -> Sequence[str]:
    """Remove what stands between the paragraphs: boxes of one day only."""
    for element in text.container.xpath("div | section | iframe | script"):
        is_small = len("".join(element.itertext())) < 200
        if is_small and element not in text.paragraphs and element.find(".//h2") is None:
            element.drop_tree()
    return ()


def without_headline_element(text: Text) -> Sequence[str]:
    for heading in text.tree.xpath("//h1"):
        heading.tag = "div"
    return ()


def html_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _wrap(elements: Sequence[etree._Element], tag: str) -> None:
    for element in elements:
        wrapper = etree.Element(tag)
        wrapper.tail, element.tail = element.tail, None
        element.addprevious(wrapper)
        wrapper.append(element)


def _split(text: Text, second: etree._Element) -> None:
    container, first = text.container, text.paragraphs[len(text.paragraphs) // 2]
    rest = [first, *first.itersiblings()]
    for element in rest:
        second.append(element)
    second.tail, container.tail = container.tail, None
    container.addnext(second)


NEWS: tuple[Vary, ...] = (
    with_plain_paragraph, with_paragraph_in_a_box, with_subhead, with_list, with_table, with_figures_in_a_figure,
    with_quotation,
)  # fmt: skip
BESIDE: tuple[Vary, ...] = (
    with_related_links, with_read_more, with_newsletter, with_advertisement, with_video, with_captioned_picture,
    with_pull_quote, with_author_box, without_figures, without_asides, without_siblings,
)  # fmt: skip
MARKUP: tuple[Vary, ...] = (
    with_wrapped_paragraphs, with_wrapped_paragraph, with_line_breaks, without_paragraph_attributes, without_ids,
    without_headline_element, with_renamed_classes,
)  # fmt: skip
TEMPLATE: tuple[Vary, ...] = (
    with_second_container, with_unnamed_second_container, with_lead_above, with_divisions, with_new_class_names,
)  # fmt: skip


def located(tree: etree._Element, paragraphs: Sequence[str]) -> Text | None:
    """Return where the paragraphs of a reading stand in a tree; None if fewer than five are children of one element."""
    wanted = {" ".join(text.split()) for text in paragraphs if len(text) >= 40}
    groups: dict[etree._Element, list[etree._Element]] = {}
    for element in tree.iter("p", "div"):
        if len(element.xpath(".//p | .//div")) == 0 and " ".join("".join(element.itertext()).split()) in wanted:
            groups.setdefault(element.getparent(), []).append(element)
    found = max(groups.values(), key=len, default=[])
    return Text(tree, found) if len(found) >= 5 else None


def copy_of(text: Text) -> Text:
    """Return a deep copy of a tree with its paragraphs."""
    order = {element: index for index, element in enumerate(text.tree.iter())}
    indexes = {order[paragraph] for paragraph in text.paragraphs}
    tree = deepcopy(text.tree)
    return Text(tree, [element for index, element in enumerate(tree.iter()) if index in indexes])
