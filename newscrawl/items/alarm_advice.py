"""What to do about each kind of alarm: its usual cause, the command to begin with, and its page in the manual."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from newscrawl.items.alarm import Alarm, AlarmKind

# Usual cause and first command. {url} is an example from the evidence. docs/alarms.md has the same table.
CAUSES: Mapping[AlarmKind, tuple[str, str]] = {
    AlarmKind.DISK: (
        "Less than 1 GiB is free where this machine keeps its state: soon nothing can be recorded.",
        "newscrawl doctor",
    ),
    AlarmKind.WORKER_RESTARTS: (
        "Worker processes of this machine end again and again: out of memory, or killed.",
        "newscrawl doctor",
    ),
    AlarmKind.CLOCK: (
        "The clock of this machine differs from the database's: what it records has wrong times.",
        "newscrawl doctor",
    ),
    AlarmKind.SET_ASIDE: (
        "Its crawl ended its process, also when crawled alone; rounds leave it out.",
        "newscrawl crawl {source} -v",
    ),
    AlarmKind.WORKER_DIED: (
        "The process that crawled it died: out of memory, killed, or blocked by code of the spider.",
        "newscrawl crawl {source} -v",
    ),
    AlarmKind.WALLED: (
        "The server refuses all pages: 401, 403, 429, 5xx, or a bot, consent or login wall.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.FAILING: (
        "No page can be fetched: the host is down, its name or certificate is invalid, or its URLs have changed.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.NO_SUCCESS: (
        "Nothing was read for two of its usual intervals: no run was started, or each asked for nothing.",
        "newscrawl status {source}",
    ),
    AlarmKind.STALLED: (
        "A crawl made no progress for minutes, and was ended.",
        "newscrawl crawl {source} -v",
    ),
    AlarmKind.UNREADABLE: (
        "No article can be read from the pages, or from far fewer than usual: a new layout, or a polite wall.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.MASS_CHANGE: (
        "Most of the articles changed at once, or new rules found their first edit: the edits are held for review.",
        "newscrawl held {source}",
    ),
    AlarmKind.LAYOUT_LOST: (
        "Articles are served in a layout that no rule reads: nothing is compared until a rule or a person says how.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.CONTAINERS_MISSED: (
        "An edit was missed for up to seven checks: pages with the containers of the check before were not read.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.VOLUME: (
        "Far fewer articles are listed than usual: a feed was moved, shortened or emptied.",
        "newscrawl runs {source}",
    ),
    AlarmKind.DRIFT: (
        "A field is missing in articles that usually have it: one rule no longer fits the layout.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.QUARANTINE: (
        "Many pages are doubtful, and wait for a further check or a person.",
        "newscrawl quarantine list {source}",
    ),
    AlarmKind.DUE_LAG: (
        "Its articles wait for more than an hour: too many for its host's budget, or too few workers.",
        "newscrawl status {source}",
    ),
    AlarmKind.HOST_RESTING: (
        "A host asked for a long pause (Retry-After), or failed until it is left alone for an hour or more.",
        "newscrawl try {url}",
    ),
    AlarmKind.CERTIFICATE_OPT_OUT: (
        "Its spider accepts invalid certificates: anybody between here and the site can write its articles.",
        "newscrawl try {url} --source {source}",
    ),
    AlarmKind.OUTBOX_STUCK: (
        "A channel takes no announcement: its receiver is down, or its address or password is no longer valid.",
        "newscrawl outbox list",
    ),
}


def cause(kind: str) -> str:
    return CAUSES[AlarmKind.of(kind)][0]


def runbook(kind: str) -> str:
    """Return the manual's page on a kind: what it means, how to see its cause, how to mend it."""
    return f"docs/runbook-{AlarmKind.of(kind).replace('_', '-')}.md"


def first_command(alarm: Alarm) -> str:
    """Return the command to begin with, quoted for a shell: its URL comes from a page."""
    command = CAUSES[AlarmKind.of(alarm.kind)][1]
    examples = alarm.evidence.get("examples")
    urls = [str(url) for url in examples] if isinstance(examples, (list, tuple)) else []
    if "{url}" in command and not urls:
        return f"newscrawl runs {shlex.quote(alarm.source)}"
    return command.format(source=shlex.quote(alarm.source), url=shlex.quote(urls[0]) if urls else "")
