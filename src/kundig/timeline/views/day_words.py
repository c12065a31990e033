"""The words of a day: the sentence it begins with, and the lines of its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.queries import company
from kundig.platform import phones
from kundig.platform.formats import Formats
from kundig.timeline.protocol import kind_of
from kundig.timeline.queries.day import Contact, Day

NUMBERS = (
    gettext_lazy("No"), gettext_lazy("One"), gettext_lazy("Two"), gettext_lazy("Three"), gettext_lazy("Four"),
    gettext_lazy("Five"), gettext_lazy("Six"), gettext_lazy("Seven"), gettext_lazy("Eight"), gettext_lazy("Nine"),
    gettext_lazy("Ten"), gettext_lazy("Eleven"), gettext_lazy("Twelve"),
)  # fmt: skip
"""A sentence begins with a word, as far as people write them out."""


@dataclass(frozen=True)
class Line:
    """A contact with everything that a template needs."""

    contact: Contact
    phone: str
    tel: str
    channel: str
    """Name of the icon."""
    channel_words: str
    worth: str
    best: str
    """"call" or "write": what leads further first."""
    kind: str
    """The kind of contact that is noted when it is done."""
    further: Sequence[str] = ()


@dataclass(frozen=True)
class SentenceOfDay:
    day: Day
    formats: Formats

    @property
    def text(self) -> str:
        day = self.day
        if not day.due:
            if not day.has_customers:
                return _("No customers are in your care yet.")
            return _("Nobody waits for you today. Time for those with whom you have always wanted to speak.")
        if day.due > len(day.contacts):
            text = _("More are due than a day holds: here are the twelve with whom it is worth most.")
            return f"{text} {self._begin()}".rstrip()
        count = str(NUMBERS[day.due])
        text = ngettext(
            "%(count)s customer should hear from you today.", "%(count)s customers should hear from you today.", day.due
        ) % {"count": count}  # fmt: skip
        amount = sum((contact.worth for contact in day.contacts if contact.worth), start=Decimal(0))
        if amount:
            told = self.formats.money(amount.quantize(Decimal(1)), company().currency)
            text += " " + _("Together they may bring about %(amount)s.") % {"amount": told}
        return f"{text} {self._begin()}".rstrip() if day.due > 1 else text

    def _begin(self) -> str:
        if not self.day.contacts:
            return ""
        first = self.day.contacts[0]
        name = first.person.name if first.person else first.party.name
        # "Textil e. K." ends with a full stop of its own.
        return _("It is best to begin with %(name)s.") % {"name": name.removesuffix(".")}


def lines_of(day: Day, *, formats: Formats, home: str) -> list[Line]:
    return [_line(contact, formats, home) for contact in day.contacts]


def _line(contact: Contact, formats: Formats, home: str) -> Line:
    kind: Any = kind_of(contact.channel)
    writes = kind is not None and kind.is_message and contact.mail
    best = "write" if writes or (not contact.phone and contact.mail) else "call"
    shown = kind or kind_of("mail" if best == "write" else "call")
    worth = "" if contact.worth is None else formats.money(contact.worth, company().currency)
    return Line(
        contact,
        phone=phones.shown(contact.phone, home=home) if contact.phone else "",
        tel=contact.phone.partition(" ")[0] if contact.phone.startswith("+") else contact.phone.replace(" ", ""),
        channel=shown.icon if shown else "phone",
        channel_words=contact.first.when or (str(shown.label) if shown else ""),
        worth=worth,
        best=best,
        kind=kind.name if kind is not None and kind.is_contact else "call",
        further=[item.reason for item in contact.items[1:] if item.reason != contact.first.reason],
    )
