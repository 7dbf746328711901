"""The index of a page's elements: what it answers is what XPath finds."""

from __future__ import annotations

import pytest
from lxml import etree

from newscrawl.extract.elements import ElementIndex

_PAGE = """<html><head><title>mark</title><script>mark</script></head><body class="page mark">mark
<p id="a">one <b>two <i>three</i> mark</b> mark<br>mark <u><s>four</s>mark</u></p>mark<!-- a remark -->mark
<noscript><p>mark</p>mark</noscript>mark<div><p><em>mark</em></p><p>none</p></div>mark<style>mark</style>mark
<p data-x=""><span></span>mark</p><p id="b" class="mark"></p></body></html>"""
_SEEN = "[not(parent::script or parent::style or parent::template or parent::noscript or parent::title)]"


def _tree() -> etree._Element:
    return etree.fromstring(_PAGE, etree.HTMLParser())


@pytest.mark.parametrize("parts", [["mark"], ["one", "three", "two"], ["absent"], ["absent", "none"], ["m", "mark"]])
def test_holders_of_texts_are_those_that_xpath_finds_in_the_order_of_the_texts(parts: list[str]) -> None:
    tree = _tree()
    contains = " or ".join(f"contains(., '{part}')" for part in parts)
    expected = [text.getparent() for text in tree.xpath(f"//text()[{contains}]{_SEEN}")]
    assert ElementIndex(tree).holding(parts) == expected


@pytest.mark.parametrize("attribute", ["class", "id", "data-x", "absent"])
def test_elements_with_an_attribute_are_in_document_order(attribute: str) -> None:
    tree = _tree()
    assert ElementIndex(tree).having(attribute, "", lambda value: True) == tree.xpath(f"//*[@{attribute}]")


def test_a_value_counts_if_it_has_the_part_and_is_wanted() -> None:
    tree = _tree()
    index = ElementIndex(tree)
    assert index.having("class", "mark", lambda value: value.startswith("page")) == [tree.find("body")]
    assert index.having("id", "c", lambda value: True) == []
    assert index.contains("id", "b")
    assert not index.contains("id", "c")


def test_elements_by_tag_are_without_comments() -> None:
    tree = _tree()
    index = ElementIndex(tree)
    assert index.tagged("p") == list(tree.iter("p"))
    assert index.tagged(None) == list(tree.iter(etree.Element))
    assert index.tagged("table") == []
