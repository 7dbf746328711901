"""Mails to readers: plain text, with the header fields by which programs end a subscription (RFC 2369, RFC 8058).

Plain text cannot say that it runs from right to left: in such a language a mail has markup beside it.
"""

from __future__ import annotations

import json
import sys
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from newscrawl.languages import text_direction
from newscrawl.notify import texts
from newscrawl.notify.channels import mail_process
from newscrawl.notify.channels.errors import ChannelDeferred, ChannelFailed, ChannelRefused
from newscrawl.notify.channels.processes import run
from newscrawl.notify.messages import Message
from newscrawl.secret_text import SecretUrl

PROCESS = (sys.executable, "-P", mail_process.__file__)


async def send_mail(server: SecretUrl | None, address: str, message: Message) -> None:
    """Send a message by the operator's server; raises ChannelFailed, ChannelRefused for an address that is none."""
    if server is None:
        raise ChannelFailed("NEWSCRAWL_MAIL_URL is not set")
    sender = dict(parse_qsl(urlsplit(server.revealed).query))["from"]
    document = {
        "url": server.revealed,
        "sender": sender,
        "recipient": address,
        "content": content(sender, address, message),
    }
    code, output = await run(PROCESS, json.dumps(document).encode())
    if code == mail_process.REFUSED:
        raise ChannelRefused(output)
    if code == mail_process.DEFERRED:
        raise ChannelDeferred(output)
    if code != 0:
        raise ChannelFailed(output or f"its process ended with {code}")


def content(sender: str, address: str, message: Message) -> str:
    """Return a mail in ASCII; the same message has the same Message-ID, by which repeats are known."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, address, message.subject
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.revoke_link:
        mail["List-Unsubscribe"] = f"<{message.revoke_link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(texts.text(message), cte="quoted-printable")
    language = message.locale.language
    if text_direction(language) == "rtl":
        mail.add_alternative(texts.html(message), subtype="html", cte="quoted-printable")
    if language != "en":
        mail["Content-Language"] = language  # RFC 3282; last, since content sets all of its fields anew
    return mail.as_bytes().decode("ascii")
