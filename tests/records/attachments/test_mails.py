"""Mail files: their words are shown, and nothing that could do something."""

import datetime as dt
from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError

from kundig.records.attachments import mails, types
from kundig.records.attachments.mails import LONGEST_TEXT, mail_in
from kundig.records.attachments.models import Attachment
from tests.records.attachments.outlook import a_compound_file, an_outlook_mail

PLAIN = (
    b"From: =?utf-8?q?J=C3=BCrgen_Renz?= <renz@adler.example>\r\nTo: svenja@kundig.example\r\n"
    b"Subject: Angebot\r\nDate: Mon, 23 Nov 2026 08:15:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Guten Tag,\r\n\r\ndas Angebot passt.\r\n"
)


def a_mail(html="", text="", attached=""):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Betreff"
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    if attached:
        message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename=attached)
    return message.as_bytes()


def test_words_heads_and_files_of_a_mail_are_read():
    shown = mail_in(PLAIN)
    assert (shown.subject, shown.sender, shown.to) == (
        "Angebot",
        "Jürgen Renz <renz@adler.example>",
        "svenja@kundig.example",
    )
    assert shown.sent_at == dt.datetime(2026, 11, 23, 8, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert shown.text == "Guten Tag,\n\ndas Angebot passt."
    assert mail_in(a_mail(text="Hallo", attached="../Plan.pdf")).files == ["Plan.pdf"]


def test_html_alone_is_read_as_text_without_scripts():
    shown = mail_in(a_mail(html="<style>b{}</style><p>Eins</p><p>Zwei<br>Drei &amp; vier</p><script>alert(1)</script>"))
    assert shown.text == "Eins\n\nZwei\nDrei & vier"


def test_plain_words_win_over_html():
    assert mail_in(a_mail(text="schlicht", html="<b>bunt</b>")).text == "schlicht"


@pytest.mark.parametrize(
    "content",
    [b"", b"From: a\nTo: b\n\n\xff\xfe\x00", b"Subject: =?xx?q?=FF?=\nFrom: <\nDate: never\n\ntext", b"\x00" * 100],
)
def test_broken_mail_is_shown_as_far_as_it_can_be_read(content):
    assert mail_in(content).sent_at is None


def nested(kind, times):
    if kind == "message":
        return b"Content-Type: message/rfc822\n\n" * times + b"Subject: a\n\ntext"
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number) for number in range(times)
    )
    return parts + b"Content-Type: text/plain\n\ntext"


@pytest.mark.parametrize(
    "content",
    [nested("multipart", 1500), nested("message", 1200), b"Content-Type: text/html\n\n<p>a</p><![foo[ b"],
)
def test_mail_that_trips_the_parsers_says_that_it_cannot_be_read(content):
    assert mail_in(content).text == "This mail cannot be read. Save it to open it with another program."


def test_of_a_huge_mail_only_the_beginning_is_looked_at(monkeypatch):
    seen = []
    monkeypatch.setattr(mails, "_tidy", lambda text: seen.append(len(text)) or text)
    assert mail_in(b"From: a\n\n" + b" " * (LONGEST_TEXT * 10)).is_cut
    assert seen == [LONGEST_TEXT * 4]


def test_endless_mail_is_cut_and_says_so():
    shown = mail_in(b"From: a\nTo: b\n\n" + b"x" * (LONGEST_TEXT + 1))
    assert (len(shown.text), shown.is_cut) == (LONGEST_TEXT, True)


def test_mail_opens_in_the_viewer_as_text(signed_in, own_courses, attached):
    attachment = attached(PLAIN.replace(b"passt", b"<script>alert(1)</script>"), "Anfrage.eml")
    assert attachment.file.content_type == types.MAIL.content_type
    client, address = signed_in(own_courses["owner"]), f"/courses/{attachment.record_id}/files/{attachment.pk}/"
    answer = client.get(f"{address}view/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.content.decode()
    assert "<script" not in answer.content.decode()
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'self'; frame-ancestors 'self'; sandbox"
    assert client.get(address)["Content-Type"] == "application/octet-stream"
    assert signed_in(own_courses["stranger"]).get(f"{address}view/").status_code == 404


OUTLOOK = an_outlook_mail(
    subject="Angebot Förderband", sender=("Erika Möller", "erika@falkenau.example"),
    to=[("Svenja Kroll", "svenja@kundig.example")], body="Guten Tag,\r\n<script>alert(1)</script> passt.",
    files=["../Zeichnung.pdf"], sent_at=dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC),
)  # fmt: skip


def test_mail_dragged_out_of_outlook_is_read():
    shown = mail_in(OUTLOOK)
    assert (shown.subject, shown.sender) == ("Angebot Förderband", '"Erika Möller" <erika@falkenau.example>')
    assert (shown.to, shown.files) == ("Svenja Kroll <svenja@kundig.example>", ["Zeichnung.pdf"])
    assert shown.sent_at == dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
    assert shown.text == "Guten Tag,\n<script>alert(1)</script> passt."


def test_outlook_mail_opens_in_the_viewer_and_other_office_files_do_not(signed_in, own_courses, attached):
    attachment = attached(OUTLOOK, "Angebot.msg")
    assert attachment.file.content_type == types.OUTLOOK.content_type
    client, address = signed_in(own_courses["owner"]), f"/courses/{attachment.record_id}/files/{attachment.pk}/"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; passt." in client.get(f"{address}view/").content.decode()
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    workbook = attached(a_compound_file({"Workbook": bytes(2000)}), "Alt.xls")
    assert workbook.file.content_type == types.OLD_OFFICE.content_type


@pytest.mark.parametrize("kept", [600, 1100, 2300])
def test_broken_outlook_mail_says_that_it_cannot_be_read(kept):
    assert mail_in(OUTLOOK[:kept]).text == "This mail cannot be read. Save it to open it with another program."


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "Urlaub.jpg",
            b"MZ\x90\x00" + bytes(64),
            "“Urlaub.jpg” is called JPEG, but it is a program. It was not taken.",
        ),
        (
            "Rechnung.pdf",
            b"\x7fELF" + bytes(64),
            "“Rechnung.pdf” is called PDF, but it is a program. It was not taken.",
        ),
        ("Bild.png", b"#!/bin/sh\nrm -rf /\n", "“Bild.png” is called PNG, but it is a script. It was not taken."),
    ],
)
def test_program_that_is_called_something_else_is_refused(attached, name, content, words):
    with pytest.raises(ValidationError) as refused:
        attached(content, name)
    assert refused.value.messages == [words]
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["Setup.exe", "Setup"])
def test_program_under_its_own_name_is_taken(attached, name):
    assert attached(b"MZ\x90\x00" + bytes(64), name).file.content_type == types.PROGRAM.content_type
