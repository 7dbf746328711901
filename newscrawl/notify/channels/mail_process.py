"""The process of one mail: SMTP may take for ever, this ends.

Standard input is {"url", "sender", "recipient", "content"}. It exits with 0 if the server took the mail, with REFUSED
if it refuses the recipient for good, with DEFERRED if for now or by its rules (x.7.x of RFC 3463: a sender or content
that it does not want, not a mailbox that is none); else it prints why. Run as a file, it imports nothing of newscrawl.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import sys
from urllib.parse import SplitResult, unquote, urlsplit

REFUSED, DEFERRED = 3, 4
LOCAL = {"127.0.0.1", "::1", "localhost"}


def main() -> int:
    document = json.load(sys.stdin)
    try:
        with _opened(urlsplit(document["url"])) as server:
            server.sendmail(document["sender"], [document["recipient"]], document["content"].encode("ascii"))
    except smtplib.SMTPRecipientsRefused as error:
        [(code, text)] = error.recipients.values()
        sys.stderr.write(f"the address is refused with {code}\n")
        return DEFERRED if code < 500 or text.startswith(b"5.7.") else REFUSED
    except smtplib.SMTPResponseException as error:  # its text may quote the address
        sys.stderr.write(f"the mail server answers {error.smtp_code}\n")
        return 1
    except (OSError, smtplib.SMTPException, ValueError) as error:
        sys.stderr.write(f"the mail server cannot be used ({type(error).__name__})\n")
        return 1
    return 0


def _opened(url: SplitResult) -> smtplib.SMTP:
    host, context = url.hostname or "", ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 587)
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif url.username and host not in LOCAL:
            raise ValueError("a password is not sent in the clear")
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


if __name__ == "__main__":
    sys.exit(main())
