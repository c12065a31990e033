"""What a file is, by its content: the name is only what somebody called it.

Signatures: https://www.iana.org/assignments/media-types, and the formats' own specifications. Text has none; it is text
if nothing in it is not.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.records.attachments.mails import is_outlook

HEAD = 4096
TAIL = 256 * 1024
"""Where a ZIP archive lists what is in it."""
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class FileType:
    """A kind of file: how browsers and people call it, and how its names usually end.

    An `active` one can do something when it is opened: it is only ever handed out for saving, as nothing in particular.
    """

    content_type: str
    label: Any
    endings: tuple[str, ...] = ()
    icon: str = "doc"
    active: bool = False

    @property
    def served_as(self) -> str:
        return UNKNOWN_TYPE if self.active else self.content_type


def _office(kind: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.{kind}"


PDF = FileType("application/pdf", "PDF", ("pdf", "ai"))
JPEG = FileType("image/jpeg", "JPEG", ("jpg", "jpeg", "jpe", "jfif"), "image")
PNG = FileType("image/png", "PNG", ("png", "apng"), "image")
GIF = FileType("image/gif", "GIF", ("gif",), "image")
WEBP = FileType("image/webp", "WebP", ("webp",), "image")
TIFF = FileType("image/tiff", "TIFF", ("tif", "tiff", "dng", "nef", "cr2", "arw"), "image")
BMP = FileType("image/bmp", "BMP", ("bmp",), "image")
HEIC = FileType("image/heic", "HEIC", ("heic", "heif", "hif"), "image")
AVIF = FileType("image/avif", "AVIF", ("avif",), "image")
SVG = FileType("image/svg+xml", gettext_lazy("drawing (SVG)"), ("svg",), "image", active=True)
MP4 = FileType("video/mp4", gettext_lazy("film"), ("mp4", "m4v", "mov", "m4a", "3gp", "qt"))
WEBM = FileType("video/webm", gettext_lazy("film"), ("webm", "mkv", "mka"))
AVI = FileType("video/x-msvideo", gettext_lazy("film"), ("avi",))
MP3 = FileType("audio/mpeg", gettext_lazy("sound"), ("mp3", "mp2", "aac"))
WAV = FileType("audio/wav", gettext_lazy("sound"), ("wav",))
OGG = FileType("audio/ogg", gettext_lazy("sound"), ("ogg", "oga", "ogv", "opus"))
FLAC = FileType("audio/flac", gettext_lazy("sound"), ("flac",))
WORD = FileType(_office("wordprocessingml.document"), "Word", ("docx", "docm", "dotx"))
EXCEL = FileType(_office("spreadsheetml.sheet"), "Excel", ("xlsx", "xlsm", "xltx", "xlsb"), "table")
SLIDES = FileType(_office("presentationml.presentation"), "PowerPoint", ("pptx", "pptm", "ppsx", "potx"))
OPEN_TEXT = FileType("application/vnd.oasis.opendocument.text", "OpenDocument", ("odt", "ott"))
OPEN_TABLE = FileType("application/vnd.oasis.opendocument.spreadsheet", "OpenDocument", ("ods", "ots"), "table")
OPEN_SLIDES = FileType("application/vnd.oasis.opendocument.presentation", "OpenDocument", ("odp", "otp", "odg"))
EPUB = FileType("application/epub+zip", "EPUB", ("epub",), "book")
OLD_OFFICE = FileType(
    "application/x-ole-storage",
    gettext_lazy("older or locked Office file"),
    (
        "doc",
        "xls",
        "ppt",
        "dot",
        "xlt",
        "pps",
        "pub",
        "vsd",
        "mpp",
        "msi",
        "docx",
        "xlsx",
        "pptx",
    ),  # locked, too
)
RTF = FileType("application/rtf", "RTF", ("rtf", "doc"))
ZIP = FileType("application/zip", gettext_lazy("archive (ZIP)"), ("zip", "jar", "apk", "kmz"))
ARCHIVE = FileType(
    "application/x-compressed", gettext_lazy("archive"), ("gz", "tgz", "7z", "rar", "bz2", "xz", "zst", "tar")
)
HTML = FileType("text/html", gettext_lazy("web page"), ("html", "htm", "xhtml", "mht", "mhtml"), "globe", active=True)
XML = FileType("application/xml", "XML", ("xml", "xsl", "xsd", "kml", "gpx", "rss"), active=True)
PROGRAM = FileType(
    "application/x-msdownload", gettext_lazy("program"), ("exe", "dll", "scr", "sys", "so", "dylib"), active=True
)
SCRIPT = FileType(
    "text/x-script", gettext_lazy("script"), ("sh", "bash", "py", "pl", "rb", "php", "bat", "cmd", "ps1"), active=True
)
MAIL = FileType("message/rfc822", gettext_lazy("mail"), ("eml",), "mail", active=True)
OUTLOOK = FileType("application/vnd.ms-outlook", gettext_lazy("mail"), ("msg",), "mail")
TEXT = FileType("text/plain", gettext_lazy("text"), ("txt", "csv", "tsv", "md", "log", "json", "ics", "vcf", "ini"))
UNKNOWN = FileType(UNKNOWN_TYPE, gettext_lazy("file"))

_ALL = (
    PDF, JPEG, PNG, GIF, WEBP, TIFF, BMP, HEIC, AVIF, SVG, MP4, WEBM, AVI, MP3, WAV, OGG, FLAC, WORD, EXCEL, SLIDES,
    OPEN_TEXT, OPEN_TABLE, OPEN_SLIDES, EPUB, OLD_OFFICE, RTF, ZIP, ARCHIVE, HTML, XML, PROGRAM, SCRIPT, MAIL,
    OUTLOOK, TEXT, UNKNOWN,
)  # fmt: skip
_BY_CONTENT_TYPE = {each.content_type: each for each in _ALL}
_ENDINGS = frozenset(ending for each in _ALL for ending in each.endings)
_TEXTUAL = (TEXT, HTML, XML, SVG, SCRIPT, MAIL)

_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"ID3", MP3),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"#!", SCRIPT),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
_BRANDS = {b"heic": HEIC, b"heix": HEIC, b"hevc": HEIC, b"mif1": HEIC, b"msf1": HEIC, b"avif": AVIF, b"avis": AVIF}
_IN_ZIP: tuple[tuple[bytes, FileType], ...] = (
    (b"word/document", WORD),
    (b"xl/workbook", EXCEL),
    (b"ppt/presentation", SLIDES),
)
_MIMETYPE = b"mimetypeapplication/"
_MARKUP: tuple[tuple[bytes, FileType], ...] = (
    (b"<svg", SVG),
    (b"<!doctype html", HTML),
    (b"<html", HTML),
    (b"<head", HTML),
    (b"<body", HTML),
    (b"<script", HTML),
    (b"<iframe", HTML),
)

# A mail begins with a line of its head, and has at least two of those that every mail has.
_MAIL_BEGINS = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_MAIL_HEADS = re.compile(
    r"^(from|to|subject|date|message-id|mime-version|received):[ \t]", re.IGNORECASE | re.MULTILINE
)


def recognise(stream: BinaryIO) -> FileType:
    """What the content is; the stream is left at its beginning."""
    stream.seek(0)
    head = stream.read(HEAD)
    found = _by_signature(head, stream)
    stream.seek(0)
    return found


def known(content_type: str) -> FileType:
    """The type that was recognised once, by what was kept of it."""
    return _BY_CONTENT_TYPE.get(content_type, UNKNOWN)


def disguise(name: str, found: FileType) -> str:
    """Why a file is not taken: a program that is called a picture, a document … means no good. "" if it is none."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if found not in (PROGRAM, SCRIPT) or ending in found.endings or ending not in _BINARY_ENDINGS:
        return ""
    called = next(each for each in _ALL if ending in each.endings)
    return _("“%(name)s” is called %(called)s, but it is a %(kind)s. It was not taken.") % {
        "name": name,
        "called": called.label,
        "kind": found.label,
    }


