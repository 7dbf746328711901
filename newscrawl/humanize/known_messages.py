"""English text of ours, which is stored with a change or comes with an error, in the language of the reader.

What turned one version into another is summed up when it is recorded, in English; rooms that know of no reader say in
English what is wrong. Here their messages are recognised by their fixed words, and their values are kept. What is not
recognised, such as the words of an operator, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from newscrawl.humanize.locales import N_, NN_, current, filled, gettext, raw, raw_plural, signed_text

MAX_LENGTH = 600  # of a text in which messages are sought
_WEIGHT = re.compile(r"[+-][0-9]{1,4}\.[0-9]{2}\)")


@dataclass(frozen=True, slots=True)
class Said:
    """A message with its values, as text is made of it; with a `plural`, the value `num` is its number."""

    message: str
    values: Mapping[str, str | float | Said] = field(default_factory=dict)
    plural: str = ""
    number: int = 0

    def form(self) -> str:
        """Return the message in the current language, its values not yet filled in."""
        return raw_plural(self.message, self.plural, self.number) if self.plural else raw(self.message)

    def filling(self) -> dict[str, str]:
        """Return the values, those that are words of ours in the current language."""
        number = filled({"num": self.number}) if self.plural else {}
        return {name: _filled(value) for name, value in self.values.items()} | number

    def is_apart(self, name: str) -> bool:
        """Return whether a value is none of our words, and is read in a direction of its own."""
        return name in self.values and self.values[name] not in WORDS

    def text(self) -> str:
        return self.form() % self.filling()


def _filled(value: str | float | Said) -> str:
    if isinstance(value, Said):
        return value.text()
    if isinstance(value, float):
        return signed_text(value)
    return gettext(value) if value in WORDS else value


# What is changed, as summaries and the reasons of a significance name it.
NOUNS = (
    N_("negation"), N_("opposite"), N_("role"), N_("roles"), N_("number"), N_("name"), N_("place"), N_("speaker"),
    N_("thing"), N_("cause"), N_("time"), N_("modality"), N_("hedge"), N_("attribution"),
)  # fmt: skip
REASONS = (
    N_("negation"), N_("negation reworded"), N_("opposite"), N_("roles"), N_("place"), N_("speaker"), N_("thing"),
    N_("cause"), N_("modality"), N_("numbers"), N_("names"), N_("time"), N_("numbers in a date"), N_("quotes altered"),
    N_("quotes reworded"), N_("quotes removed"), N_("quotes added"), N_("attribution"), N_("hedging"),
    N_("hedging by a modal verb"), N_("correction note"), N_("update note"), N_("text"), N_("typo"), N_("byline"),
    N_("dates"), N_("boilerplate"), N_("moved"), N_("typography"), N_("headline"), N_("lede"), N_("wording"),
    N_("added"), N_("removed"), N_("sum limited to 1"),
)  # fmt: skip
WORDS = frozenset((*NOUNS, *REASONS))
CLAUSES = (
    N_("only typography differs"), N_("only boilerplate changed"), N_("the byline changed"),
    N_("the date of publication changed"), N_("reworded"), N_("a typo was corrected"), N_("a typo slipped in"),
    N_("spelling differs"), N_("correction note added"), N_("update note added"), N_("headline reworded"),
    N_("lede changed"), N_("first read from its page; others had brought the text before"),
    N_("read by others in another way than the text before"),
)  # fmt: skip
# Of values in a clause the longest forms come first: each is taken by the first that fits.
VALUED = (
    N_("correction note added on %(old)s → %(new)s"), N_("correction note added on %(fact)s"),
    N_("update note added on %(old)s → %(new)s"), N_("update note added on %(fact)s"),
)  # fmt: skip
FACTS = (N_("%(noun)s %(old)s → %(new)s"), N_("%(noun)s %(fact)s added"), N_("%(noun)s %(fact)s removed"))
SEVERAL = N_("%(noun)s: %(count)s changed (%(example)s, …)")
PAIR = N_("%(old)s → %(new)s")
EXAMPLES = (N_("%(fact)s added"), N_("%(fact)s removed"))
COUNTED = (
    NN_("%(num)s quote altered", "%(num)s quotes altered"), NN_("%(num)s quote removed", "%(num)s quotes removed"),
    NN_("%(num)s quote added", "%(num)s quotes added"),
    NN_("%(num)s paragraph added", "%(num)s paragraphs added"),
    NN_("%(num)s paragraph removed", "%(num)s paragraphs removed"),
    NN_("%(num)s paragraph edited", "%(num)s paragraphs edited"),
    NN_("%(num)s paragraph moved", "%(num)s paragraphs moved"),
    NN_("%(num)s paragraph split", "%(num)s paragraphs split"),
    NN_("%(num)s paragraph merged", "%(num)s paragraphs merged"),
)  # fmt: skip
DETAILS = (
    N_("a few words changed"), N_("the stated authors differ"), N_("the date of publication differs"),
    N_("lines of the page, not of the article"), N_("paragraphs in another order"),
    N_("only punctuation marks and spaces"), N_("%(share)s of the text changed"), N_("the first paragraph changed"),
    N_("says something else, as the text does: %(pairs)s"), N_("says something else, as the text does"),
    N_("says something else: %(pairs)s"), N_("says something else"), N_("reworded: %(pairs)s"), N_("reworded"),
)  # fmt: skip
COUNTED_DETAILS = (
    NN_("%(num)s paragraph", "%(num)s paragraphs"), NN_("%(num)s line", "%(num)s lines"),
    NN_("%(num)s typo corrected", "%(num)s typos corrected"),
    NN_("%(num)s typo slipped in", "%(num)s typos slipped in"),
    NN_("%(num)s other spelling", "%(num)s other spellings"),
)  # fmt: skip
_COUNTED_DETAILS = {
    "paragraph": COUNTED_DETAILS[0], "line": COUNTED_DETAILS[1], "corrected": COUNTED_DETAILS[2],
    "slipped in": COUNTED_DETAILS[3], "spelling": COUNTED_DETAILS[4],
}  # fmt: skip
# What errors say that rooms without a reader raise.
ERRORS = (
    N_("there is no language %(name)s here; there are %(languages)s"),
    N_("there is no time zone %(name)s; did you mean %(near)s?"),
    N_("there is no time zone %(name)s; zones have names such as Europe/Berlin"),
    N_("no article %(article)s"), N_("no version %(number)s of article %(article)s"),
    N_("version %(number)s has no stored payload"), N_("nothing was recorded of a source %(source)s"),
    N_("no subscription has this feed"), N_("no cursor of this list: %(cursor)s"),
    N_("This article is hidden"), N_("This article is hidden: %(reason)s"),
    N_("This article was erased by order on %(date)s: %(reason)s"),
    N_("Version %(number)s is hidden"), N_("Version %(number)s is hidden: %(reason)s"),
    N_("Version %(number)s was erased by order on %(date)s: %(reason)s"),
    N_("The page of version %(number)s is hidden"), N_("The page of version %(number)s is hidden: %(reason)s"),
    N_("The page of version %(number)s was erased by order on %(date)s: %(reason)s"),
    N_("The evidence of version %(number)s is hidden"), N_("The evidence of version %(number)s is hidden: %(reason)s"),
    N_("The evidence of version %(number)s was erased by order on %(date)s: %(reason)s"),
    N_("Our error, not an edit by %(publisher)s: %(reason)s"),
    N_("it is the page of a hidden version, too"), N_("this archive has no transparency log"),
    N_("this archive has signed no checkpoint of a transparency log"), N_("the log has no such tile"),
    N_("the checkpoint of %(number)s entries is signed by no key of the log"),
    N_("version %(number)s is not covered by a checkpoint of the log yet"),
    N_("this query takes the database too long; narrow it by source or day"),
    N_("OR stands between two words or phrases; the word itself is found as “or”"),
    N_("a beginning of words needs %(letters)s letters before its *: %(word)s"),
    N_("more than %(number)s words are sought: leave some out"),
    N_("more than %(number)s words begin with “%(beginning)s”: type more of its letters"),
)  # fmt: skip


def translated(text: str) -> str:
    """Return a text in the current language if it is a message of ours, or made of such; else as it is."""
    said = recognised(text)
    if said is None or current().language == "en":
        return text
    line = gettext("; ").join(part.text() for part in said)
    return line[:1].upper() + line[1:] if text[:1].isupper() else line


def recognised(text: str) -> tuple[Said, ...] | None:
    """Return the messages of ours that a text is made of, several of a summary; None if it is made of other words."""
    if len(text) > MAX_LENGTH:
        return None
    error = _first(ERRORS, text)
    if error is not None:
        why = _first(ERRORS, str(error.values.get("reason", "")))
        return (Said(error.message, {**error.values, "reason": why}) if why else error,)
    reason = _reason(text)
    return (reason,) if reason is not None else _summary(text)


@lru_cache(maxsize=2048)
def _summary(text: str) -> tuple[Said, ...] | None:
    found: list[Said] = []
    for index, clause in enumerate(text.split("; ")):
        said = _clause(clause[:1].lower() + clause[1:] if index == 0 else clause)
        if not said:
            return None
        found += said
    return tuple(found)


def _clause(text: str) -> tuple[Said, ...]:
    """Return the messages of a clause: one, or one for each operation on paragraphs; none if it is not known."""
    if text in CLAUSES:
        return (Said(text),)
    number, _, rest = text.partition(" ")
    if number.replace(",", "").isdecimal():
        return _counted_clause(int(number.replace(",", "")), rest)
    said = _first(VALUED, text) or _fact(text)
    return (said,) if said else ()


def _counted_clause(number: int, rest: str) -> tuple[Said, ...]:
    several = _several(number, rest)
    if several is not None:
        return (several,)
    first, *others = rest.split(", ")
    noun, _, operation = first.rpartition(" ")
    known = {plural.partition(" ")[2]: (singular, plural) for singular, plural in COUNTED}
    forms = known.get(f"{noun.removesuffix('s')}s {operation}")
    if forms is None:
        return ()
    found = [Said(forms[0], plural=forms[1], number=number)]
    for other in others:
        count, _, word = other.partition(" ")
        forms = known.get(f"{noun.removesuffix('s')}s {word}")
        if not count.isdecimal() or forms is None:
            return ()
        found.append(Said(forms[0], plural=forms[1], number=int(count)))
    return tuple(found)


def _several(number: int, text: str) -> Said | None:
    """Return the message of "3 numbers changed (5 → 6, …)"."""
    nouns, changed, example = text.partition(" changed (")
    noun = next((noun for noun in NOUNS if nouns in {f"{noun}s", noun, f"{noun.removesuffix('y')}ies"}), None)
    if not changed or noun is None or not example.endswith(", …)"):
        return None
    example = example.removesuffix(", …)")
    shown = _pair(example) or _first(EXAMPLES, example)
    return Said(SEVERAL, {"noun": noun, "count": str(number), "example": shown or example})


def _fact(text: str) -> Said | None:
    for noun in sorted(NOUNS, key=len, reverse=True):
        if text.startswith(f"{noun} "):
            said = _first(FACTS, text.replace(f"{noun} ", "\0 ", 1))
            return Said(said.message, {**said.values, "noun": noun}) if said else None
    return None


def _reason(text: str) -> Said | None:
    """Return the message of a reason of a significance: "numbers: 5 → 6 and 2 more (+0.45)"."""
    says, _, weight = text.rpartition(" (")
    if not _WEIGHT.fullmatch(weight):
        return None
    name, _, detail = says.partition(": ")
    if name not in REASONS:
        return None
    values = {"name": name, "detail": _detail(detail) or detail, "weight": float(weight[:-1])}
    return Said(N_("%(name)s: %(detail)s (%(weight)s)") if detail else N_("%(name)s (%(weight)s)"), values)


def _detail(text: str) -> Said | None:
    found = _first(DETAILS, text)
    if found is not None:
        return found
    pair = _pair(text)
    if pair is not None:
        return pair
    number, _, noun = text.partition(" ")
    forms = _COUNTED_DETAILS.get(noun.removesuffix("s"))
    if forms is not None and number.replace(",", "").isdecimal():
        return Said(forms[0], plural=forms[1], number=int(number.replace(",", "")))
    pairs, more, count = text.rpartition(" and ")
    if more and count.endswith(" more") and count.removesuffix(" more").isdecimal():
        return Said(N_("%(pairs)s and %(count)s more"), {"pairs": pairs, "count": count.removesuffix(" more")})
    return None


def _pair(text: str) -> Said | None:
    """Return the message of "old → new"; its arrow goes as the page is read."""
    return _first((PAIR,), text) if text.count(" → ") == 1 else None


def _first(messages: tuple[str, ...], text: str) -> Said | None:
    """Return the first of the messages that a text is, with its values."""
    for message in messages:
        values = _values(message, text)
        if values is not None:
            return Said(message, values)
    return None


def _values(message: str, text: str) -> dict[str, str] | None:
    """Return what a text has in the places of a message; None if it has other fixed words. In linear time."""
    (start, _), *others = _parts(message)
    if not text.startswith(start):
        return None
    if not others:
        return {} if text == start else None
    values, rest = {}, text[len(start) :]
    for index, (literal, name) in enumerate(others):
        if index == len(others) - 1:
            if not rest.endswith(literal):
                return None
            value, rest = rest[: len(rest) - len(literal)], ""
        else:
            value, found, rest = rest.partition(literal)
            if not found:
                return None
        if not value:
            return None
        values[name] = value
    return values


@cache
def _parts(message: str) -> tuple[tuple[str, str], ...]:
    """Return the fixed words of a message, each with the name of the value before it."""
    return tuple(_split(message))


def _split(message: str) -> Iterator[tuple[str, str]]:
    start, *others = message.split("%(")
    yield start, ""
    for other in others:
        name, _, literal = other.partition(")s")
        yield literal, name
