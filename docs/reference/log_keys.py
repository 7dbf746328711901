"""The keys and decisions of log lines, as the page on logs lists them, and those that the code writes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from docs.reference.outcomes import OUTCOMES
from docs.reference.tables import code, table

ROOT = Path(__file__).resolve().parent.parent.parent
BEGINNING = "<!-- What follows is written by `make reference`. Edit docs/reference/log_keys.py. -->\n"
# Keys of key=value lines; those of JSON lines stand in the table of the page.
KEYS = {
    "alarm": "`resolved`, or an alarm that was opened",
    "announcements": "how many were put into the outbox",
    "article": "id of the article",
    "backfill": "`page`: a page of an archive was read; `too_costly`: it took too much",
    "backup": "folder of a backup that an order to erase could not be noted in",
    "browser": "`died`: the browser that draws pages ended, and is started again",
    "code": "exit code of a shard's process",
    "containers": "`distrusted`: pages of the source are read each time from now on ([throughput](throughput.md#pages-that-need-no-reading))",
    "crawl": "`stalled`, `yielded` or `abandoned`: how a crawl was ended early",
    "decision": "what was decided; the next table",
    "delivery": "id of a message that was sent or refused",
    "detail": "what exactly, for a person",
    "ending": "how a process ended: its code or signal",
    "entries": "entries that were appended to the log of versions",
    "examination": "`failed`: sources could not be examined for alarms",
    "exit_code": "exit code of a process of the reader",
    "fetch": "`paused`: a host asked for a pause; `refused`: our own limits keep a request from being sent",
    "hold": "why edits are held",
    "host": "host",
    "kind": "kind of an alarm, or of an item",
    "listings": "how many listings were left alone",
    "log": "of the log of versions: `appended`, `not_appended`, `stamped`, `not_stamped`",
    "metrics": "`stale`: the archive's state could not be read",
    "next_check": "when the article is checked again (UTC)",
    "order": "id of an order to erase",
    "pages": "pages of an archive that were read",
    "patience_seconds": "how long a crawl waits for MongoDB",
    "pid": "a process",
    "ping": "`failed`: the dead man's ping was not answered",
    "process": "a process of the reader",
    "reader": "`primary`: the reader reads from the primary for a while",
    "reason": "why",
    "recorded": "articles that were recorded from an archive",
    "report": "path of a report file",
    "rows": "announcements in one message",
    "seconds": "for how long",
    "shard": "a shard of batch work",
    "since": "since when edits are held",
    "sitemaps": "how many sitemaps were left alone",
    "size": "entries of the log of versions",
    "source": "name of the source",
    "sources": "names of sources",
    "status": "status of a response",
    "store": "`away`: MongoDB does not answer, and the crawl waits; `back`: it goes on",
    "stories": "how many articles were left alone",
    "subscription": "name of a subscription",
    "subscriptions": "`unchanged`: subscriptions.toml cannot be read, and the stored ones stay",
    "try": "number of a try",
    "until": "until when a source sleeps",
    "url": "URL, or the listing",
    "validators": "`distrusted`: the source's 304s are not believed any more",
    "version": "number of the version",
    "versions": "how many versions",
    "waiting": "pages of an archive that wait",
    "worker": "`died`: a process of crawls ended by itself",
}
# Decisions beside the outcomes of checks.
DECISIONS = {
    "announced": "A message was taken by its receiver.",
    "announced_later": "What is due to be announced waits for the next turn.",
    "dropped": "A stage dropped an item.",
    "empty_listing": "A listing lists nothing.",
    "failed": "Code raised an exception on an item or page: a defect.",
    "held": "Edits are held: a [mass change](mass-changes.md).",
    "killed": "A silent process of the reader was ended.",
    "left_alone": "Something that a listing or recording names was not requested; the reason says why.",
    "new_fork_server": "The process that [pool workers](bounds.md) are forked from was started again.",
    "not_announced": "A message could not be sent, or is not to be sent.",
    "public": "Edits became public.",
    "queued": "Announcements were put into the outbox.",
    "record_passed_over": "A record of a recording cannot be read.",
    "released": "Held edits were published.",
    "replaced": "A process of the reader ended, and another one took its place.",
    "signal_dropped": "A listing's signal was ignored: the article was checked meanwhile.",
    "sleeps": "The source's hours are over.",
    "subscription_erased": "A reader's subscription ended, and was erased.",
    "too_costly": "A page took more than it [may](bounds.md).",
    "withdrawn": "A version that was written too late went to quarantine.",
}
_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
_KEY = re.compile(r"(?<![\w.])([a-z_]+)=([^\s,;:)]*)")


def text() -> str:
    """Return the generated end of the page on logs."""
    return "\n".join(
        (
            BEGINNING,
            "## Keys of key=value lines",
            "",
            "The first word of a line says what it is about, mostly `decision=`.",
            "",
            table(("key", "value"), ((code(key), meaning) for key, meaning in sorted(KEYS.items()))),
            "",
            "## Decisions",
            "",
            "Each check is one line, with its [outcome](reference-outcomes.md#outcomes-of-a-check) as the decision: "
            + ", ".join(code(outcome.value) for outcome in OUTCOMES)
            + ". Others:",
            "",
            table(("decision", "meaning"), ((code(word), meaning) for word, meaning in sorted(DECISIONS.items()))),
            "",
        )
    )


def written() -> Iterator[tuple[str, str, str]]:
    """Yield key, value and file of each `key=value` in the formats of log lines, as the code has them."""
    for folder in ("newscrawl", "pipelines"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for form in _formats(ast.parse(path.read_text("utf-8"))):
                for key, value in _KEY.findall(form):
                    yield key, value, str(path.relative_to(ROOT))


def _formats(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            yield from (_text(argument) for argument in node.args[:2])  # of `log` the first is the level
        if isinstance(node, ast.Dict):  # Scrapy's log formatter returns its lines
            pairs = zip(node.keys, node.values, strict=True)
            yield from (_text(value) for key, value in pairs if isinstance(key, ast.Constant) and key.value == "msg")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "%s" for part in node.values)  # type: ignore[misc]
    return ""