def mismatch(name: str, found: FileType) -> str:
    """What to tell people about a name that promises something else than the content; "" if it does not."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending in found.endings or (found is TEXT and ending not in _BINARY_ENDINGS):
        return ""
    if ending not in _ENDINGS and not found.active:
        return ""
    if found is UNKNOWN:
        return _("The content is not what “.%(ending)s” promises.") % {"ending": ending}
    return _("The content is: %(kind)s.") % {"kind": found.label}


_BINARY_ENDINGS = _ENDINGS - {ending for each in _TEXTUAL for ending in each.endings}


def _by_signature(head: bytes, stream: BinaryIO) -> FileType:
    for start, found in _STARTS:
        if head.startswith(start):
            return OUTLOOK if found is OLD_OFFICE and is_outlook(stream) else found
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], MP4)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return BMP
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9"):
        return MP3
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _of_zip(head, stream)
    if head[257:262] == b"ustar":
        return ARCHIVE
    return _of_text(head)


def _of_zip(head: bytes, stream: BinaryIO) -> FileType:
    """What lies in the archive decides. It is not unpacked, so that a small one cannot become a big one here."""
    if head[30:].startswith(_MIMETYPE):
        told = head[30 + len("mimetype") : 120]
        each = (OPEN_TEXT, OPEN_TABLE, OPEN_SLIDES, EPUB)
        return next((found for found in each if told.startswith(found.content_type.encode())), ZIP)
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - TAIL))
    listed = head + stream.read(TAIL)
    return next((found for part, found in _IN_ZIP if part in listed), ZIP)


def _of_text(head: bytes) -> FileType:
    text = _as_text(head)
    if text is None:
        return UNKNOWN
    start = text.lstrip("\ufeff \t\r\n").lower().encode()
    is_xml = start.startswith((b"<?xml", b"<!--", b"<!doctype"))
    for mark, found in _MARKUP:
        if start.startswith(mark) or (is_xml and mark in start):
            return found
    if start.startswith(b"<?php"):
        return SCRIPT
    if _MAIL_BEGINS.match(text) and len({name.lower() for name in _MAIL_HEADS.findall(text)}) >= 2:
        return MAIL
    if is_xml:
        return XML
    return HTML if b"<script" in start and b"<" in start[:1] else TEXT


def _as_text(head: bytes) -> str | None:
    """The beginning as text; None if it is none."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")  # as German programs still write it
