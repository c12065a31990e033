"""Leads that somebody of ours brings: a mail, a business card, the badge of a visitor, or what was told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.attachments.mails import mail_in
from kundig.records.events import Via
from kundig.records.kinds.base import Reading
from kundig.sales.actions.intake import Inquiry, TakenIn, take_in
from kundig.sales.queries.leads import description_of
from kundig.sales.rules.cards import card_in
from kundig.sales.rules.scanning import LARGEST_FILE, NoPicture, codes_in

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_HEAD = re.compile(rb"(?im)^(from|return-path|received|delivered-to|message-id|mime-version|subject):")


@dataclass(frozen=True)
class Brought:
    """What was read of a file or a text, as it is written: somebody looks at it before it is a lead."""

    persons: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    interest: str = ""
    message: str = ""
    kind: str = "note"
    key: str = ""
    sent_at: str = ""


def read_brought(content: bytes) -> Brought:
    """Read a mail (RFC 5322), a vCard, a MECARD, or the photograph of a code with either.

    Raises:
        ValidationError: saying what was expected, where it is none of these.
    """
    if len(content) > LARGEST_FILE:
        raise ValidationError(_("This file is too large; at most 8 MB can be read."))
    if content.startswith(PICTURES):
        return _of_picture(content)
    text = content.decode("utf-8", "replace")
    if (card := card_in(text)) is not None:
        if card.is_empty:
            raise ValidationError(_("There is nothing on this card that can be read."))
        return Brought(card.person, card.organisation, message=card.note)
    if _HEAD.search(content[:4000]):
        return _of_mail(content)
    raise ValidationError(_("This is neither a mail nor a business card, nor a photograph of one with a code."))


def bring(
    persons: Mapping[str, str], organisations: Mapping[str, str], lead: Mapping[str, Any], *, by: User,
    message: str = "", kind: str = "note", key: str = "", sent_at: str = "", via: Via = Via.HAND,
) -> TakenIn:  # fmt: skip
    """Make a lead of what was read, or typed. Raises like `take_in`, with "persons.mail" and the like as names."""
    errors: dict[str, list[str]] = {}
    person = _parsed("persons", persons, errors, by=by)
    firm = _parsed("organisations", organisations, errors, by=by)
    if errors:
        raise ValidationError(errors)
    titles = {"mail": _("Mail"), "note": _("Noted as a lead")}
    at = None
    if kind == "mail" and sent_at:
        try:
            at = dt.datetime.fromisoformat(sent_at)
        except ValueError:
            at = None
        if at is not None and (at.tzinfo is None or at > timezone.now()):
            at = None
    title = str(lead.get("interest") or "") or titles.get(kind, _("Noted as a lead"))
    return take_in(
        Inquiry(
            person=person, organisation=firm, lead=dict(lead), message=message, title=title,
            kind=kind if kind in titles else "note", direction="in" if kind == "mail" else "", key=key, at=at,
        ),
        by=by, via=via,
    )  # fmt: skip


def bring_at_once(content: bytes, lead: Mapping[str, Any], *, by: User, via: Via) -> TakenIn:
    """For programs: read it and make a lead of what can be read; what no field takes stands in the history."""
    brought = read_brought(content)
    persons: dict[str, str] = {}
    organisations: dict[str, str] = {}
    left: list[str] = []
    for name, values, kept in (
        ("persons", brought.persons, persons), ("organisations", brought.organisations, organisations),
    ):  # fmt: skip
        for column, text in values.items():
            errors: dict[str, list[str]] = {}
            _parsed(name, {column: text}, errors, by=by)
            if errors:
                left.append(text)
            else:
                kept[column] = text
    words = {"interest": brought.interest, **{key: value for key, value in lead.items() if value}}
    message = "\n\n".join(filter(None, (brought.message, "\n".join(left))))
    return bring(
        persons, organisations, words, by=by, message=message, kind=brought.kind, key=brought.key,
        sent_at=brought.sent_at, via=via,
    )  # fmt: skip


# -- inside ----------------------------------------------------------------------------------------------------------


def _of_picture(content: bytes) -> Brought:
    try:
        texts = codes_in(content)
    except NoPicture as error:
        raise ValidationError(_("This picture cannot be read.")) from error
    for text in texts:
        card = card_in(text)
        if card is not None and not card.is_empty:
            return Brought(card.person, card.organisation, message=card.note)
    if texts:
        # A badge with a number only: whoever has the list of the fair finds the visitor by it.
        return Brought(message=_("Code on the badge: %(code)s") % {"code": texts[0][:500]})
    raise ValidationError(_("No code was found in this picture. Take it from nearer, straight from the front."))


def _of_mail(content: bytes) -> Brought:
    shown = mail_in(content)
    head = BytesParser(policy=policy.compat32).parsebytes(content[:200_000], headersonly=True)
    automatic = str(head.get("Auto-Submitted", "no")).strip().lower()
    if automatic not in ("", "no") or str(head.get("Precedence", "")).strip().lower() in ("bulk", "junk", "auto_reply"):
        raise ValidationError(_("This mail was written by a machine; no lead is made of it."))
    name, mail = parseaddr(shown.sender)
    reply = parseaddr(" ".join(str(head.get("Reply-To", "")).split()))[1]
    mail = reply if "@" in reply else mail
    if "@" not in mail:
        raise ValidationError(_("This mail does not say from whom it is."))
    persons = {**description_of("persons").begun_as(name), "mail": mail} if name and "@" not in name else {"mail": mail}
    persons.pop("salutation", None)
    key = " ".join(str(head.get("Message-ID", "")).split())[:160]
    sent_at = shown.sent_at.isoformat() if shown.sent_at is not None and shown.sent_at.tzinfo is not None else ""
    text = shown.text if len(shown.text) <= 18_000 else f"{shown.text[:18_000]} …"
    return Brought(persons, {}, shown.subject[:300], text, "mail", key, sent_at)


def _parsed(name: str, values: Mapping[str, str], errors: dict[str, list[str]], *, by: User) -> dict[str, Any]:
    """Values by the kinds of the fields that `by` may set; what cannot be read is said under its name."""
    description = description_of(name)
    reading = Reading(user=by, formats=current_formats(), row=dict(values))
    parsed: dict[str, Any] = {}
    for column, text in values.items():
        field_of_it = description.fields.get(column)
        if field_of_it is None or not text.strip() or not description.may_write(by, field_of_it):
            continue
        try:
            parsed[column] = field_of_it.kind.parse(text.replace("\x00", ""), field=field_of_it, reading=reading)
        except ValidationError as problem:
            errors[f"{name}.{column}"] = problem.messages
    return parsed
