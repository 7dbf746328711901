"""Answers that are kept, and given again while what they were made from is the same: it is asked for first.

Lists, and the pages and feeds of articles. An answer is kept for its visibility generation alone, with what may be
seen; and until the minute is over, as pages say how long ago something was.
"""

from __future__ import annotations

import re
from datetime import datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newscrawl.errors import NewscrawlError
from newscrawl.humanize import Locale, current
from newscrawl.store.reader.taken_down import as_known
from newscrawl.store.reader.validators import Listed, Validator
from newscrawl.web.context import AppContext, KeptAnswer
from newscrawl.web.middleware import client_has, remove_content
from newscrawl.web.unvalidated import Unvalidated

MAX_BYTES = 1 << 20  # of one answer
_FORMATS = r"(?:\.[a-z]+)?"
_LISTS = {
    Listed.EDITS: re.compile(rf"/|/(?:newest|headlines|corrections|unnoted|changes|matters){_FORMATS}", re.ASCII),
    Listed.FIRST_SIGHTINGS: re.compile(rf"/first{_FORMATS}", re.ASCII),
    Listed.DELETED: re.compile(rf"/deleted{_FORMATS}", re.ASCII),
}
FRONT_PAGE = "/"
_CONDITIONS = {b"if-none-match", b"if-modified-since"}
AnswerKey = tuple[str, bytes, bool, Locale]
_ARTICLE = re.compile(r"/article/([a-z2-7]{16})(?:/.*)?", re.ASCII)


class KeptAnswers:
    """Middleware around compression and ETags: what it keeps is ready to be sent.

    What it cannot answer goes on to the application, with the context that it asked for. Of the front page, when no
    answer of this minute is kept, it asks nothing: the application reads the page and its validator by one command.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        subject = _subject(scope)
        if subject is None:
            await self._app(scope, receive, send)
            return
        context: AppContext = scope["app"].state.context
        request = Headers(scope=scope)
        key = scope["path"], scope["query_string"], "gzip" in request.get("accept-encoding", ""), current()
        kept = context.caches.answers.get(key)
        if scope["path"] == FRONT_PAGE and (kept is None or kept.validator[1] != context.minute):
            answer = await self._read(scope, receive, send, key)
        else:
            answer = await self._validated(scope, receive, send, subject, key)
        if answer is not None:
            await _give(answer, request, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send, key: AnswerKey) -> KeptAnswer | None:
        """Return the answer that the application makes and validates; None if it was sent already."""
        asks = Unvalidated(scope["app"].state.context)
        minute = asks.context.minute
        recorder = await self._recorded({**scope, "newscrawl.unvalidated": asks}, receive, send)
        if recorder.is_streaming:
            return None
        answer = recorder.answer((asks.validator or Validator(b"", None), minute))
        if asks.validator is not None:
            _keep(asks.context, key, answer)
        return answer

    async def _validated(
        self, scope: Scope, receive: Receive, send: Send, subject: Listed | str, key: AnswerKey
    ) -> KeptAnswer | None:
        """Return the answer that is kept if it holds, else the one that the application makes; None if it was sent."""
        context: AppContext = scope["app"].state.context
        try:
            validator = await context.validator(subject)
            kept = context.caches.answers.get(key)
            if kept is not None and kept.validator == validator:
                return kept
            taken = await context.reader.validators.taken_down(validator[0])
            context = await context.for_request(taken)
        except NewscrawlError:  # the application asks again, and says what is wrong
            await self._app(scope, receive, send)
            return None
        with as_known(taken):
            recorder = await self._recorded({**scope, "newscrawl.context": context}, receive, send)
        if recorder.is_streaming:
            return None
        answer = recorder.answer(validator)
        _keep(context, key, answer)
        return answer

    async def _recorded(self, scope: Scope, receive: Receive, send: Send) -> _Recorder:
        recorder = _Recorder(send)
        headers = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
        await self._app({**scope, "headers": headers}, receive, recorder.send)
        return recorder


def _keep(context: AppContext, key: AnswerKey, answer: KeptAnswer) -> None:
    if answer.status == 200:
        context.caches.answers.put(key, answer, len(answer.body) + 1_000)


async def _give(kept: KeptAnswer, request: Headers, send: Send) -> None:
    status, body, headers = kept.status, kept.body, MutableHeaders(raw=list(kept.headers))
    if status == 200 and "etag" in headers and client_has(request, headers):
        status, body = 304, b""
        remove_content(headers)
    await send({"type": "http.response.start", "status": status, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})


def _subject(scope: Scope) -> Listed | str | None:
    """Return what a request is about, a list or the id of an article; None for what is not kept."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    path = scope["path"]
    if match := _ARTICLE.fullmatch(path):
        return match[1]
    return next((listed for listed, pattern in _LISTS.items() if pattern.fullmatch(path)), None)


class _Recorder:
    """Takes the messages of an answer; one of more than MAX_BYTES is sent on as it comes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.is_streaming = False

    def answer(self, validator: tuple[Validator, datetime]) -> KeptAnswer:
        return KeptAnswer(validator, self.status, tuple(self.headers), bytes(self.body))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start, self.status, self.headers = message, message["status"], list(message["headers"])
        elif self.is_streaming:
            await self._send(message)
        else:
            self.body += message.get("body", b"")
            if len(self.body) > MAX_BYTES:
                self.is_streaming = True
                await self._send(self._start)
                await self._send({**message, "body": bytes(self.body)})
