"""The values that pass between the rooms of newscrawl, frozen, one module per subject.

Words follow schema.org/NewsArticle, RFC 9110 (validators), WARC 1.1 (payload digest, revisit) and RFC 7089 (memento).
`None` means that the page does not state it; an empty string or an invented date never stands for it.
All datetimes are aware and in UTC.
"""

from newscrawl.items.access_token import AccessToken, parse_token
from newscrawl.items.alarm import Alarm, AlarmKind, AlarmState, Finding
from newscrawl.items.article import (
    Article,
    Extraction,
    Instant,
    PageKind,
    PageReading,
    ParsedPage,
    Precision,
    ScrapedArticle,
    Shown,
    article_id,
)
from newscrawl.items.capture import GZIP_MAGIC, Capture, IdenticalPage, Revisit, Tombstone, Validators
from newscrawl.items.change import PASSAGES, Cause, Change, Hold, NotedFact, Retraction, Version
from newscrawl.items.check import (
    MAX_RETRY_AFTER,
    NOT_REQUESTED,
    Check,
    CheckResult,
    FetchFailure,
    JudgedItem,
    MonthOfChecks,
    Outcome,
    RecordedItem,
    Resource,
    Verdict,
)
from newscrawl.items.check_window import CheckWindow, HeldState, WindowCheck
from newscrawl.items.diff import Diff, DiffOp, DiffRow, MovedText, Segment, SegmentOp
from newscrawl.items.excerpt import Excerpt
from newscrawl.items.head import ERASED_BY_ORDER, FULL_CHECK_SHARE, CheckHistory, Head, NextCheck, State
from newscrawl.items.optional_text import OptionalText, OptionalType
from newscrawl.items.readers import GENERIC, RENDERED, Origin, Readers, readers_in, stamp_of, without_readers
from newscrawl.items.run import RunLease, RunRecord
from newscrawl.items.source import MAX_URL_LENGTH, Candidate, Source, SourceState
from newscrawl.items.subscription import (
    Announceable,
    BurstLimit,
    Channel,
    EventKind,
    Every,
    Extra,
    QuietHours,
    Schedule,
    Subject,
    Subscription,
    Wanted,
    WordsIn,
)

__all__ = [
    "ERASED_BY_ORDER",
    "FULL_CHECK_SHARE",
    "GENERIC",
    "GZIP_MAGIC",
    "MAX_RETRY_AFTER",
    "MAX_URL_LENGTH",
    "NOT_REQUESTED",
    "PASSAGES",
    "RENDERED",
    "AccessToken",
    "Alarm",
    "AlarmKind",
    "AlarmState",
    "Announceable",
    "Article",
    "BurstLimit",
    "Candidate",
    "Capture",
    "Cause",
    "Change",
    "Channel",
    "Check",
    "CheckHistory",
    "CheckResult",
    "CheckWindow",
    "Diff",
    "DiffOp",
    "DiffRow",
    "EventKind",
    "Every",
    "Excerpt",
    "Extra",
    "Extraction",
    "FetchFailure",
    "Finding",
    "Head",
    "HeldState",
    "Hold",
    "IdenticalPage",
    "Instant",
    "JudgedItem",
    "MonthOfChecks",
    "MovedText",
    "NextCheck",
    "NotedFact",
    "OptionalText",
    "OptionalType",
    "Origin",
    "Outcome",
    "PageKind",
    "PageReading",
    "ParsedPage",
    "Precision",
    "QuietHours",
    "Readers",
    "RecordedItem",
    "Resource",
    "Retraction",
    "Revisit",
    "RunLease",
    "RunRecord",
    "Schedule",
    "ScrapedArticle",
    "Segment",
    "SegmentOp",
    "Shown",
    "Source",
    "SourceState",
    "State",
    "Subject",
    "Subscription",
    "Tombstone",
    "Validators",
    "Verdict",
    "Version",
    "Wanted",
    "WindowCheck",
    "WordsIn",
    "article_id",
    "parse_token",
    "readers_in",
    "stamp_of",
    "without_readers",
]
