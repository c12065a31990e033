import io
import zipfile

import pytest

from kundig.records.attachments import types
from tests.records.test_files import HTML, SVG, picture


def archive(*names, first=b""):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        if first:
            made.writestr("mimetype", first)
        for name in names:
            made.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.7\n", types.PDF),
        (picture("JPEG"), types.JPEG),
        (picture("PNG"), types.PNG),
        (picture("GIF"), types.GIF),
        (picture("WEBP"), types.WEBP),
        (picture("TIFF"), types.TIFF),
        (picture("BMP"), types.BMP),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", types.HEIC),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", types.MP4),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", types.WAV),
        (archive("[Content_Types].xml", "word/document.xml"), types.WORD),
        (archive("[Content_Types].xml", "xl/workbook.xml"), types.EXCEL),
        (archive("ppt/presentation.xml"), types.SLIDES),
        (archive(first=b"application/vnd.oasis.opendocument.text"), types.OPEN_TEXT),
        (archive("Fotos/1.jpg"), types.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), types.OLD_OFFICE),
        (b"{\\rtf1 x}", types.RTF),
        (b"\x1f\x8b\x08\x00", types.ARCHIVE),
        (b"MZ\x90\x00", types.PROGRAM),
        (b"\x7fELF\x02", types.PROGRAM),
        (b"#!/bin/sh\nrm -rf /\n", types.SCRIPT),
        (HTML, types.HTML),
        (b"\xef\xbb\xbf  <HTML><body>", types.HTML),
        ("<html>".encode("utf-16"), types.HTML),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<svg onload='alert(1)'/>", types.SVG),
        (SVG, types.SVG),
        (b"<!-- a --><html>", types.HTML),
        (b"<?xml version='1.0'?><order/>", types.XML),
        (b"<b>x</b><script>alert(1)</script>", types.HTML),
        ("Grüße".encode(), types.TEXT),
        ("Grüße".encode("cp1252"), types.TEXT),
        (b"a;b\r\n1;2\r\n", types.TEXT),
        (b"a\x00b", types.UNKNOWN),
        (b"\x00\x01\x02", types.UNKNOWN),
    ],
)
def test_content_says_what_a_file_is(content, found):
    stream = io.BytesIO(content)
    assert types.recognise(stream) is found
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "found", "told"),
    [
        ("Plan.pdf", types.PDF, ""),
        ("Plan.PDF", types.PDF, ""),
        ("Bild.png", types.HTML, "The content is: web page."),
        ("Bild.png", types.JPEG, "The content is: JPEG."),
        ("Bild.png", types.UNKNOWN, "The content is not what “.png” promises."),
        ("Bild.png", types.TEXT, "The content is: text."),
        ("Rechnung", types.PROGRAM, "The content is: program."),
        ("Rechnung.pdf", types.PROGRAM, "The content is: program."),
        ("Setup.exe", types.PROGRAM, ""),
        ("Liste.csv", types.TEXT, ""),
        ("Notiz.rst", types.TEXT, ""),
        ("Zeichnung.dwg", types.UNKNOWN, ""),
        ("Liste.xlsx", types.OLD_OFFICE, ""),
    ],
)
def test_a_name_that_promises_something_else_is_told(name, found, told):
    assert types.mismatch(name, found) == told


def test_active_types_are_handed_out_as_nothing_in_particular():
    assert {each.served_as for each in (types.HTML, types.SVG, types.XML, types.PROGRAM, types.SCRIPT)} == {
        "application/octet-stream"
    }
