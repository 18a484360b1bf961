"""Mails: what they say and what about, without the way that they came.

Sender, addressees, hops, programs and identifiers stay behind; the day stays, the hour
does not. Must never pass on an attachment: each is handed in by itself, and scrubbed.
"""

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Final

from ringwall.raid.shield.scrub.result import Scrubbed, not_scrubbed

__all__ = ["is_mail", "scrub_mail"]

# What is said of a field may begin on the next line, and need not begin with a blank.
_HEADER: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:")
_TELLING: Final = re.compile(
    rb"^(?:from|to|cc|sender|reply-to|received|message-id|return-path|delivered-to|date"
    rb"|mime-version|x-mailer|user-agent|x-originating-ip):",
    re.I | re.M,
)
_HEAD_BYTES: Final = 64 * 1024
_LEAST_HEADERS: Final = 2


def is_mail(data: bytes) -> bool:
    """Return whether bytes look like a mail: they start with headers of one."""
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    head = re.split(rb"\r?\n\r?\n", data[:_HEAD_BYTES], maxsplit=1)[0]
    telling = {found.lower() for found in _TELLING.findall(head)}
    lines = head.splitlines()
    # One field that tells of somebody is enough where there is nothing but fields.
    is_bare = all(map(_is_of_header, lines)) and (len(lines) > 1 or b"@" in head)
    needed = 1 if is_bare else _LEAST_HEADERS
    return bool(_HEADER.match(data)) and len(telling) >= needed


def _is_of_header(line: bytes) -> bool:
    return line[:1] in b" \t" or _HEADER.match(line) is not None


def scrub_mail(data: bytes) -> Scrubbed:
    """Return what a mail says, as plain text.

    Args:
        data: of one mail (RFC 5322), with or without a line of an mbox before it.

    Raises:
        ActRefused: `metadata-not-removable`, it has no plain text.
    """
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    try:
        mail = message_from_bytes(data, policy=policy.default)
        return _told(mail)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise not_scrubbed("the mail can't be read") from error


def _told(mail: EmailMessage) -> Scrubbed:
    body = mail.get_body(preferencelist=("plain",))
    if body is None:
        raise not_scrubbed(
            "the mail has no plain text", "ask the reporter for its words as text"
        )
    removed = ["headers of the mail: who sent it, to whom, when and by what way"]
    left_out = sum(1 for _ in mail.iter_attachments())
    if left_out:
        removed.append(f"{left_out} attachments: hand them in by themselves")
    lines = [f"Subject: {_one_line(mail['subject'])}", f"Date: {_day_of(mail)}", ""]
    text = "\n".join([*lines, str(body.get_content())])
    return Scrubbed(text.encode("utf-8", "replace"), ".txt", tuple(removed))


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _day_of(mail: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(mail["date"])).date().isoformat()
    except (TypeError, ValueError):
        return "unknown"
