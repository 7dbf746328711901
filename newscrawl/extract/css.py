"""CSS selectors of tags, ids, classes and attributes, matched in an index of a page's elements instead of by XPath.

Nearly all selectors of rules are such; of any other `steps_of` says that it has to be translated. What is found is what
cssselect's translation to XPath 1.0 finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash
from lxml import etree

from newscrawl.extract.elements import ElementIndex

_FEW = 100  # elements: asking each of so many for an attribute is cheaper than all elements of a page, a thousand
_XML_SPACE = str.maketrans("\t\r\n", "   ")  # what XPath's normalize-space() collapses
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda value, _: True,
    "=": lambda value, wanted: value == wanted,
    "*=": lambda value, wanted: wanted in value,
    "^=": lambda value, wanted: value.startswith(wanted),
    "$=": lambda value, wanted: value.endswith(wanted),
    "~=": lambda value, wanted: wanted in value and wanted in value.translate(_XML_SPACE).split(" "),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What an attribute of an element must be."""

    attribute: str
    operator: str
    wanted: str

    def holds(self, value: str) -> bool:
        return _OPERATORS[self.operator](value, self.wanted)

    def is_met_by(self, element: etree._Element) -> bool:
        value = element.get(self.attribute)
        return value is not None and self.holds(value)


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a selector: the tag and attributes of an element, and how it stands to that of the step before."""

    tag: str | None
    conditions: tuple[Condition, ...]
    is_child: bool  # of that element; else anywhere below it


def steps_of(tree: object) -> tuple[Step, ...] | None:
    """Return the steps of a parsed selector, outermost first; None if it is not one of tags, ids and attributes."""
    steps: list[Step] = []
    while isinstance(tree, CombinedSelector):
        if (
            tree.combinator not in (" ", ">")
            or (step := _step(tree.subselector, is_child=tree.combinator == ">")) is None
        ):
            return None
        steps.append(step)
        tree = tree.selector
    first = _step(tree, is_child=False)
    return None if first is None else (first, *reversed(steps))


def _step(node: object, *, is_child: bool) -> Step | None:
    conditions: list[Condition] = []
    while not isinstance(node, Element):
        condition = _condition(node)
        if condition is None:
            return None
        conditions.append(condition)
        node = node.selector  # type: ignore[attr-defined]  # every selector with a condition has one
    return None if node.namespace else Step(node.element and node.element.lower(), tuple(conditions[::-1]), is_child)


def _condition(node: object) -> Condition | None:
    if isinstance(node, Class):
        return Condition("class", "~=", node.class_name)
    if isinstance(node, Hash):
        return Condition("id", "=", node.id)
    if not isinstance(node, Attrib) or node.namespace or node.operator not in _OPERATORS or getattr(node, "flag", None):
        return None
    wanted = (node.value.value if node.value is not None else None) or ""
    if node.operator != "exists" and (not wanted or (node.operator == "~=" and len(wanted.split()) != 1)):
        return None  # the empty text, and white space in a word, have meanings of their own
    return Condition(node.attrib.lower(), node.operator, wanted)


def matching(index: ElementIndex, steps: Sequence[Step]) -> list[etree._Element]:
    """Return the elements that a selector finds, in document order."""
    found: list[etree._Element] = []
    for number, step in enumerate(steps):
        around = set(found)
        if number and not around:
            return []
        found = _elements(index, step)
        if number:
            found = [element for element in found if _stands_in(element, around, is_child=step.is_child)]
    return found


def _stands_in(element: etree._Element, around: set[etree._Element], *, is_child: bool) -> bool:
    if is_child:
        return element.getparent() in around
    return any(above in around for above in element.iterancestors())


def _may_be_found(index: ElementIndex, condition: Condition) -> bool:
    if condition.operator == "~=":
        return index.may_have_word(condition.attribute, condition.wanted)
    return condition.operator == "exists" or index.contains(condition.attribute, condition.wanted)


def _elements(index: ElementIndex, step: Step) -> list[etree._Element]:
    if not step.conditions:
        return index.tagged(step.tag)
    first, further = step.conditions[0], step.conditions[1:]
    if step.tag is not None and not index.has_read(first.attribute) and len(index.tagged(step.tag)) <= _FEW:
        few = index.tagged(step.tag)
        return [element for element in few if all(condition.is_met_by(element) for condition in step.conditions)]
    if not _may_be_found(index, first):
        return []
    return [
        element
        for element in index.having(first.attribute, first.wanted, first.holds)
        if (step.tag is None or element.tag == step.tag) and all(condition.is_met_by(element) for condition in further)
    ]
