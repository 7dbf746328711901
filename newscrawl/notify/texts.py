"""Messages as text and as markup, in the language and the zone of who gets them. Pure.

What alarms say is English: operators alone hear of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from newscrawl.harmless_text import harmless
from newscrawl.humanize import N_, current, gettext, using
from newscrawl.items import Segment, SegmentOp
from newscrawl.languages import arrow, text_direction
from newscrawl.notify.lines import apart, isolated, line, markup, stored
from newscrawl.notify.messages import Item, Message, title

MAX_ITEMS = 50  # of a digest; the others are a number
MAX_TITLE, MAX_FACT, MAX_EXCERPT = 400, 1000, 2000
SUMMARIES = {
    "minor": N_("%(summary)s (minor change, significance %(significance)s)"),
    "notable": N_("%(summary)s (notable change, significance %(significance)s)"),
    "large": N_("%(summary)s (large change, significance %(significance)s)"),
    "major": N_("%(summary)s (major change, significance %(significance)s)"),
}


def text(message: Message) -> str:
    """Return a message as plain text."""
    if message.is_test:
        return f"This is a test of the subscription {message.subscription}. What it matches is sent like this.\n"
    with using(message.locale):
        footer = f"\n-- \n{_end(message)}\n" if message.revoke_link else ""
        if message.notice:
            return message.notice.text + footer
        parts = [*map(_item_text, message.items[:MAX_ITEMS]), *_more(message)]
        return "\n\n".join(parts) + "\n" + footer


def html(message: Message) -> str:
    """Return a message as markup of a mail, without anything that is loaded."""
    if message.is_test:
        return f"<p>{markup(harmless(text(message)))}</p>"
    with using(message.locale):
        if message.notice:
            parts = [_blocks_html(message.notice.text)]
        else:
            parts = [*map(_item_html, message.items[:MAX_ITEMS]), *(f"<p>{more}</p>" for more in _more(message))]
        if message.revoke_link:
            parts.append(_blocks_html(_end(message)))
        body = "\n<hr>\n".join(parts)
        language = current().language
        if language == "en":
            return body
        return f'<div lang="{language}" dir="{text_direction(language)}">\n{body}\n</div>'


def _end(message: Message) -> str:
    return gettext("End this subscription: %(link)s", link=message.revoke_link)


def _more(message: Message) -> list[str]:
    more = len(message.items) - MAX_ITEMS
    return [gettext("and %(num)s more", num=more)] if more > 0 else []


def _item_text(item: Item) -> str:
    lines = [line(title(item), MAX_TITLE), *_facts(item)]
    lines += [f"  {line(apart(marked_text(excerpt.segments)), MAX_EXCERPT)}" for excerpt in item.change.excerpts]
    return "\n".join([*lines, item.link])


def _item_html(item: Item) -> str:
    heading = f'<p><strong><a href="{escape(item.link)}">{markup(line(title(item), MAX_TITLE))}</a></strong></p>'
    facts = "".join(f"<p>{markup(fact)}</p>" for fact in _facts(item))
    direction = "" if current().language == "en" else ' dir="auto"'
    excerpts = "".join(
        f"<blockquote{direction}>{marked_html(excerpt.segments)}</blockquote>" for excerpt in item.change.excerpts
    )
    # What a mail program without markup shows is made of this: an address that is a link alone would be lost.
    return heading + facts + excerpts + f"<p>{_link(item.link)}</p>"


def _blocks_html(text: str) -> str:
    """Return paragraphs of plain text as markup; those that are indented are quoted."""
    found = []
    for block in text.strip("\n").split("\n\n"):
        tag = "blockquote" if block.startswith("  ") else "p"
        lines = (_linked(each.strip()) for each in block.split("\n"))
        found.append(f"<{tag}>{'<br>'.join(lines)}</{tag}>")
    return "\n".join(found)


def _linked(text: str) -> str:
    return _link(text) if text.startswith(("https://", "http://")) else markup(text)


def _link(url: str) -> str:
    return escape(url) if current().language == "en" else f'<a href="{escape(url)}" dir="ltr">{escape(url)}</a>'


def _facts(item: Item) -> list[str]:
    """Return what is said of an item, as lines."""
    change, facts = item.change, []
    if item.previous_headline is not None and item.previous_headline != item.headline:
        facts.append(gettext("Headline before: %(headline)s", headline=isolated(item.previous_headline)))
    if change.summary:
        says = stored(change.summary)
        facts.append(gettext(SUMMARIES[item.level], summary=says, significance=item.significance))
    if item.detail and item.article_id:
        facts.append(stored(item.detail))
    if change.silent or change.unnoted:
        facts.append(gettext("A silent edit") if change.silent else gettext("No note on the page says so"))
    if item.command:
        facts += [f"Begin with: {isolated(item.command)}", f"Runbook: {isolated(item.runbook)}"]
    facts.append(gettext("Seen %(interval)s", interval=item.interval))
    return [line(fact, MAX_FACT) for fact in facts]


def marked_text(segments: Sequence[Segment]) -> str:
    """Return marked words as plain text: [old → new], [added: …], [deleted: …]."""
    added, deleted = apart(gettext("added")), apart(gettext("deleted"))
    return "".join(
        f"[{old.strip()} {to} {new.strip()}]" if old and new
        else f"[{deleted}: {old.strip()}]" if old
        else f"[{added}: {new.strip()}]" if new
        else kept
        for kept, old, to, new in _grouped(segments)
    )  # fmt: skip


def marked_html(segments: Sequence[Segment]) -> str:
    """Return marked words as markup: the old ones struck, the new ones marked."""
    return "".join(
        escape(kept)
        + (f"<del>{escape(old)}</del>" if old else "")
        + (f" {to} " if old and new else "")
        + (f"<ins>{escape(new)}</ins>" if new else "")
        for kept, old, to, new in _grouped(segments)
    )


def _grouped(segments: Sequence[Segment]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (kept, old, arrow, new) of segments: what was deleted and inserted at one place belongs together."""
    groups: list[tuple[str, str, str]] = []
    for segment in segments:
        before, words = groups[-1] if groups else ("kept", "", ""), harmless(segment.text)
        if segment.op is SegmentOp.KEEP:
            groups.append((words, "", ""))
        elif segment.op is SegmentOp.DELETE:
            groups.append(("", words, ""))
        elif before[1] and not before[2]:
            groups[-1] = ("", before[1], words)
        else:
            groups.append(("", "", words))
    read = ""
    for kept, old, new in groups:
        yield kept, old, arrow(read + old, new), new
        read += kept + old + new
