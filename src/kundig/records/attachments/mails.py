"""The words of a mail file: who wrote to whom and what, which files hang on it. Nothing in it is run or fetched."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import BinaryIO

from django.utils.translation import gettext as _
from olefile import OleFileIO
from oxmsg import Message as OutlookMessage

from kundig.platform.files import clean_name

OUTLOOK_BEGINS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_HAS = "__properties_version1.0"

LARGEST_MAIL = 30_000_000
"""Bytes that are read of a mail; what lies beyond is left out."""
LONGEST_TEXT = 100_000
MOST_READ = LONGEST_TEXT * 4
"""Letters that are read of one part: spaces and tags among them are not shown."""
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_LINES = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"})


@dataclass(frozen=True)
class MailShown:
    """A mail as it is shown; `sent_at` is None where the mail does not say, or says nonsense."""

    subject: str
    sender: str
    to: str
    copies: str
    sent_at: dt.datetime | None
    text: str
    is_cut: bool
    files: list[str] = field(default_factory=list)


def mail_in(content: bytes) -> MailShown:
    """The mail in the bytes of a file. One that is broken is shown as far as it can be read."""
    try:
        return _mail_in(content)
    except Exception:  # the parsers of the standard library go as deep as the parts do, and trip over unknown marks
        words = _("This mail cannot be read. Save it to open it with another program.")
        return MailShown(subject="", sender="", to="", copies="", sent_at=None, text=words, is_cut=False)


def is_outlook(stream: BinaryIO) -> bool:
    """Whether a file that begins like an older Office file is a mail that was dragged out of Outlook."""
    stream.seek(0)
    try:
        with OleFileIO(io.BytesIO(stream.read(LARGEST_MAIL))) as parts:
            return bool(parts.exists(_OUTLOOK_HAS))
    except Exception:  # whatever its reader trips over: then it is none
        return False


def _mail_in(content: bytes) -> MailShown:
    if content.startswith(OUTLOOK_BEGINS):
        return _outlook_mail_in(content)
    message = BytesParser(policy=policy.default).parsebytes(content[:LARGEST_MAIL])
    text, is_long = _text_of(message)
    is_cut = is_long or len(text) > LONGEST_TEXT or len(content) > LARGEST_MAIL
    return MailShown(
        subject=_head(message, "subject"),
        sender=_head(message, "from"),
        to=_head(message, "to"),
        copies=_head(message, "cc"),
        sent_at=_sent_at(message),
        text=text[:LONGEST_TEXT],
        is_cut=is_cut,
        files=[clean_name(part.get_filename() or "", otherwise="?") for part in _parts(message) if _is_file(part)],
    )


def _outlook_mail_in(content: bytes) -> MailShown:
    message = OutlookMessage.load(content[:LARGEST_MAIL])
    to = [f"{each.name} <{each.email_address}>" if each.email_address else each.name for each in message.recipients]
    plain, html = message.body or "", "" if message.body else message.html_body or ""
    text = _tidy(plain[:MOST_READ] or _readable(html[:MOST_READ]))
    return MailShown(
        subject=_one_line(message.subject),
        sender=_one_line(message.sender or ""),
        to=_one_line(", ".join(to)),
        copies="",
        sent_at=message.sent_date,
        text=text[:LONGEST_TEXT],
        is_cut=len(text) > LONGEST_TEXT or max(len(plain), len(html)) > MOST_READ,
        files=[clean_name(each.file_name or "", otherwise="?") for each in message.attachments],
    )


def _head(message: EmailMessage, name: str) -> str:
    try:
        found = str(message.get(name, ""))
    except Exception:  # the parser of the standard library trips over some broken heads
        return ""
    return _one_line(found)


def _one_line(found: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in found).split())[:1000]


def _sent_at(message: EmailMessage) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(str(message.get("date", "")))
    except (TypeError, ValueError):
        return None


def _parts(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart()]


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _text_of(message: EmailMessage) -> tuple[str, bool]:
    """Its plain text, or what can be read of its HTML; and whether it is longer than what is read at all."""
    words = [part for part in _parts(message) if not _is_file(part) and part.get_content_maintype() == "text"]
    plain = [part for part in words if part.get_content_subtype() != "html"]
    contents = [_content(part) for part in plain or words]
    # Cut before anything looks at each letter: that takes its time.
    text = "\n\n".join(each[:MOST_READ] if plain else _readable(each[:MOST_READ]) for each in contents)
    return _tidy(text[:MOST_READ]), len(text) > MOST_READ or any(len(each) > MOST_READ for each in contents)


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _tidy(text: str) -> str:
    printable = "".join(
        letter if letter.isprintable() or letter == "\n" else " " for letter in text.replace("\r\n", "\n")
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in printable.split("\n"))).strip()


class _Reader(HTMLParser):
    """The text between the tags, with line breaks where the tags make them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag in _LINES:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in _LINES - {"br", "hr"}:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(re.sub(r"\s+", " ", data))


def _readable(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.found)
